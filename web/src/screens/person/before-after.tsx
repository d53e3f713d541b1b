/** Two lists side by side, as what-if gives them: what stays, moves, comes and goes. All is counted over the places that are shown. */
import type { Schema } from "../../api";
import { fmt } from "../../i18n";
import { m } from "../../i18n/messages/person-feed";
import { m as whyWords } from "../../i18n/messages/person-why";
import { Title } from "../../ui";

type WhatIf = Schema["WhatIfOut"];
const SHOWN = 10;

/** The first places before and after, each with where its item stands in the other list: null where it may not stand in it. */
export function compared({ before, after, moves }: WhatIf) {
  const moved = new Map(moves.map((one) => [one.item, one]));
  const was = before.items
    .slice(0, SHOWN)
    .map((one) => ({ ...one, other: moved.get(one.item)?.rank_after ?? null }));
  const now = after.items
    .slice(0, SHOWN)
    .map((one) => ({ ...one, other: moved.get(one.item)?.rank_before ?? null }));
  const fresh = now.filter((one) => one.other === null || one.other > was.length).length;
  return {
    was,
    now,
    fresh,
    moved: now.filter(
      (one) => one.other !== null && one.other <= was.length && one.other !== one.rank,
    ).length,
  };
}

/** Two lists as what-if gives them. */
export function between(before: Schema["ListOut"], after: Schema["ListOut"]): WhatIf {
  const was = new Map(before.items.map((one) => [one.item, one])),
    now = new Map(after.items.map((one) => [one.item, one]));
  const moves = [...new Map([...was, ...now]).values()].map(({ item, title }) => ({
    item,
    title,
    rank_before: was.get(item)?.rank ?? null,
    rank_after: now.get(item)?.rank ?? null,
    score_before: was.get(item)?.score ?? 0,
    score_after: now.get(item)?.score ?? 0,
  }));
  return { before, after, moves };
}

/** What changed among the places shown, in a sentence. */
export function summary(of: WhatIf): string {
  const words = m().changed,
    { now, fresh, moved } = compared(of);
  return fresh || moved
    ? words.sum({ shown: now.length, fresh, moved })
    : words.same({ shown: now.length });
}

export function BeforeAfter({
  of,
  focus,
  names,
}: {
  of: WhatIf;
  focus?: string;
  names: readonly [string, string];
}) {
  const words = whyWords(),
    { was, now } = compared(of);
  return (
    <div class="two">
      <div>
        <h3 class="label">{names[0]}</h3>
        <ol class="lines">
          {was.map((one) => (
            <li
              key={one.item}
              class={`${one.item === focus ? "focus" : ""} ${one.other === null ? "leaves" : ""}`}
            >
              <span class="num">{one.rank}</span>
              <span>
                <Title>{one.title}</Title>
                {one.other === null ? (
                  <span class="small muted"> {words.gone}</span>
                ) : (
                  one.other > now.length && (
                    <span class="small muted"> {words.down({ n: fmt.number(one.other) })}</span>
                  )
                )}
              </span>
            </li>
          ))}
        </ol>
      </div>
      <div>
        <h3 class="label">{names[1]}</h3>
        <ol class="lines">
          {now.map((one) => (
            <li key={one.item} class={one.item === focus ? "focus" : ""}>
              <span class="num">{one.rank}</span>
              <span>
                <Title>{one.title}</Title>{" "}
                <Moved rank={one.rank} was={one.other} shown={was.length} />
              </span>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

/** How a place came about: from further down the list shown, or new to it. */
export function Moved({ rank, was, shown }: { rank: number; was: number | null; shown: number }) {
  const words = m(),
    by = was === null ? 0 : was - rank;
  if (was === null || was > shown)
    return (
      <span class="moved fresh">
        {was === null ? words.fresh : words.freshFrom({ rank: fmt.number(was) })}
      </span>
    );
  if (by === 0) return null;
  return (
    <span class={`moved ${by > 0 ? "up" : "down"}`}>
      <span aria-hidden="true">
        {by > 0 ? "↑" : "↓"}
        {Math.abs(by)}
      </span>
      <span class="vh">{(by > 0 ? words.movedUp : words.movedDown)({ places: Math.abs(by) })}</span>
    </span>
  );
}
