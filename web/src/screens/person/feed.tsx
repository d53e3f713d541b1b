import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { itemOf, type Item, type Reason } from "../../api/answer";
import { useData } from "../../api/useData";
import { fmt, lang, quoted } from "../../i18n";
import { m as names } from "../../i18n/messages/person";
import { m } from "../../i18n/messages/person-feed";
import { query, setQuery } from "../../router";
import {
  announce,
  Button,
  Cover,
  Empty,
  Failed,
  Head,
  Help,
  Menu,
  Skeleton,
  Switch,
  Title,
  toast,
  Told,
} from "../../ui";
import { attempt } from "./attempt";
import { between, Moved, summary } from "./before-after";
import { Changed, type Change } from "./changed";
import {
  changes,
  edit,
  personalise,
  profile,
  steer,
  user,
  without,
  type Profile,
  type Strengths,
} from "./controls";
import { Opinion } from "./opinion";
import { eventsOf, idOf, KindBadge, Line, shownOf } from "./reason";
import { digitsFor } from "./parts";
import { Steer, SteerButton } from "./steer";
import { thisThing } from "./verbs";
import { TermMarks, Terms } from "../shared/terms";
import { m as termWords } from "../../i18n/messages/shared-terms";
import "./person.css";

const STEP = 20,
  MOST = 100;
export const listLength = (): number => Math.min(MOST, Math.max(STEP, Number(query("n")) || STEP));

type List = Schema["RecommendOut"];
interface Shown {
  list: List;
  items: Item[];
  events: number;
  forces: Profile["forces"];
}
async function load(signal: AbortSignal): Promise<Shown> {
  const [list, about] = await Promise.all([
    ask(
      api.POST("/v1/recommendations", {
        body: { user: user(), n: listLength(), lang: lang.value },
        signal,
      }),
    ),
    profile(signal),
  ]);
  return {
    list,
    items: list.items.map(itemOf),
    events: about.events,
    forces: about.forces,
  };
}

const tagged = new Map<string, string[]>(); // what was asked for once is not asked for again: a new order shows at once

/** The tags of these items: they come after the list, which does not wait for them. */
async function tagsOf(
  items: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string[]>> {
  const unknown = items.filter((one) => !tagged.has(one));
  if (unknown.length)
    for (const one of (
      await ask(api.GET("/v1/cards", { params: { query: { item: unknown } }, signal }))
    ).items)
      tagged.set(one.item, one.categories);
  return new Map(items.map((one) => [one, tagged.get(one) ?? []]));
}

export default function Feed() {
  const words = m(),
    shown = useData(load, [changes.value, lang.value, listLength()]);
  const [change, setChange] = useState<Change | null>(null);
  const { list, items = [], events = 0, forces = {} } = shown.data ?? {},
    labels = items.map((one) => one.item);
  const tags = useData((signal) => tagsOf(labels, signal), [labels.join("\n")]);
  const on = list?.personalised ?? true;

  /** What the service says that it does, then do it. */
  const takeBack = (ids: string[], title: string) =>
    attempt(async () => {
      const made = await without(ids, listLength()),
        undo = await edit("excluded_events", ids);
      setChange({
        said: words.changed.title({ title: quoted(title) }),
        made,
        undo,
        focus: true,
      });
      announce(`${words.tookBack({ title: quoted(title) })} ${summary(made)}`);
    });
  const set = (strengths: Strengths, said: string) =>
    attempt(async () => {
      if (!list) return;
      const undo = await steer(strengths),
        made = between(list, (await without([], listLength())).after);
      setChange({ said, made, undo, focus: false });
      announce(`${said}. ${summary(made)}`);
    });
  const undoChange = () =>
    attempt(async () => {
      await change?.undo();
      setChange(null);
      document.querySelector<HTMLElement>("main h1")?.focus();
    });
  const turn = (next: boolean) =>
    attempt(async () => {
      setChange(null);
      toast(next ? words.onDone : words.offDone, await personalise(next));
    });
  const places =
    change && !shown.stale
      ? new Map(change.made.moves.map((one) => [one.item, one.rank_before]))
      : null;
  const lead = (n: number) => (n ? words.lead({ n, count: fmt.number(n) }) : words.leadEmpty);
  return (
    <>
      <Head title={names().feed.title} lead={list ? (on ? lead(events) : words.off) : " "}>
        <div class="row spread">
          <div class="row feed-steer">
            <Switch on={on} change={turn}>
              {words.use}
            </Switch>
            <SteerButton forces={forces} />
            <a href="/lists">{names().lists.title}</a>
          </div>
          <Marks />
        </div>
      </Head>
      <Steer forces={forces} set={set} />
      {shown.trouble && <Failed trouble={shown.trouble} retry={() => void shown.reload()} />}
      {shown.loading && <Skeleton rows={5} block />}
      {change && list && !shown.stale && (
        <Changed change={change} undo={undoChange} keep={() => setChange(null)} />
      )}
      {list && (
        <div class={shown.stale ? "stale" : ""} aria-busy={shown.stale}>
          {on && list.fallback && (
            <p class="note warn feed-note">{words.fallback[list.fallback.used]}</p>
          )}
          <h2 class="vh">{words.list}</h2>
          {items.length === 0 && (
            <Empty title={words.empty}>
              <p>{words.emptyFix}</p>
            </Empty>
          )}
          <ol class="feed">
            {items.map((item) => (
              <Row
                key={item.item}
                item={item}
                list={list}
                tags={tags.data?.get(item.item) ?? tagged.get(item.item) ?? null}
                was={places ? (places.get(item.item) ?? null) : item.rank}
                takeBack={takeBack}
              />
            ))}
          </ol>
          <div class="feed-foot">
            {list.more && listLength() < MOST && (
              <Button onClick={() => setQuery({ n: String(listLength() + STEP) })}>
                {words.more}
              </Button>
            )}
            <p class="small muted row">
              {words.record}
              <code>{list.recommendation_id}</code>
              <Help>{words.recordHelp}</Help>
            </p>
          </div>
        </div>
      )}
    </>
  );
}

function Marks() {
  const words = m().badgeHelp;
  return (
    <Help label={words.title}>
      <p>{words.personal}</p>
      <p>{words.popular}</p>
      <p>{words.similar}</p>
      <p>{words.unsaid}</p>
      <p>{words.none}</p>
    </Help>
  );
}

/** tags: null until they are known; was: the place before the last change. */
interface RowProps {
  item: Item;
  list: List;
  tags: readonly string[] | null;
  was: number | null;
  takeBack: (events: string[], title: string) => void;
}

function Row({ item, list, tags, was, takeBack }: RowProps) {
  const words = m(),
    open = query("open") === item.item,
    panel = `why-${item.rank}`;
  const next = () =>
    document
      .querySelector<HTMLElement>(
        `[data-rank="${item.rank + 1}"] .feed-acts > .button, [data-rank="${item.rank - 1}"] .feed-acts > .button`,
      )
      ?.focus();
  const hide = (name: "blocked_items" | "blocked_tags", label: string, said: string) =>
    attempt(async () => {
      const undo = await edit(name, [label]);
      next();
      toast(said, undo);
    });
  return (
    <li class="feed-row" data-rank={item.rank}>
      <span class="feed-rank num" aria-hidden="true">
        {item.rank}
      </span>
      <Cover title={item.title} />
      <div class="feed-body">
        <h3 class="feed-title">
          <span class="vh">{words.rank({ n: item.rank })}</span>
          <Title>{item.title}</Title>{" "}
          {was !== item.rank && <Moved rank={item.rank} was={was} shown={list.items.length} />}
        </h3>
        {tags?.length !== 0 && (
          <p class="small muted feed-tags">
            <bdi>{tags?.join(" · ")}</bdi>
          </p>
        )}
        <p class="feed-reason">
          <KindBadge item={item} source={list.source} /> <Told text={item.text} />
        </p>
        <TermMarks terms={item.terms} rank={item.rank} />
      </div>
      <div class="feed-acts">
        <Button
          aria-expanded={open}
          aria-controls={panel}
          aria-label={words.whyOf({ title: quoted(item.title) })}
          onClick={() => setQuery({ open: open ? null : item.item })}
        >
          {words.why}
        </Button>
        <Menu
          label={words.hide}
          title={words.hideOf({ title: quoted(item.title) })}
          items={[
            {
              name: "",
              label: words.hideItem({ this: thisThing() }),
              act: () =>
                void hide("blocked_items", item.item, words.hidden({ title: quoted(item.title) })),
            },
            ...(tags ?? []).slice(0, 6).map((tag) => ({
              name: tag,
              label: words.hideTag({ tag }),
              act: () => void hide("blocked_tags", tag, words.hiddenTag({ tag })),
            })),
          ]}
        />
        <Opinion item={item} list={list.recommendation_id} done={next} />
      </div>
      <div class="feed-why" id={panel} hidden={!open}>
        {open && <Named item={item} takeBack={takeBack} />}
      </div>
    </li>
  );
}

/** The button of a reason that taking events back would take away. */
function TakeBack({ reason, takeBack }: { reason: Reason; takeBack: RowProps["takeBack"] }) {
  const { evidence } = reason,
    events = eventsOf(reason);
  if (!evidence || !events.length) return null;
  return (
    <Button
      small
      aria-label={m().takeBackOf({ title: quoted(evidence.title) })}
      onClick={() => takeBack(events, evidence.title)}
    >
      {m().takeBack}
    </Button>
  );
}

/** The choices that the text names, each of which can be taken back here. */
function Named({ item, takeBack }: { item: Item; takeBack: RowProps["takeBack"] }) {
  const words = m(),
    shown = shownOf(item),
    path = `/why/${encodeURIComponent(item.item)}${query("n") ? `?n=${query("n")}` : ""}`;
  return (
    <>
      {shown.length === 0 ? (
        <p class="small muted">{words.nothingNamed}</p>
      ) : (
        <p class="small muted">{words.named}</p>
      )}
      <ul class="why-list">
        {shown.map((one) => (
          <li key={idOf(one)}>
            <Line of={one} />
            <TakeBack reason={one} takeBack={takeBack} />
          </li>
        ))}
      </ul>
      {item.terms.length > 0 && (
        <>
          <p class="small muted">{termWords().title}</p>
          <Terms terms={item.terms} digits={digitsFor(item.terms.map((one) => one.weight))} />
        </>
      )}
      <p class="small">
        <a href={path}>{words.whole}</a>
      </p>
    </>
  );
}
