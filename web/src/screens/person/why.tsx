import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { fmt, lang } from "../../i18n";
import { asList, go, queryList, setQuery } from "../../router";
import type { ScreenProps } from "..";
import { Badge, Button, Cover, Empty, Failed, Help, Loadable, Skeleton, Title, toast } from "../../ui";
import { attempt } from "./attempt";
import { BeforeAfter } from "./before-after";
import { changes, edit, user } from "./controls";
import { listLength } from "./feed";
import { against, ExplainedShare, Parts, partsOf, strongest, type Part, type WhyNot } from "./parts";
import { Modalities } from "./modalities";
import { Paths } from "./paths";
import { counterfactual, KindBadge, line, sentence, shownOf, type Item } from "./reason";
import { m } from "./words";
import "./person.css";

interface Now { whole: WhyNot; row: Item | undefined; list: Item[]; times: Map<string, number>; tags: string[]; personalised: boolean }

async function load(item: string, signal: AbortSignal): Promise<Now> {
  const n = listLength(), who = user();
  const [whole, now, history, cards] = await Promise.all([
    ask(api.POST("/v1/why-not", { body: { user: who, item, n, lang: lang.value }, signal })),
    ask(api.POST("/v1/what-if", { body: { user: who, n, lang: lang.value }, signal })),
    ask(api.GET("/v1/users/{user}/history", { params: { path: { user: who }, query: { limit: 500 } }, signal })),
    ask(api.GET("/v1/cards", { params: { query: { item: [item] } }, signal })),
  ]);
  return {
    whole, list: now.before.items, row: now.before.items.find((one) => one.item === item), personalised: now.before.personalised,
    times: new Map(history.events.map((one) => [one.event_id, one.time])), tags: cards.items[0]?.categories ?? [],
  };
}

export default function Why({ params }: ScreenProps) {
  const item = params["item"]!, words = m().why, gone = queryList("without");
  const now = useData((signal) => load(item, signal), [item, lang.value, changes.value, listLength()]);
  const back = <p class="small why-back"><a href={`/feed?open=${encodeURIComponent(item)}${listLength() > 20 ? `&n=${listLength()}` : ""}`}>← {words.back}</a></p>;
  return (
    <>
      {back}
      <Loadable of={now} skeleton={<Skeleton rows={5} block />}>{(found) => found.row
        ? <Listed found={found} row={found.row} gone={gone} />
        : <Empty top title={words.notListed(found.whole.title)}><a href={`/missing?item=${encodeURIComponent(item)}`}>{words.notListedLink}</a></Empty>}</Loadable>
    </>
  );
}

function Listed({ found, row, gone }: { found: Now; row: Item; gone: string[] }) {
  const words = m(), parts = partsOf(found.whole), best = strongest(parts), worst = against(parts);
  const cut = queryList("cut"), away = gone.length + cut.length;
  const press = (what: "events" | "paths", id: string) => {
    const now = what === "events" ? gone : cut;
    setQuery({ [what === "events" ? "without" : "cut"]: asList(now.includes(id) ? now.filter((one) => one !== id) : [...now, id]) });
  };
  const leave = (part: Part) => {
    const id = part.event_id;
    if (!id) return null;
    const out = gone.includes(id);
    return <Button small aria-pressed={out} aria-label={out ? words.why.putBackOf(part.title) : words.why.leaveOf(part.title)} onClick={() => press("events", id)}>{out ? words.why.putBack : words.why.leave}</Button>;
  };
  const bars = (
    <Parts of={found.whole} row={row} times={found.times} gone={new Set(gone)} act={leave} title={words.why.bars}
      takeaway={!best ? words.why.takeawayNone : (found.whole.base ?? 0) > best.contribution ? words.why.takeawayBase(best.title) : words.why.takeawayPlus(best.title)} />
  );
  return (
    <article>
      <header class="why-head">
        <Cover title={row.title} size={80} />
        <div class="stack" style={{ "--gap": "8px" }}>
          <h1 tabIndex={-1}><Title>{row.title}</Title></h1>
          {found.tags.length > 0 && <p class="muted"><bdi>{found.tags.join(" · ")}</bdi></p>}
          <p class="row"><Badge>{words.why.rank(row.rank)}</Badge><KindBadge item={row} /></p>
        </div>
      </header>
      <div class="why-grid">
        <div>
          <section class="section stack">
            <h2 class="row">{words.why.reasons}<Help>{words.reason.testedHelp}</Help></h2>
            {shownOf(row).length === 0 ? <p>{sentence(row)}</p> : (
              <ul class="reasons">{shownOf(row).map((one) => <li key={one.path?.id ?? one.evidence!.event_id ?? one.evidence!.item}>{line(one)}{one.path && <span class="small muted num"> {fmt.signed(one.contribution)}</span>}</li>)}</ul>
            )}
            {counterfactual(row) && <p>{counterfactual(row)}</p>}
            {parts.length > 0 && (worst
              ? <><h3>{words.reason.against}</h3><ul class="reasons"><li class="minus">{words.reason.did(worst.title, found.times.get(worst.event_id ?? ""))}</li></ul></>
              : <p class="small muted">{words.reason.noAgainst}</p>)}
            <ExplainedShare share={row.explained_share ?? 0} />
          </section>
          {found.whole.modalities && <section class="section"><Modalities of={found.whole} /></section>}
          {found.whole.paths
            ? <><section class="section"><Paths of={found.whole} row={row} gone={{ events: gone, paths: cut }} press={press} /></section>
                <section class="section"><details><summary class="plain">{words.paths.byEvent}</summary>{bars}</details></section></>
            : <section class="section">{bars}</section>}
        </div>
        {away > 0 && <p class="why-jump no-print"><a class="button primary" href="#what-if">{words.why.without(away)} ↓</a></p>}
        <aside class="why-side card stack" aria-labelledby="what-if">
          <h2 id="what-if" class="h3">{words.why.whatIf}</h2>
          {away === 0 ? <p class="muted">{words.why.whatIfEmpty}</p> : <WhatIf item={row} gone={gone} cut={cut} />}
        </aside>
      </div>
    </article>
  );
}

/** The list as it would be, computed by the service at each change. */
function WhatIf({ item, gone, cut }: { item: Item; gone: string[]; cut: string[] }) {
  const words = m().why, n = listLength(), [busy, setBusy] = useState(false);
  const made = useData((signal) => ask(api.POST("/v1/what-if", { body: { user: user(), n, lang: lang.value, remove_events: gone, cut_paths: cut.map((path) => ({ item: item.item, path })) }, signal })), [gone.join("\n"), cut.join("\n"), lang.value, changes.value]);
  const apply = () => attempt(async () => {
    setBusy(true);
    const undo = await edit("excluded_events", gone).finally(() => setBusy(false));
    toast(words.applied(gone.length), undo);
    go("/feed");
  });
  if (made.trouble && !made.data) return <Failed trouble={made.trouble} retry={() => void made.reload()} />;
  if (!made.data) return <Skeleton rows={10} />;
  const { before, after, moves } = made.data as Schema["WhatIfOut"];
  const was = new Map<string, number>(), is = new Map<string, number>();
  for (const one of moves) {
    if (one.rank_before !== null && before.items.some((row) => row.item === one.item)) was.set(one.item, one.rank_before);
    if (one.rank_after !== null && after.items.some((row) => row.item === one.item)) is.set(one.item, one.rank_after);
  }
  const mine = moves.find((one) => one.item === item.item);
  return (
    <div class={`stack ${made.stale ? "stale" : ""}`} aria-live="polite" aria-busy={made.stale}>
      <p><b>{words.item(item.title, item.rank, mine?.rank_after ?? null)}</b></p>
      <BeforeAfter names={[words.before, words.after]} before={before.items.slice(0, 10)} after={after.items.slice(0, 10)} places={was} now={is} focus={item.item} />
      <div class="row">{gone.length > 0 && <Button kind="primary" onClick={apply} disabled={busy}>{words.apply}</Button>}<Button kind="quiet" onClick={() => setQuery({ without: null, cut: null })}>{words.reset}</Button></div>
    </div>
  );
}
