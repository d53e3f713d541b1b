import { useState } from "preact/hooks";
import { api, ask } from "../../api";
import { itemOf, type Item } from "../../api/answer";
import { useData } from "../../api/useData";
import { fmt, lang, quoted } from "../../i18n";
import { m as reasonWords } from "../../i18n/messages/person-reason";
import { m } from "../../i18n/messages/person-why";
import { asList, go, queryList, setQuery } from "../../router";
import { termsOf } from "../shared/terms";
import type { ScreenProps } from "../types";
import {
  Badge,
  Button,
  Cover,
  Empty,
  Failed,
  Help,
  Loadable,
  Skeleton,
  Title,
  toast,
  Told,
} from "../../ui";
import { attempt } from "./attempt";
import { BeforeAfter, summary } from "./before-after";
import { changes, edit, user, without } from "./controls";
import { listLength } from "./feed";
import { digitsFor, Parts, Share, type Choice, type WhyNot } from "./parts";
import { Modalities } from "./modalities";
import { Paths } from "./paths";
import { idOf, KindBadge, Line, shownOf } from "./reason";
import "./person.css";

interface Now {
  whole: WhyNot;
  row: Item | undefined;
  source: string;
  times: Map<string, number>;
  tags: string[];
}

async function load(item: string, signal: AbortSignal): Promise<Now> {
  const n = listLength(),
    who = user();
  const [whole, now, history, cards] = await Promise.all([
    ask(api.POST("/v1/why-not", { body: { user: who, item, n, lang: lang.value }, signal })),
    without([], n, signal),
    ask(
      api.GET("/v1/users/{user}/history", {
        params: { path: { user: who }, query: { limit: 500 } },
        signal,
      }),
    ),
    ask(api.GET("/v1/cards", { params: { query: { item: [item] } }, signal })),
  ]);
  const row = now.before.items.find((one) => one.item === item);
  return {
    whole,
    row: row && itemOf(row),
    source: now.before.source,
    times: new Map(history.events.map((one) => [one.event_id, one.time])),
    tags: cards.items[0]?.categories ?? [],
  };
}

export default function Why({ params }: ScreenProps) {
  const item = params["item"] ?? "",
    words = m(),
    gone = queryList("without");
  const now = useData(
    (signal) => load(item, signal),
    [item, lang.value, changes.value, listLength()],
  );
  const back = (
    <p class="small why-back">
      <a
        href={`/feed?open=${encodeURIComponent(item)}${listLength() > 20 ? `&n=${listLength()}` : ""}`}
      >
        ← {words.back}
      </a>
    </p>
  );
  return (
    <>
      {back}
      <Loadable of={now} skeleton={<Skeleton rows={5} block />}>
        {(found) =>
          found.row ? (
            <Listed found={found} row={found.row} gone={gone} />
          ) : (
            <Empty top title={words.notListed({ title: quoted(found.whole.title) })}>
              <a href={`/missing?item=${encodeURIComponent(item)}`}>{words.notListedLink}</a>
            </Empty>
          )
        }
      </Loadable>
    </>
  );
}

/** Where an item would stand without what is left out. after: null where it would not be suggested. */
function moved(name: string, from: number, after: number | null, listed: number): string {
  const words = m(),
    title = quoted(name);
  if (after === null) return words.itemGone({ title });
  if (after === from) return words.itemStays({ title, place: from });
  const out = after > listed && from <= listed;
  return (out ? words.itemLeaves : words.itemMoves)({ title, from, to: fmt.number(after) });
}

/** The sum as the bars show it, in numbers. */
function sum(row: Item): string {
  const words = m(),
    choices = row.reasons.reduce((total, one) => total + one.contribution, 0) + row.unlisted,
    terms = termsOf(row.terms),
    digits = digitsFor([row.base, choices, row.rest]);
  const parts = {
    base: fmt.number(row.base, digits),
    choices: fmt.signed(choices, digits),
    score: fmt.number(row.score, digits),
    own: fmt.signed(row.rest, digits),
    terms: fmt.signed(terms, digits),
  };
  if (!row.additive) return words.takeawayOut(parts);
  const some = (value: number) => Math.abs(value) > 0.5 * 10 ** -digits;
  if (some(terms)) return (some(row.rest) ? words.takeawayOwnTerms : words.takeawayTerms)(parts);
  return some(row.rest) ? words.takeawayOwn(parts) : words.takeaway(parts);
}

function Listed({ found, row, gone }: { found: Now; row: Item; gone: string[] }) {
  const words = m(),
    cut = queryList("cut"),
    away = gone.length + cut.length,
    shown = shownOf(row);
  const press = (what: "events" | "paths", ids: readonly string[]) => {
    const now = what === "events" ? gone : cut,
      out = ids.every((id) => now.includes(id));
    setQuery({
      [what === "events" ? "without" : "cut"]: asList(
        out ? now.filter((one) => !ids.includes(one)) : [...new Set([...now, ...ids])],
      ),
    });
  };
  const leave = ({ title, ids }: Choice) => {
    if (!ids.length) return null;
    const out = ids.every((id) => gone.includes(id));
    return (
      <Button
        small
        aria-pressed={out}
        aria-label={
          out ? words.putBackOf({ title: quoted(title) }) : words.leaveOf({ title: quoted(title) })
        }
        onClick={() => press("events", ids)}
      >
        {out ? words.putBack : words.leave}
      </Button>
    );
  };
  const bars = (
    <Parts
      of={found.whole}
      row={row}
      times={found.times}
      gone={new Set(gone)}
      act={leave}
      title={words.bars}
      takeaway={sum(row)}
    />
  );
  return (
    <article>
      <header class="why-head">
        <Cover title={row.title} size={80} />
        <div class="stack" style={{ "--gap": "8px" }}>
          <h1 tabIndex={-1}>
            <Title>{row.title}</Title>
          </h1>
          {found.tags.length > 0 && (
            <p class="muted">
              <bdi>{found.tags.join(" · ")}</bdi>
            </p>
          )}
          <p class="row">
            <Badge>{words.rank({ n: row.rank })}</Badge>
            <KindBadge item={row} source={found.source} />
          </p>
        </div>
      </header>
      <div class="why-grid">
        <div>
          <section class="section stack">
            <h2>{words.reasons}</h2>
            <p class="why-text">
              <Told text={row.text} />
            </p>
            {shown.length > 0 && (
              <>
                <h3 class="row">
                  {words.named}
                  <Help>{reasonWords().testedHelp}</Help>
                </h3>
                <ul class="reasons">
                  {shown.map((one) => (
                    <li key={idOf(one)}>
                      <Line of={one} />
                      {!one.evidence || one.path ? (
                        <span class="small muted num"> {fmt.signed(one.contribution)}</span>
                      ) : null}
                    </li>
                  ))}
                </ul>
              </>
            )}
            {row.removed && <Tested row={row} removed={row.removed} />}
            <Share row={row} />
          </section>
          {found.whole.modalities && (
            <section class="section">
              <Modalities of={found.whole} />
            </section>
          )}
          {found.whole.paths ? (
            <>
              <section class="section">
                <Paths
                  of={found.whole}
                  row={row}
                  gone={{ events: gone, paths: cut }}
                  press={(what, id) => press(what, [id])}
                />
              </section>
              <section class="section">
                <details>
                  <summary class="plain">{m().paths.byEvent}</summary>
                  {bars}
                </details>
              </section>
            </>
          ) : (
            <section class="section">{bars}</section>
          )}
        </div>
        {away > 0 && (
          <p class="why-jump no-print">
            <a class="button primary" href="#what-if">
              {words.without({ n: away })} ↓
            </a>
          </p>
        )}
        <aside class="why-side card stack" aria-labelledby="what-if">
          <h2 id="what-if" class="h3">
            {words.whatIf}
          </h2>
          {away === 0 ? (
            <p class="muted">{words.whatIfEmpty}</p>
          ) : (
            <WhatIf item={row} gone={gone} cut={cut} />
          )}
        </aside>
      </div>
    </article>
  );
}

/** What was measured when all that is named was removed together, in numbers. */
function Tested({ row, removed }: { row: Item; removed: NonNullable<Item["removed"]> }) {
  const words = m().tested,
    place = (rank: number) =>
      rank > removed.listed
        ? words.below({ rank: fmt.number(rank), listed: removed.listed })
        : words.place({ rank: fmt.number(rank) });
  return (
    <dl class="facts tested">
      <dt>{words.before}</dt>
      <dd>{words.place({ rank: fmt.number(removed.rank_before) })}</dd>
      <dt>{words.after({ n: removed.event_ids.length || shownOf(row).length })}</dt>
      <dd>{place(removed.rank_after)}</dd>
      {removed.random && removed.random.rank_after.length > 0 && (
        <>
          <dt>{words.random({ draws: removed.random.draws })}</dt>
          <dd>{removed.random.rank_after.map((rank) => fmt.number(rank)).join(" · ")}</dd>
        </>
      )}
    </dl>
  );
}

/** The list as it would be, computed by the service at each change. */
function WhatIf({ item, gone, cut }: { item: Item; gone: string[]; cut: string[] }) {
  const words = m(),
    n = listLength(),
    [busy, setBusy] = useState(false);
  const made = useData(
    (signal) =>
      without(
        gone,
        n,
        signal,
        cut.map((path) => ({ item: item.item, path })),
      ),
    [gone.join("\n"), cut.join("\n"), lang.value, changes.value],
  );
  const apply = () =>
    attempt(async () => {
      setBusy(true);
      const undo = await edit("excluded_events", gone).finally(() => setBusy(false));
      toast(words.applied({ n: gone.length }), undo);
      go("/feed");
    });
  if (made.trouble && !made.data)
    return <Failed trouble={made.trouble} retry={() => void made.reload()} />;
  if (!made.data) return <Skeleton rows={10} />;
  const found = made.data,
    mine = found.moves.find((one) => one.item === item.item);
  return (
    <div class={`stack ${made.stale ? "stale" : ""}`} aria-busy={made.stale}>
      <div aria-live="polite">
        <p>
          <b>
            {moved(
              item.title,
              mine?.rank_before ?? item.rank,
              mine?.rank_after ?? null,
              found.after.items.length,
            )}
          </b>
        </p>
        <p class="small">{summary(found)}</p>
      </div>
      <BeforeAfter names={[words.before, words.after]} of={found} focus={item.item} />
      <div class="row">
        {gone.length > 0 && (
          <Button kind="primary" onClick={apply} disabled={busy}>
            {words.apply}
          </Button>
        )}
        <Button kind="quiet" onClick={() => setQuery({ without: null, cut: null })}>
          {words.reset}
        </Button>
      </div>
    </div>
  );
}
