/** Everything that counts for one item: starting point, events for and against, the rest, the score. One table with bars. */
import type { Schema } from "../../api";
import { fmt, quoted } from "../../i18n";
import { me } from "../../session";
import { Figure, Help, SignedBars, Title, type SignedRow } from "../../ui";
import { m } from "./words";

export type WhyNot = Schema["WhyNotOut"];
/** What an event adds to the item; the service names these four fields. */
export interface Part { item: string; title: string; event_id: string | null; contribution: number }

export const partsOf = (of: WhyNot): Part[] => of.reasons as unknown as Part[];

interface Props {
  of: WhyNot;
  /** The item's row of the list, where it is in it: tells exact reasons from what only the large model sees. */
  row?: Schema["ItemOut"] | undefined;
  times: ReadonlyMap<string, number>;
  act?: (part: Part) => preact.ComponentChildren;
  gone?: ReadonlySet<string>;
  takeaway: string;
  title: string;
}

/** Digits that tell the smallest bar from nothing. */
export const digitsFor = (values: readonly number[]): number => {
  const most = Math.max(...values.map(Math.abs), 1e-9);
  return most >= 20 ? 1 : most >= 0.2 ? 2 : most >= 0.02 ? 3 : 4;
};

export function Parts({ of, row, times, act, gone, takeaway, title }: Props) {
  const words = m().why, parts = partsOf(of), additive = !row || (row.explained_share ?? 0) > 0;
  const told = parts.reduce((sum, part) => sum + part.contribution, 0);
  const exact = (row?.reasons ?? []).reduce((sum, one) => sum + one.contribution, 0) + (row?.unlisted ?? 0);
  const left = (of.score ?? 0) - (of.base ?? 0) - told, others = row && additive ? exact - told : 0, rest = left - others;
  const digits = digitsFor([of.base ?? 0, ...parts.map((part) => part.contribution), others, rest]);
  const small = 0.5 * 10 ** -digits;
  const rows: SignedRow[] = [
    { id: "base", what: <span>{words.base}</span>, value: of.base ?? 0, plain: true },
    ...parts.map((part, n) => ({
      id: part.event_id ?? `${n}`, value: part.contribution, gone: gone?.has(part.event_id ?? "") ?? false, act: act?.(part),
      what: <><Title>{part.title}</Title>{me.value?.clock && part.event_id && times.has(part.event_id) && <>{" "}<span class="small muted date">{fmt.day(times.get(part.event_id)!)}</span></>}</>,
    })),
    ...(Math.abs(others) > small ? [{ id: "others", what: of.paths ? words.othersAll : words.others, value: others, kind: "rest" as const }] : []),
    ...(Math.abs(rest) > small ? [{ id: "rest", what: row && additive ? words.rest : words.left, value: rest, kind: "rest" as const }] : []),
    { id: "total", what: words.total, value: of.score ?? 0, plain: true, total: true },
  ];
  return (
    <Figure title={title} takeaway={takeaway} about={{ how: additive ? words.barsHow : words.barsHowOut, model: `${me.value!.model.name} ${me.value!.model.version}`, n: times.size, time: fmt.moment(me.value!.now) }}>
      <SignedBars rows={rows} caption={title} digits={digits} columns={[words.columns.what, words.columns.part, words.columns.amount]} />
    </Figure>
  );
}

/** How much of the score is explained exactly, as a sentence and a bar. */
export function ExplainedShare({ share }: { share: number }) {
  const words = m().why;
  if (share <= 0) return <p class="small">{words.shareNone}</p>;
  return (
    <div class="stack" style={{ "--gap": "6px" }}>
      <p class="row">{words.share(fmt.percent(share))}<Help>{words.shareHelp}</Help></p>
      <div class="share-bar" aria-hidden="true"><i style={{ width: `${share * 100}%` }} /></div>
    </div>
  );
}

/** What speaks against it most, where it weighs at least a quarter of what speaks for it most: the rule of the service's own sentences. */
export function against(parts: readonly Part[]): Part | undefined {
  const worst = parts.reduce<Part | undefined>((low, part) => (part.contribution < (low?.contribution ?? 0) ? part : low), undefined);
  const best = Math.max(0, ...parts.map((part) => part.contribution));
  return worst && -worst.contribution >= 0.25 * best ? worst : undefined;
}

export const strongest = (parts: readonly Part[]): Part | undefined =>
  parts.reduce<Part | undefined>((high, part) => (part.contribution > (high?.contribution ?? 0) ? part : high), undefined);

export const titled = (part: Part | undefined): string => (part ? quoted(part.title) : "");
