/** An answer's items as the service's contract has them. What an older answer lacks is null; nothing is worked out here. */
import type { Schema } from ".";

/** What happened when all named reasons were removed together, by the same code as what-if. listed: how long the list was; proved:
 * where the text says “because”; random: the places after as many random events were removed, none where it was not tried. */
export interface Removed {
  items: string[];
  event_ids: (string | null)[];
  rank_before: number;
  rank_after: number;
  listed: number;
  proved: boolean;
  random: { draws: number; rank_after: number[] } | null;
}

/** One item of the history: count: how often it was used; event_ids: all of those uses; support: how many people chose both. */
export interface Evidence {
  item: string;
  title: string;
  event_ids: string[];
  time: number | null;
  tag: string | null;
  count: number;
  support: number | null;
}

/** label: what a model over features says of it. */
export interface Reason {
  code: string;
  evidence: Evidence | null;
  label: string | null;
  contribution: number;
  path: Schema["PathOut"] | null;
}

/** What one force adds to the score: a promotion, variety, what was dismissed. */
export type Term = Schema["TermOut"];

/** score = base + sum of the reasons' contributions + unlisted + rest + terms, but for gap. share: whole percent of the score. */
export interface Item {
  item: string;
  title: string;
  rank: number;
  score: number;
  base: number;
  reasons: Reason[];
  unlisted: number;
  rest: number;
  gap: number;
  share: number | null;
  /** Whether the parts are exact, so that they add up. */
  additive: boolean;
  /** How far exact parts decide its place in the order, 0 to 1. */
  explained: number | null;
  text: string;
  terms: Term[];
  removed: Removed | null;
}

type Given = Omit<Schema["ItemOut"], "reasons"> &
  Partial<Pick<Item, "gap" | "share" | "removed">> & { reasons?: GivenReason[] | null };
type GivenReason = Omit<Schema["ReasonOut"], "evidence" | "removed"> & {
  evidence: GivenEvidence | null;
  label?: string | null;
};
type GivenEvidence = Omit<Schema["Evidence"], "event_id"> & {
  event_id: string | null;
  count?: number | null;
  event_ids?: (string | null)[] | null;
  support?: number | null;
};

const TOLERANCE = 1e-4; // of the score: core's own for a sum that holds

function evidenceOf(given: GivenEvidence): Evidence {
  const ids = (given.event_ids ?? [given.event_id]).filter((id) => id !== null);
  return {
    item: given.item,
    title: given.title,
    event_ids: ids,
    time: given.time,
    tag: given.tag ?? null,
    count: given.count ?? Math.max(1, ids.length),
    support: given.support ?? null,
  };
}

export function itemOf(row: Schema["ItemOut"]): Item {
  const given = row as Given,
    unlisted = given.unlisted ?? 0,
    rest = given.rest ?? 0;
  return {
    item: given.item,
    title: given.title,
    rank: given.rank,
    score: given.score,
    base: given.base ?? 0,
    unlisted,
    gap: given.gap ?? 0,
    rest: given.gap === undefined ? rest - unlisted : rest, // before there was a gap, the rest held what is not listed
    reasons: (given.reasons ?? []).map((one) => ({
      code: one.code,
      contribution: one.contribution,
      path: one.path ?? null,
      label: one.label ?? null,
      evidence: one.evidence && evidenceOf(one.evidence),
    })),
    share: given.share ?? null,
    additive: given.additive ?? given.explained_share !== 0, // answers of before have no such field, and 0 for what is no sum
    explained: given.explained_share ?? null,
    text: given.text ?? "",
    terms: given.terms ?? [],
    removed: given.removed ?? null,
  };
}

/** Whether the parts did not add up: then the service gives no reasons. */
export const broken = (item: Item): boolean =>
  Math.abs(item.gap) > TOLERANCE * Math.max(1, Math.abs(item.score));
