/** Who is signed in, and what their key may do. */
import { effect, signal } from "@preact/signals";
import { api, ask, type Schema } from "./api";
import { keepKey, key, signOut } from "./api/credentials";
import { defined } from "./defined";
import { about } from "./i18n";
import { go } from "./router";

export { farewell, key, signOut } from "./api/credentials";

export type Me = Schema["MeOut"];
export type Area = Me["areas"][number];

export const demo = document.documentElement.dataset.demo === "yes";
export const me = signal<Me | null>(null);
/** Whoever is signed in, for what is shown to them alone. */
export const account = (): Me => defined(me.value);
effect(() => {
  if (!key.value) me.value = null;
});
effect(() => {
  about.value = {
    domain: me.value?.domain ?? "other",
    verb: (me.value as { verb?: string } | null)?.verb ?? "",
  };
});

/** Of an erasure that was just done, until it is put away. */
export const receipt = signal<Schema["Receipt"] | null>(null);

/** Ask who the key is of; keeps it where the service knows it. Throws Trouble. */
export async function signIn(secret: string): Promise<Me> {
  key.value = secret;
  try {
    const found = await ask(api.GET("/v1/me"));
    keepKey();
    me.value = found;
    return found;
  } catch (error) {
    signOut(); // without a word: whoever asked knows what was asked
    throw error;
  }
}

/** Demo only: become somebody, and go to their first screen. */
export async function become(identity: Schema["DemoIdentity"]): Promise<void> {
  const made = await ask(api.POST("/v1/demo/key", { body: identity }));
  await signIn(made.key);
  go("/");
}

/** Whether the key may do this: the scopes of its role. */
export const may = (scope: string): boolean => me.value?.may.includes(scope) ?? false;
