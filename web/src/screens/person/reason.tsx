/** Reasons as the person reads them. What a sentence says is taken from the answer's own fields, never from more. */
import type { Schema } from "../../api";
import { lang } from "../../i18n";
import { Badge } from "../../ui";
import { m } from "./words";

export type Item = Schema["ItemOut"];
export type Reason = Schema["ReasonOut"];

export const reasonsOf = (item: Item): Reason[] => item.reasons ?? [];
/** Those with something that one can point at. */
export const shownOf = (item: Item): Reason[] => reasonsOf(item).filter((one) => one.evidence || one.path);

/** A phrase as a line of its own: English begins it with a capital. */
export const asLine = (text: string): string => (lang.value === "zh" ? text : text.charAt(0).toLocaleUpperCase("en") + text.slice(1));

/** Names stay as they are. */
export const lineOf = (path: Schema["PathOut"]): string => (path.names.length ? path.text : asLine(path.text));

/** A reason as a line of a list. */
export function line({ code, evidence, path }: Reason): string {
  const words = m().reason;
  if (path) return lineOf(path);
  return code === "tag" ? words.tag(evidence!.tag ?? "") : words.did(evidence!.title, evidence!.time);
}

/** The event that taking back would take the whole reason away: none where a link or people carry it. */
export const eventOf = ({ evidence, path }: Reason): string | null => (path?.kind === "link" ? null : (evidence?.event_id ?? null));

const lostBy = (reason: Reason): boolean => (reason.removed ? reason.removed.rank_after > reason.removed.rank_before : false);

/** One sentence. “Because” only where leaving the event out cost the item its place. */
export function sentence(item: Item): string {
  const [first] = reasonsOf(item), words = m().reason;
  if (!first || first.code === "none") return words.none;
  if (first.path) return words.path(first.path.text, lostBy(first));
  if (first.code === "popular" || !first.evidence) return words.popular;
  if (first.code === "tag") return words.tag(first.evidence.tag ?? "");
  return (lostBy(first) ? words.cause : words.evidence)(first.evidence.title, first.evidence.time);
}

/** What leaving the first reason out did to the item's place. */
export function counterfactual(item: Item): string {
  const [first] = shownOf(item), words = m().reason;
  if (!first?.removed) return "";
  const { rank_before: a, rank_after: b } = first.removed;
  if (!eventOf(first) || !first.evidence) return b > a ? words.withoutPath(a, b) : words.staysPath(a);
  return b > a ? words.without(first.evidence.title, a, b) : words.stays(first.evidence.title, a);
}

export function KindBadge({ item }: { item: Item }) {
  const words = m().feed.badge, [first] = reasonsOf(item);
  if (!first || first.code === "popular") return <Badge><span aria-hidden="true">○</span>{words.popular}</Badge>;
  if (first.code === "tag") return <Badge tone="good"><span aria-hidden="true">◆</span>{words.similar}</Badge>;
  return <Badge tone="accent"><span aria-hidden="true">●</span>{words.personal}</Badge>;
}
