import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { lang } from "../../i18n";
import { query, setQuery } from "../../router";
import { announce, Button, Cover, Empty, Failed, Head, Help, Menu, Skeleton, Switch, Title, toast } from "../../ui";
import { attempt } from "./attempt";
import { BeforeAfter } from "./before-after";
import { changes, edit, personalise, profile, user } from "./controls";
import { counterfactual, eventOf, KindBadge, line, sentence, shownOf, type Item } from "./reason";
import { m } from "./words";
import "./person.css";

const STEP = 20, MOST = 100;
export const listLength = (): number => Math.min(MOST, Math.max(STEP, Number(query("n")) || STEP));

type List = Schema["RecommendOut"];
interface Shown { list: List; events: number }
interface Change { title: string; before: Item[]; undo: () => Promise<void> }

async function load(signal: AbortSignal): Promise<Shown> {
  const [list, about] = await Promise.all([
    ask(api.POST("/v1/recommendations", { body: { user: user(), n: listLength(), lang: lang.value }, signal })), profile(signal),
  ]);
  return { list, events: about.events };
}

const tagged = new Map<string, string[]>(); // what was asked for once is not asked for again: a new order shows at once

/** The tags of these items: they come after the list, which does not wait for them. */
async function tagsOf(items: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string[]>> {
  const unknown = items.filter((one) => !tagged.has(one));
  if (unknown.length) for (const one of (await ask(api.GET("/v1/cards", { params: { query: { item: unknown } }, signal }))).items) tagged.set(one.item, one.categories);
  return new Map(items.map((one) => [one, tagged.get(one) ?? []]));
}

export default function Feed() {
  const words = m().feed, shown = useData(load, [changes.value, lang.value, listLength()]);
  const [change, setChange] = useState<Change | null>(null), panel = useRef<HTMLElement>(null);
  const { list, events = 0 } = shown.data ?? {}, items = list?.items.map((one) => one.item) ?? [];
  const tags = useData((signal) => tagsOf(items, signal), [items.join("\n")]);
  const on = list?.personalised ?? true;
  useEffect(() => {
    if (change && !shown.stale) panel.current?.focus();
  }, [change, shown.stale]);

  const takeBack = (event: string, title: string) => attempt(async () => {
    const before = list!.items, undo = await edit("excluded_events", [event]);
    setChange({ title, before, undo });
    announce(words.tookBack(title));
  });
  const undoChange = () => attempt(async () => {
    await change!.undo();
    setChange(null);
    document.querySelector<HTMLElement>("main h1")?.focus();
  });
  const turn = (next: boolean) => attempt(async () => {
    setChange(null);
    toast(next ? words.onDone : words.offDone, await personalise(next));
  });
  const places = change && !shown.stale ? new Map(change.before.map((one) => [one.item, one.rank])) : null;
  return (
    <>
      <Head title={words.title} lead={list ? (on ? words.lead(events) : words.off) : " "}>
        <div class="row spread"><Switch on={on} change={turn}>{words.use}</Switch><Marks /></div>
      </Head>
      {shown.trouble && <Failed trouble={shown.trouble} retry={() => void shown.reload()} />}
      {shown.loading && <Skeleton rows={5} block />}
      {change && list && !shown.stale && (
        <section class="changed" ref={panel} tabIndex={-1} aria-labelledby="changed">
          <div class="row spread"><h2 id="changed" class="h3">{words.changed.title(change.title)}</h2>
            <span class="row"><Button kind="primary" onClick={undoChange}>{words.takeBackUndo}</Button><Button kind="quiet" onClick={() => setChange(null)}>{words.changed.keep}</Button></span></div>
          <BeforeAfter names={[words.changed.before, words.changed.now]} before={change.before.slice(0, 10)} after={list.items.slice(0, 10)} places={new Map(change.before.map((one) => [one.item, one.rank]))} now={new Map(list.items.map((one) => [one.item, one.rank]))} />
        </section>
      )}
      {list && (
        <div class={shown.stale ? "stale" : ""} aria-busy={shown.stale}>
          {on && list.fallback && <p class="note warn feed-note">{words.fallback[list.fallback.used]}</p>}
          <h2 class="vh">{words.list}</h2>
          {list.items.length === 0 && <Empty title={words.empty}><p>{words.emptyFix}</p></Empty>}
          <ol class="feed">{list.items.map((item) => (
            <Row key={item.item} item={item} tags={tags.data?.get(item.item) ?? tagged.get(item.item) ?? []} moved={places ? (places.has(item.item) ? places.get(item.item)! - item.rank : "fresh") : 0} takeBack={takeBack} />
          ))}</ol>
          <div class="feed-foot">
            {list.more && listLength() < MOST && <Button onClick={() => setQuery({ n: String(listLength() + STEP) })}>{words.more}</Button>}
            <p class="small muted row">{words.record}<code>{list.recommendation_id}</code><Help>{words.recordHelp}</Help></p>
          </div>
        </div>
      )}
    </>
  );
}

function Marks() {
  const words = m().feed.badgeHelp;
  return <span class="row small muted">{words.title}<Help><p>{words.personal}</p><p>{words.popular}</p><p>{words.similar}</p><p>{words.none}</p></Help></span>;
}

interface RowProps { item: Item; tags: readonly string[]; moved: number | "fresh"; takeBack: (event: string, title: string) => void }

function Row({ item, tags, moved, takeBack }: RowProps) {
  const words = m().feed, open = query("open") === item.item, panel = `why-${item.rank}`;
  const hide = (list: "blocked_items" | "blocked_tags", label: string, said: string) => attempt(async () => {
    const next = document.querySelector<HTMLElement>(`[data-rank="${item.rank + 1}"] .menu > .button, [data-rank="${item.rank - 1}"] .menu > .button`);
    const undo = await edit(list, [label]);
    next?.focus();
    toast(said, undo);
  });
  return (
    <li class="feed-row" data-rank={item.rank}>
      <span class="feed-rank num" aria-hidden="true">{item.rank}</span>
      <Cover title={item.title} />
      <div class="feed-body">
        <h3 class="feed-title"><span class="vh">{words.rank(item.rank)}</span><Title>{item.title}</Title>{" "}{moved !== 0 && <Moved by={moved} />}</h3>
        <p class="small muted feed-tags"><bdi>{tags.join(" · ")}</bdi></p>
        <p class="feed-reason"><KindBadge item={item} /> <span>{sentence(item)}</span></p>
      </div>
      <div class="feed-acts">
        <Button aria-expanded={open} aria-controls={panel} aria-label={words.whyOf(item.title)} onClick={() => setQuery({ open: open ? null : item.item })}>{words.why}</Button>
        <Menu label={words.hide} title={words.hideOf(item.title)} items={[
          { name: "", label: words.hideItem(), act: () => hide("blocked_items", item.item, words.hidden(item.title)) },
          ...tags.slice(0, 6).map((tag) => ({ name: tag, label: words.hideTag(tag), act: () => hide("blocked_tags", tag, words.hiddenTag(tag)) })),
        ]} />
      </div>
      <div class="feed-why" id={panel} hidden={!open}>{open && <Why item={item} takeBack={takeBack} />}</div>
    </li>
  );
}

/** The reasons of one item, each of which can be taken back here. */
function Why({ item, takeBack }: { item: Item; takeBack: (event: string, title: string) => void }) {
  const words = m(), shown = shownOf(item), path = `/why/${encodeURIComponent(item.item)}${query("n") ? `?n=${query("n")}` : ""}`;
  return (
    <>
      {shown.length === 0 && <p>{sentence(item)}</p>}
      <ul class="why-list">{shown.map((one) => (
        <li key={one.path?.id ?? one.evidence!.event_id ?? one.evidence!.item}>
          <span>{line(one)}</span>
          {eventOf(one) && <Button small aria-label={words.feed.takeBackOf(one.evidence!.title)} onClick={() => takeBack(eventOf(one)!, one.evidence!.title)}>{words.feed.takeBack}</Button>}
        </li>
      ))}</ul>
      {counterfactual(item) && <p class="small">{counterfactual(item)}</p>}
      <p class="small"><a href={path}>{words.feed.whole}</a></p>
    </>
  );
}

function Moved({ by }: { by: number | "fresh" }) {
  const words = m().feed;
  if (by === "fresh") return <span class="moved fresh">{words.fresh}</span>;
  return <span class={`moved ${by > 0 ? "up" : "down"}`}><span aria-hidden="true">{by > 0 ? "↑" : "↓"}{Math.abs(by)}</span><span class="vh">{words.moved(by)}</span></span>;
}
