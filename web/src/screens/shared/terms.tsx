/** What else than reasons moves an item: each force with its part of the score and the places that it makes. */
import type { Term } from "../../api/answer";
import { byName, fmt } from "../../i18n";
import { m } from "../../i18n/messages/shared-terms";
import { Title } from "../../ui";
import "./terms.css";

/** The operator's forces have names of their own. One without weight moves other items past this one. */
export function termName({ kind, name, weight }: Omit<Term, "rank_without" | "text">): string {
  const words = m();
  if (kind === "promote") return (weight ? words.promoted : words.promotedOthers)({ name });
  if (kind === "bury") return (weight ? words.buried : words.buriedOthers)({ name });
  return byName(words.names, kind) ?? name;
}

export const termsOf = (terms: readonly { weight: number }[]): number =>
  terms.reduce((sum, one) => sum + one.weight, 0);

/** By how many places a force moves the item, as an arrow with a number. */
function Places({ by }: { by: number }) {
  const words = m(),
    places = fmt.number(Math.abs(by));
  if (by === 0) return null;
  return (
    <span class={`moved ${by > 0 ? "up" : "down"}`}>
      <span aria-hidden="true">
        {by > 0 ? "↑" : "↓"}
        {places}
      </span>
      <span class="vh">{(by > 0 ? words.up : words.down)({ places })}</span>
    </span>
  );
}

/** On a card: the names of what moved it. What the operator does is said in full at once. */
export function TermMarks({ terms, rank }: { terms: readonly Term[]; rank: number }) {
  const moving = terms.filter((one) => one.rank_without !== rank),
    operator = terms.filter((one) => one.kind === "promote" || one.kind === "bury");
  if (!moving.length && !operator.length) return null;
  return (
    <div class="terms-card">
      {moving.length > 0 && (
        <ul class="terms-marks" aria-label={m().title}>
          {moving.map((one) => (
            <li key={one.name} data-kind={one.kind} title={one.text}>
              <Title>{termName(one)}</Title> <Places by={one.rank_without - rank} />
            </li>
          ))}
        </ul>
      )}
      {operator.map((one) => (
        <p key={one.name} class="small muted terms-operator">
          {one.text}
        </p>
      ))}
    </div>
  );
}

/** Each force with its sentence and its part of the score. */
export function Terms({ terms, digits }: { terms: readonly Term[]; digits: number }) {
  return (
    <ul class="terms">
      {terms.map((one) => (
        <li key={one.name} data-kind={one.kind}>
          <span class="terms-name">
            <Title>{termName(one)}</Title>
          </span>
          <span class="terms-text">{one.text}</span>
          <span class="num terms-weight">{fmt.signed(one.weight, digits)}</span>
        </li>
      ))}
    </ul>
  );
}
