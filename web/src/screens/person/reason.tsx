/** The reasons that the service's text names, as things one can point at: choices, paths, features. */
import type { Schema } from "../../api";
import type { Evidence, Item, Reason } from "../../api/answer";
import { defined } from "../../defined";
import { fmt, lang } from "../../i18n";
import { m } from "../../i18n/messages/person-feed";
import { m as reasonWords } from "../../i18n/messages/person-reason";
import { Badge, Title } from "../../ui";
import { when } from "./verbs";

/** Those with something that one can point at. */
export const shownOf = (item: Item): Reason[] =>
  item.reasons.filter((one) => one.evidence || one.path || one.label);

export const idOf = (one: Reason): string =>
  one.path?.id ?? one.label ?? defined(one.evidence).item;

/** A phrase as a line of its own: English begins it with a capital. */
export const asLine = (text: string): string =>
  lang.value === "zh" ? text : text.charAt(0).toLocaleUpperCase("en") + text.slice(1);

/** Names stay as they are. */
export const lineOf = (path: Schema["PathOut"]): string =>
  path.names.length ? path.text : asLine(path.text);

/** The events that taking back would take the whole reason away: none where a link or people carry it. */
export const eventsOf = ({ evidence, path }: Reason): string[] =>
  path?.kind === "link" ? [] : (evidence?.event_ids ?? []);

/** What is known of a choice: when, how often; with `support`, how many people chose both. */
export function Facts({ of, support }: { of: Evidence; support?: boolean }) {
  const words = reasonWords();
  const day = when(of.time),
    times = fmt.number(of.count),
    facts = [
      of.count > 1 ? (day ? words.timesLast({ times, last: day }) : words.times({ times })) : day,
      of.support === null || !support ? "" : words.support({ n: fmt.number(of.support) }),
    ].filter(Boolean);
  return facts.length ? <span class="small muted">{facts.join(" · ")}</span> : null;
}

/** A reason as a line of a list: the choice, or the path or feature in the service's words. */
export function Line({ of: { code, evidence, label, path } }: { of: Reason }) {
  if (!evidence || path)
    return (
      <span class="line">
        <Title>{path ? lineOf(path) : asLine(label ?? "")}</Title>
      </span>
    );
  return (
    <span class="line">
      <Title>{evidence.title}</Title>{" "}
      {code === "tag" && <Badge tone="good">{evidence.tag ?? ""}</Badge>}{" "}
      <Facts of={evidence} support />
    </span>
  );
}

/** What the place was computed from: the list's own source first, then what the item's reasons are. */
export function KindBadge({ item, source }: { item: Item; source?: string | undefined }) {
  const words = m().badge,
    code = item.reasons[0]?.code ?? "popular";
  if (source === "popular" || code === "popular")
    return (
      <Badge>
        <span aria-hidden="true">○</span>
        {words.popular}
      </Badge>
    );
  if (source === "content" || code === "tag")
    return (
      <Badge tone="good">
        <span aria-hidden="true">◆</span>
        {words.similar}
      </Badge>
    );
  if (code === "none")
    return (
      <Badge>
        <span aria-hidden="true">–</span>
        {words.none}
      </Badge>
    );
  return (
    <Badge tone="accent">
      <span aria-hidden="true">●</span>
      {words.personal}
    </Badge>
  );
}
