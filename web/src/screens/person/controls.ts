/** A person's wishes: each takes effect at once and gives back how to undo it. */
import { signal } from "@preact/signals";
import { api, ask, type Schema } from "../../api";
import { defined } from "../../defined";
import { lang } from "../../i18n";
import { account } from "../../session";

export type Lists = "blocked_items" | "blocked_tags" | "excluded_events";
export type Profile = Schema["ProfileOut"];
export type Undo = () => Promise<void>;

/** Counts up with every change: what is shown depends on it. */
export const changes = signal(0);

export const user = (): string => defined(account().user);
const at = () => ({ params: { path: { user: user() } } });

export const profile = (signal?: AbortSignal): Promise<Profile> =>
  ask(api.GET("/v1/users/{user}/profile", { ...at(), signal }));

async function write(body: Schema["ProfilePatch"]): Promise<void> {
  await ask(api.PATCH("/v1/users/{user}/profile", { ...at(), body }));
  changes.value += 1;
}

/** Put labels into one of the lists, take others out. The lists are read first: nothing that another window set is lost. */
export async function edit(
  list: Lists,
  add: readonly string[],
  remove: readonly string[] = [],
): Promise<Undo> {
  const before = (await profile())[list];
  const fresh = add.filter((one) => !before.includes(one)),
    gone = remove.filter((one) => before.includes(one));
  await write({ [list]: [...before.filter((one) => !gone.includes(one)), ...fresh] });
  return async () => {
    await edit(list, gone, fresh);
  };
}

export type Strengths = Schema["Forces"];

/** How much each force counts in this person's lists; those left out count as usual. */
export async function steer(strengths: Strengths): Promise<Undo> {
  const before = Object.entries((await profile()).forces).flatMap(([name, { strength }]) =>
    strength === null ? [] : [[name, strength]],
  );
  await write({ forces: strengths });
  return () => write({ forces: Object.fromEntries(before) as Strengths });
}

export async function personalise(on: boolean): Promise<Undo> {
  await write({ personalised: on });
  return () => write({ personalised: !on });
}

/** Whether friends may read the name in a reason. Other facts stay as they are. */
export async function nameToFriends(on: boolean): Promise<Undo> {
  const set = (fields: Profile["fields"]) =>
    ask(api.PUT("/v1/users/{user}", { ...at(), body: { fields } })).then(
      () => void (changes.value += 1),
    );
  const { fields } = await profile();
  await set({ ...fields, named_to_friends: on ? "yes" : "no" });
  return () => set(fields);
}

export async function editPeriods(
  change: (before: Profile["excluded_periods"]) => Profile["excluded_periods"],
): Promise<Undo> {
  const before = (await profile()).excluded_periods;
  await write({ excluded_periods: change(before) });
  return () => write({ excluded_periods: before });
}

/** What a person says of an item: kinds of events, as the service's table of kinds has them. */
export type Opinion = "like" | "dislike" | "not_interested";

/** Say it; it counts from the next answer on. Undo takes the event back. */
export async function say(item: string, kind: Opinion, recommendation: string): Promise<Undo> {
  const event = {
    event_id: `page-${crypto.randomUUID()}`,
    user: user(),
    item,
    type: kind,
    recommendation_id: recommendation,
  };
  const made = await ask(api.POST("/v1/events", { body: { events: [event] } })),
    because = made.results[0]?.because;
  if (because) throw new Error(because);
  changes.value += 1;
  return async () => {
    await edit("excluded_events", [event.event_id]);
  };
}

/** The list as it is and as it would be without these events; nothing is stored. */
export const without = (
  events: readonly string[],
  n: number,
  signal?: AbortSignal,
  cut: readonly Schema["CutPath"][] = [],
) =>
  ask(
    api.POST("/v1/what-if", {
      body: { user: user(), n, lang: lang.value, remove_events: [...events], cut_paths: [...cut] },
      ...(signal ? { signal } : {}),
    }),
  );
