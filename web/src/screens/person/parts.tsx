/** Everything that counts for one item: starting point, what is named, other choices, the model's own rest, the score. A table with bars. */
import type { Schema } from "../../api";
import { broken, type Item } from "../../api/answer";
import { fmt } from "../../i18n";
import { m as reasonWords } from "../../i18n/messages/person-reason";
import { m } from "../../i18n/messages/person-why";
import { account } from "../../session";
import { Figure, Help, SignedBars, Title, type SignedRow } from "../../ui";
import { Facts } from "./reason";
import { partOf, strength } from "./strength";
import { when } from "./verbs";
import { termName, termsOf } from "../shared/terms";

export type WhyNot = Schema["WhyNotOut"];
/** What a choice adds to the item; the service names these four fields. */
export interface Part {
  item: string;
  title: string;
  event_id: string | null;
  contribution: number;
}

export const partsOf = (of: WhyNot): Part[] => of.reasons as unknown as Part[];

/** What a row's button leaves out. */
export interface Choice {
  title: string;
  ids: string[];
}

interface Props {
  of: WhyNot;
  /** The item's row of the list, where it is in it: what its text names stands first, as the text names it. */
  row?: Item | undefined;
  times: ReadonlyMap<string, number>;
  act?: (choice: Choice) => preact.ComponentChildren;
  gone?: ReadonlySet<string>;
  takeaway: string;
  title: string;
}

/** Digits that tell the smallest bar from nothing. */
export const digitsFor = (values: readonly number[]): number => {
  const most = Math.max(...values.map(Math.abs), 1e-9);
  return most >= 20 ? 1 : most >= 0.2 ? 2 : most >= 0.02 ? 3 : 4;
};

interface Bar extends Choice {
  id: string;
  value: number;
  facts: preact.ComponentChildren;
}

/** The choices that the text names, each once with all its uses. */
const namedOf = (row: Item | undefined): Bar[] =>
  (row?.reasons ?? []).flatMap(({ evidence, path, contribution }) =>
    evidence && !path
      ? [
          {
            id: `named-${evidence.item}`,
            title: evidence.title,
            ids: evidence.event_ids,
            value: contribution,
            facts: <Facts of={evidence} />,
          },
        ]
      : [],
  );

/** The strongest further choices; several uses of one item are one. */
function furtherOf({ of, row, times }: Pick<Props, "of" | "row" | "times">): Bar[] {
  const named = new Set(
    (row?.reasons ?? []).flatMap(({ evidence, path }) =>
      evidence && !path ? [evidence.item] : [],
    ),
  );
  const found = new Map<string, Bar>();
  for (const { item, title, event_id: id, contribution } of partsOf(of)) {
    if (named.has(item)) continue;
    const bar = found.get(item) ?? { id: item, title, ids: [], value: 0, facts: null };
    bar.value += contribution;
    if (id) bar.ids.push(id);
    found.set(item, bar);
  }
  return [...found.values()].map((bar) => {
    const facts =
      bar.ids.length > 1
        ? reasonWords().times({ times: fmt.number(bar.ids.length) })
        : when(times.get(bar.ids[0] ?? ""));
    return { ...bar, facts: facts && <span class="small muted date">{facts}</span> };
  });
}

export function Parts({ of, row, times, act, gone, takeaway, title }: Props) {
  const words = m(),
    additive = !row || row.additive;
  const named = namedOf(row),
    further = furtherOf({ of, row, times }),
    sum = (bars: readonly { value: number }[]) => bars.reduce((total, one) => total + one.value, 0);
  const exact =
    row && additive
      ? row.reasons.reduce((total, one) => total + one.contribution, 0) + row.unlisted
      : sum(named) + sum(further);
  const others = exact - sum(named) - sum(further),
    gap = row && broken(row) ? row.gap : 0;
  const score = of.score ?? 0,
    rest = score - (of.base ?? 0) - exact - gap - termsOf(of.terms);
  const values = [...named, ...further, ...of.terms.map((one) => ({ value: one.weight }))].map(
      (one) => one.value,
    ),
    size = [...values, others, rest].reduce((total, value) => total + Math.abs(value), 0);
  const digits = digitsFor([of.base ?? 0, ...values, others, rest]),
    small = 0.5 * 10 ** -digits;
  const word = (value: number) =>
    strength(value, score > 0 ? score : size + Math.abs(of.base ?? 0));
  const bar = (one: Bar): SignedRow => ({
    id: one.id,
    value: one.value,
    word: word(one.value),
    gone: one.ids.length > 0 && one.ids.every((id) => gone?.has(id)),
    act: act?.(one),
    what: (
      <>
        <Title>{one.title}</Title> {one.facts}
      </>
    ),
  });
  const left = (id: string, what: string, value: number): SignedRow[] =>
    Math.abs(value) > small ? [{ id, what, value, kind: "rest", word: word(value) }] : [];
  const rows: SignedRow[] = [
    { id: "base", what: <span>{words.base}</span>, value: of.base ?? 0, plain: true },
    ...named.map(bar),
    ...further.filter((one) => Math.abs(one.value) > small).map(bar),
    ...left("others", of.paths ? words.othersAll : words.others, others),
    ...left("rest", row && additive ? words.rest : words.left, rest),
    ...left("gap", words.gap, gap),
    ...of.terms.map((one) => ({
      id: `term-${one.name}`,
      value: one.weight,
      word: word(one.weight),
      what: (
        <>
          <Title>{termName(one)}</Title> <span class="small muted term-text">{one.text}</span>
        </>
      ),
    })),
    { id: "total", what: words.total, value: score, plain: true, total: true },
  ];
  return (
    <Figure
      title={title}
      takeaway={takeaway}
      about={{
        how: additive ? words.barsHow : words.barsHowOut,
        model: `${account().model.name} ${account().model.version}`,
        n: times.size,
        time: fmt.moment(account().now),
      }}
    >
      <SignedBars
        rows={rows}
        caption={title}
        digits={digits}
        columns={[words.columns.what, words.columns.part, words.columns.amount]}
      />
    </Figure>
  );
}

/** What of the score the named reasons make, as the text says it, and whether its parts are exact. */
export function Share({ row }: { row: Item }) {
  const words = m(),
    { share } = row,
    digits = digitsFor([row.score, row.rest]),
    own = Math.abs(row.rest) > 0.5 * 10 ** -digits;
  return (
    <div class="stack" style={{ "--gap": "6px" }}>
      {share !== null && (
        <>
          <p class="row share" data-share={share}>
            {words.share({ share: fmt.percent(share / 100), part: partOf(share / 100) })}
            <Help>{words.shareHelp}</Help>
          </p>
          <div class="share-bar" aria-hidden="true">
            <i style={{ width: `${Math.min(100, Math.max(0, share))}%` }} />
          </div>
        </>
      )}
      <p class="small muted">
        {broken(row)
          ? words.broken
          : !row.additive
            ? words.measured
            : own
              ? [
                  words.exactBut({ rest: fmt.signed(row.rest, digits) }),
                  row.explained === null
                    ? ""
                    : words.explained({ share: fmt.percent(row.explained) }),
                ].join(" ")
              : words.exact}
      </p>
    </div>
  );
}
