/** Two lists side by side: what stays, moves, comes and goes. */
import { Title } from "../../ui";
import { m } from "./words";

interface Line { item: string; title: string; rank: number }

/** places, now: the place of every item that is in the longer list before and after. */
export function BeforeAfter({ before, after, places, now, focus, names }: { before: readonly Line[]; after: readonly Line[]; places: Map<string, number>; now: Map<string, number>; focus?: string; names: readonly [string, string] }) {
  const words = m();
  const fresh = after.filter((one) => !places.has(one.item)).length, last = after.length;
  const moved = after.filter((one) => places.has(one.item) && places.get(one.item) !== one.rank).length;
  return (
    <>
      <p class="small">{fresh || moved ? words.feed.changed.sum(fresh, moved) : words.feed.changed.same}</p>
      <div class="two">
        <div>
          <h3 class="label">{names[0]}</h3>
          <ol class="lines">{before.map((one) => {
            const there = now.get(one.item);
            return (
              <li key={one.item} class={`${one.item === focus ? "focus" : ""} ${there === undefined ? "leaves" : ""}`}>
                <span class="num">{one.rank}</span><span><Title>{one.title}</Title>{there === undefined && <span class="small muted"> {words.why.gone}</span>}{there !== undefined && there > last && <span class="small muted"> {words.why.down(there)}</span>}</span>
              </li>
            );
          })}</ol>
        </div>
        <div>
          <h3 class="label">{names[1]}</h3>
          <ol class="lines">{after.map((one) => {
            const was = places.get(one.item), by = was === undefined ? undefined : was - one.rank;
            return (
              <li key={one.item} class={one.item === focus ? "focus" : ""}>
                <span class="num">{one.rank}</span><span><Title>{one.title}</Title>{" "}
                  {by === undefined ? <span class="moved fresh">{words.feed.fresh}</span> : by !== 0 && <span class={`moved ${by > 0 ? "up" : "down"}`}><span aria-hidden="true">{by > 0 ? "↑" : "↓"}{Math.abs(by)}</span><span class="vh">{words.feed.moved(by)}</span></span>}</span>
              </li>
            );
          })}</ol>
        </div>
      </div>
    </>
  );
}
