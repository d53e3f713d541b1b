/** Who is signed in. The key stays in this tab: never in the address, never on the disk beyond the session. */
import { effect, signal } from "@preact/signals";
import { api, ask, type Schema } from "./api";
import { about } from "./i18n";
import { go } from "./router";

const KEPT = "whyrec.key";

export type Me = Schema["MeOut"];
export type Area = Me["areas"][number];

export const demo = document.documentElement.dataset.demo === "yes";
export const key = signal(sessionStorage.getItem(KEPT) ?? "");
export const me = signal<Me | null>(null);
effect(() => {
  about.value = {
    domain: me.value?.domain ?? "other",
    verb: (me.value as { verb?: string } | null)?.verb ?? "",
  };
});

/** Said on the sign-in screen: why one is there. */
export const farewell = signal("");
/** Of an erasure that was just done, until it is put away. */
export const receipt = signal<Schema["Receipt"] | null>(null);

/** Ask who the key is of; keeps it where the service knows it. Throws Trouble. */
export async function signIn(secret: string): Promise<Me> {
  key.value = secret;
  try {
    const found = await ask(api.GET("/v1/me"));
    sessionStorage.setItem(KEPT, secret);
    farewell.value = "";
    me.value = found;
    return found;
  } catch (error) {
    signOut(); // without a word: whoever asked knows what was asked
    throw error;
  }
}

export function signOut(why = ""): void {
  sessionStorage.removeItem(KEPT);
  key.value = "";
  me.value = null;
  farewell.value = why;
}

/** Demo only: become somebody, and go to their first screen. */
export async function become(identity: Schema["DemoIdentity"]): Promise<void> {
  const made = await ask(api.POST("/v1/demo/key", { body: identity }));
  await signIn(made.key);
  go("/");
}

/** Whether the key may do this: the scopes of its role. */
export const may = (scope: string): boolean => me.value?.may.includes(scope) ?? false;
