/** What people do in each domain, and what the things are called there. */
import { about, byName, fmt } from "../../i18n";
import { m } from "../../i18n/messages/person-things";
import { me } from "../../session";

const OF_DOMAIN: Record<string, string> = {
  film: "watched",
  book: "read",
  music: "listened",
  artist: "listened",
  shop: "bought",
  game: "played",
};
const domain = () => about.value.domain;
const verb = () => about.value.verb || (OF_DOMAIN[domain()] ?? "chose");
export const done = () => byName(m().done, verb()) ?? m().done.chose;
export const thing = () => byName(m().thing, domain()) ?? m().thing.other;
export const things = () => byName(m().things, domain()) ?? m().things.other;
/** “this film”; Chinese needs the measure word of the domain. */
export const thisThing = () => byName(m().this, domain()) ?? m().this.other;
/** The day, where times are dates and this one is known. */
export const when = (time: number | null | undefined) =>
  time != null && me.value?.clock ? fmt.day(time) : "";
