/** Reasons as the person reads them. What a sentence says is taken from the answer's own fields, never from more. */
import type { Schema } from "../../api";
import { Badge } from "../../ui";
import { m } from "./words";

export type Item = Schema["ItemOut"];
export type Reason = Schema["ReasonOut"];

export const reasonsOf = (item: Item): Reason[] => item.reasons ?? [];
/** Those with something that one can point at. */
export const shownOf = (item: Item): Reason[] => reasonsOf(item).filter((one) => one.evidence);

/** One sentence. “Because” only where leaving the event out cost the item its place. */
export function sentence(item: Item): string {
  const [first] = reasonsOf(item), words = m().reason;
  if (!first || first.code === "none") return words.none;
  if (first.code === "popular" || !first.evidence) return words.popular;
  if (first.code === "tag") return words.tag(first.evidence.tag ?? "");
  const lost = first.removed && first.removed.rank_after > first.removed.rank_before;
  return (lost ? words.cause : words.evidence)(first.evidence.title, first.evidence.time);
}

/** What leaving the first reason out did to the item's place. */
export function counterfactual(item: Item): string {
  const [first] = shownOf(item), words = m().reason;
  if (!first?.evidence || !first.removed) return "";
  const { rank_before: a, rank_after: b } = first.removed;
  return b > a ? words.without(first.evidence.title, a, b) : words.stays(first.evidence.title, a);
}

export function KindBadge({ item }: { item: Item }) {
  const words = m().feed.badge, [first] = reasonsOf(item);
  if (!first || first.code === "popular") return <Badge><span aria-hidden="true">○</span>{words.popular}</Badge>;
  if (first.code === "tag") return <Badge tone="good"><span aria-hidden="true">◆</span>{words.similar}</Badge>;
  return <Badge tone="accent"><span aria-hidden="true">●</span>{words.personal}</Badge>;
}
