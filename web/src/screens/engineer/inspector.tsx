import type { EChartsType } from "echarts/core";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { fmt, lang, quoted } from "../../i18n";
import { m as names } from "../../i18n/messages/engineer";
import { m } from "../../i18n/messages/engineer-inspector";
import { m as w } from "../../i18n/messages/shared";
import { asList, query, queryList, setQuery } from "../../router";
import {
  Badge,
  Button,
  Chart,
  Combo,
  DataTable,
  Empty,
  Figure,
  Head,
  Loadable,
  SignedBars,
  Tabs,
  Title,
  Told,
  type SignedRow,
} from "../../ui";
import { Choice, CopyLink, Hash, Missing, SaveJson } from "../shared/parts";
import { clip, heat, heatHeight } from "../shared/plots";
import { findItem } from "./find-item";

type Seen = Schema["InspectOut"];
type Model = Schema["InspectedModel"];

export default function Inspector() {
  const user = query("user");
  const versions = useData((signal) => ask(api.GET("/v1/versions", { signal })), []);
  const people = async (text: string, signal: AbortSignal) => {
    const last = text.codePointAt(text.length - 1);
    const first = text.slice(0, -1) + (last === undefined ? "" : String.fromCodePoint(last - 1));
    const { users } = await ask(
      api.GET("/v1/users", { params: { query: { after: first, limit: 200 } }, signal }),
    );
    const found = users.filter((one) => one.startsWith(text)).slice(0, 12);
    return found.includes(text) ? found : [...found, text];
  };
  return (
    <>
      <Head title={names().inspector} lead={m().lead} />
      <Loadable of={versions}>
        {({ models }) => {
          const serving = defined(models.find((one) => one.state === "active")),
            options = models.map(
              (one) =>
                [
                  one.version,
                  `${one.name} ${one.version}${one === serving ? ` · ${w().serving}` : ""}`,
                ] as [string, string],
            );
          const left = query("model") || serving.version,
            right = query("against");
          return (
            <div class="sections">
              <div class="toolbar">
                <Combo
                  label={m().person}
                  placeholder={m().find}
                  hint={user ? undefined : m().findHint}
                  find={people}
                  id={(one) => one}
                  show={(one) => <bdi>{one}</bdi>}
                  pick={(one) =>
                    setQuery(
                      { user: one, item: null, without: null, add: null },
                      { replace: false },
                    )
                  }
                />
                <Choice
                  label={w().version}
                  value={left}
                  options={options}
                  change={(value) =>
                    setQuery({ model: value === serving.version ? null : value, item: null })
                  }
                />
                <Choice
                  label={m().against}
                  value={right}
                  options={[["", w().none], ...options.filter(([name]) => name !== left)]}
                  change={(value) => setQuery({ against: value || null })}
                />
                {user && (
                  <span class="push row">
                    <CopyLink />
                  </span>
                )}
              </div>
              {user ? (
                <Person user={user} models={[left, ...(right ? [right] : [])]} />
              ) : (
                <Empty title={m().first}>
                  <p class="muted">{m().firstText}</p>
                </Empty>
              )}
            </div>
          );
        }}
      </Loadable>
    </>
  );
}

function Person({ user, models }: { user: string; models: string[] }) {
  const loaded = useData(
    (signal) =>
      ask(api.POST("/v1/inspect", { body: { user, models, n: 10, lang: lang.value }, signal })),
    [user, models.join(), lang.value],
  );
  return (
    <Loadable of={loaded}>
      {(seen) => {
        const first = defined(seen.models[0]),
          item = first.items.some((one) => one.item === query("item"))
            ? query("item")
            : (first.items[0]?.item ?? "");
        return (
          <div class="sections">
            <div class="row">
              <h2>
                <bdi>{seen.user}</bdi>
              </h2>
              {!seen.known && <Badge tone="warn">{m().unknown}</Badge>}
              {!seen.personalised && <Badge tone="warn">{m().off}</Badge>}
            </div>
            <div class="two">
              {seen.models.map((one, at) => (
                <List key={one.model} model={one} other={seen.models[1 - at]} item={item} />
              ))}
              {seen.models.length === 1 && <History seen={seen} />}
            </div>
            {seen.models.length > 1 && <History seen={seen} />}
            <Tabs
              param="view"
              label={m().views}
              tabs={[
                {
                  name: "parts",
                  label: m().tabs.parts,
                  show: () => <Parts seen={seen} item={item} />,
                },
                { name: "whatif", label: m().tabs.whatif, show: () => <WhatIf seen={seen} /> },
                {
                  name: "inside",
                  label: m().tabs.inside,
                  show: () => (
                    <div class="sections">
                      {seen.models.map((one) => (
                        <Inside key={one.model} model={one} named={seen.models.length > 1} />
                      ))}
                    </div>
                  ),
                },
                {
                  name: "json",
                  label: m().tabs.json,
                  show: () => (
                    <div class="stack">
                      <div class="row spread">
                        <p class="muted small">{m().jsonText}</p>
                        <SaveJson name={`inspect-${seen.user}.json`} data={seen} />
                      </div>
                      <pre class="pre" tabIndex={0}>
                        {JSON.stringify(seen, null, 1)}
                      </pre>
                    </div>
                  ),
                },
              ]}
            />
          </div>
        );
      }}
    </Loadable>
  );
}

function List({ model, other, item }: { model: Model; other: Model | undefined; item: string }) {
  const there = new Map(other?.items.map((one) => [one.item, one.rank]));
  return (
    <section class="card stack" aria-label={m().list({ name: model.model_name })}>
      <div class="row spread">
        <h3>{m().list({ name: model.model_name })}</h3>
        <Hash>{model.model}</Hash>
      </div>
      {model.fallback && <Badge tone="warn">{m().fell({ used: model.source })}</Badge>}
      <ol class="ranked">
        {model.items.map((one) => (
          <li key={one.item}>
            <span class="no">{one.rank}</span>
            <button
              type="button"
              class="link"
              aria-pressed={one.item === item}
              onClick={() => setQuery({ item: one.item })}
            >
              <Title>{one.title}</Title>
            </button>
            <span class="end">
              {other && (
                <span class="muted small">
                  {there.has(one.item)
                    ? m().alsoAt({ place: String(there.get(one.item)) })
                    : m().notThere}{" "}
                  ·{" "}
                </span>
              )}
              {fmt.number(one.score, 3)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const History = ({ seen }: { seen: Seen }) => (
  <section class="stack">
    <h3>{m().history({ n: fmt.number(seen.history.length) })}</h3>
    <div class="scroll">
      <DataTable
        caption={m().history({ n: fmt.number(seen.history.length) })}
        hideCaption
        rows={[...seen.history].reverse()}
        columns={[
          {
            name: m().item,
            show: (row) => (
              <>
                <Title>{row.title}</Title>
                {!row.known && (
                  <>
                    {" "}
                    <Badge tone="warn">{m().notKnown}</Badge>
                  </>
                )}
              </>
            ),
            by: (row) => row.title,
            head: true,
          },
          { name: m().tags, show: (row) => <span class="muted">{row.tags.join(" · ")}</span> },
          ...(seen.history.some((row) => row.time !== null)
            ? [
                {
                  name: m().when,
                  show: (row: Seen["history"][number]) =>
                    row.time === null ? "–" : fmt.month(row.time),
                  by: (row: Seen["history"][number]) => row.time ?? 0,
                  end: true,
                },
              ]
            : []),
          {
            name: m().value,
            show: (row) => fmt.short(row.value),
            by: (row) => row.value,
            end: true,
          },
        ]}
      />
    </div>
  </section>
);

function Parts({ seen, item }: { seen: Seen; item: string }) {
  return (
    <div class="sections">
      {seen.models.map((model) => (
        <PartsOf key={model.model} model={model} time={seen.time} item={item} />
      ))}
    </div>
  );
}

function PartsOf({ model, time, item }: { model: Model; time: number; item: string }) {
  const c = model.contributions,
    titles = model.items.map((one) => one.title),
    events = c.events.map((one) => one.title);
  const flat = c.weights.flatMap((row, y) =>
      row.map((value, x) => ({ event: defined(events[y]), item: defined(titles[x]), value })),
    ),
    top = flat.reduce(
      (a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a),
      flat[0] ?? { event: "", item: "", value: 0 },
    );
  const about = {
    how: m().heatHow({
      additive: c.additive,
      others: c.other_events ? m().others({ n: fmt.number(c.other_events) }) : "",
    }),
    model: `${model.model_name} ${model.model}`,
    n: fmt.number(c.events.length + c.other_events),
    time: fmt.moment(time),
  };
  const pick = (chart: EChartsType) => {
    const press = (event: { value?: unknown }) => {
      const at = (event.value as number[] | undefined)?.[0];
      if (at !== undefined) setQuery({ item: defined(model.items[at]).item });
    };
    chart.on("click", press);
    return () => {
      chart.off("click", press);
    };
  };
  const at = Math.max(
      0,
      model.items.findIndex((one) => one.item === item),
    ),
    chosen = model.items[at];
  return (
    <div class="sections">
      {c.events.length > 0 ? (
        <Chart
          title={m().heat}
          takeaway={
            top.value
              ? m().heatSay({
                  event: quoted(top.event),
                  item: quoted(top.item),
                  value: fmt.signed(top.value, 3),
                })
              : m().heatNone
          }
          about={about}
          deps={[model]}
          height={heatHeight(events.length)}
          ready={pick}
          table={{
            caption: m().heat,
            rows: c.weights.map((row, y) => ({ event: defined(events[y]), row })),
            columns: [
              { name: m().event, show: (row) => <Title>{row.event}</Title>, head: true },
              ...titles.map((title, x) => ({
                name: `${x + 1}. ${clip(title)}`,
                show: (row: { row: number[] }) => fmt.signed(defined(row.row[x]), 3),
                by: (row: { row: number[] }) => defined(row.row[x]),
                end: true,
              })),
            ],
          }}
          option={(look) => heat(look, events, titles, c.weights)}
        />
      ) : (
        <p class="note">{m().heatNone}</p>
      )}
      {chosen && <Bars model={model} at={at} time={time} />}
    </div>
  );
}

function Bars({ model, at, time }: { model: Model; at: number; time: number }) {
  const c = model.contributions,
    item = defined(model.items[at]),
    base = defined(c.base[at]),
    rest = defined(c.rest[at]);
  const own = c.events
      .map((event, y) => ({ event, value: defined(c.weights[y]?.[at]) }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)),
    shown = own.filter((one) => one.value).slice(0, 12);
  const events = own.reduce((sum, one) => sum + one.value, 0) + defined(c.others[at]),
    more = events - shown.reduce((sum, one) => sum + one.value, 0),
    left = own.filter((one) => one.value).length - shown.length + c.other_events;
  const digits = Math.abs(item.score) < 1 ? 3 : 2;
  const rows: SignedRow[] = [
    { id: "base", what: m().base, value: base, kind: "rest" },
    ...shown.map((one) => ({
      id: `${one.event.place}`,
      what: <Title>{one.event.title}</Title>,
      value: one.value,
    })),
    ...(left > 0
      ? [
          {
            id: "more",
            what: m().more({ n: fmt.number(left) }),
            value: more,
            kind: "rest" as const,
          },
        ]
      : []),
    ...(Math.abs(rest) > 1e-9
      ? [{ id: "rest", what: m().rest, value: rest, kind: "rest" as const }]
      : []),
    { id: "total", what: m().total, value: item.score, total: true },
  ];
  return (
    <div class="stack">
      <Choice
        label={m().item}
        value={item.item}
        options={model.items.map((one) => [one.item, `${one.rank}. ${clip(one.title, 48)}`])}
        change={(value) => setQuery({ item: value })}
      />
      {item.text && (
        <p class="takeaway">
          <Told text={item.text} />
        </p>
      )}
      <Figure
        title={m().bars({ item: quoted(item.title) })}
        takeaway={m().barsSay({
          score: fmt.number(item.score, digits),
          base: fmt.number(base, digits),
          sum: fmt.signed(events, digits),
          rest: fmt.signed(rest, digits),
        })}
        about={{
          how: m().barsHow({ additive: c.additive }),
          model: `${model.model_name} ${model.model}`,
          n: fmt.number(own.length + c.other_events),
          time: fmt.moment(time),
        }}
      >
        <SignedBars
          rows={rows}
          caption={m().bars({ item: quoted(item.title) })}
          digits={digits}
          columns={[m().part, m().size, m().amount]}
        />
      </Figure>
    </div>
  );
}

function WhatIf({ seen }: { seen: Seen }) {
  const without = queryList("without"),
    added = queryList("add"),
    changed = without.length + added.length > 0;
  const loaded = useData(
    async (signal) =>
      changed
        ? ask(
            api.POST("/v1/what-if", {
              body: {
                user: seen.user,
                remove_events: without,
                add: added.map((item) => ({ item, value: 1 })),
                n: 10,
                lang: lang.value,
              },
              signal,
            }),
          )
        : null,
    [seen.user, without.join(), added.join(), lang.value],
  );
  const toggle = (id: string) =>
    setQuery({
      without:
        asList(without.includes(id) ? without.filter((one) => one !== id) : [...without, id]) ||
        null,
    });
  return (
    <div class="two">
      <section class="card stack">
        <div class="row spread">
          <h3>{m().changes}</h3>
          {changed && (
            <Button small onClick={() => setQuery({ without: null, add: null })}>
              {m().clear}
            </Button>
          )}
        </div>
        <Combo
          label={m().add}
          hint={m().addHint}
          find={findItem}
          id={(one) => one.item}
          show={(one) => <Title>{one.title}</Title>}
          pick={(one) =>
            setQuery({ add: asList([...added.filter((label) => label !== one.item), one.item]) })
          }
        />
        {added.length > 0 && (
          <div class="row">
            {added.map((label) => (
              <Button
                key={label}
                small
                aria-label={m().removeAdded({ title: label })}
                onClick={() =>
                  setQuery({ add: asList(added.filter((one) => one !== label)) || null })
                }
              >
                + <bdi>{label}</bdi> ×
              </Button>
            ))}
          </div>
        )}
        <fieldset class="stack">
          <legend class="label">
            {m().leave} <span class="muted">{m().leaveText}</span>
          </legend>
          <div class="checks scroll">
            {[...seen.history].reverse().flatMap(({ event_id: id, title }) =>
              id ? (
                <label key={id}>
                  <input
                    type="checkbox"
                    checked={without.includes(id)}
                    onChange={() => toggle(id)}
                  />
                  <Title>{title}</Title>
                </label>
              ) : (
                []
              ),
            )}
          </div>
        </fieldset>
      </section>
      <Loadable of={loaded}>
        {(found) => {
          if (!found)
            return (
              <Empty title={m().moves}>
                <p class="muted">{m().movesNone}</p>
              </Empty>
            );
          const moved = found.moves.filter((row) => row.rank_before !== row.rank_after),
            place = (rank: number | null) => (rank === null ? m().out : `#${rank}`);
          return (
            <Figure
              title={m().moves}
              takeaway={
                moved.length
                  ? m().movesSay({
                      n: fmt.number(moved.length),
                      top: quoted(found.after.items[0]?.title ?? "–"),
                    })
                  : m().movesSame
              }
              about={{ how: m().movesHow, model: `${found.after.model_name} ${found.after.model}` }}
            >
              <DataTable
                caption={m().moves}
                hideCaption
                rows={found.moves}
                id={(row) => row.item}
                columns={[
                  { name: m().item, show: (row) => <Title>{row.title}</Title>, head: true },
                  {
                    name: m().before,
                    show: (row) => place(row.rank_before),
                    by: (row) => row.rank_before ?? 1e9,
                    end: true,
                  },
                  {
                    name: m().after,
                    show: (row) => (
                      <>
                        {place(row.rank_after)} <Arrow from={row.rank_before} to={row.rank_after} />
                      </>
                    ),
                    by: (row) => row.rank_after ?? 1e9,
                    end: true,
                  },
                  {
                    name: w().score,
                    show: (row) => fmt.signed(row.score_after - row.score_before, 3),
                    by: (row) => row.score_after - row.score_before,
                    end: true,
                  },
                ]}
              />
            </Figure>
          );
        }}
      </Loadable>
    </div>
  );
}

const Arrow = ({ from, to }: { from: number | null; to: number | null }) => (
  <span aria-hidden="true" class="muted">
    {from === to ? "=" : to === null ? "✕" : from === null || to < from ? "↑" : "↓"}
  </span>
);

function Inside({ model, named }: { model: Model; named: boolean }) {
  const { attention, activations, rules } = model.inside,
    layer = Math.min(
      attention.maps.length - 1,
      Number(query("layer") || attention.maps.length - 1),
    ),
    map = attention.maps[layer],
    last = map?.at(-1) ?? [];
  const most = last.reduce((best, value, at) => (value > (last[best] ?? 0) ? at : best), 0),
    about = { model: `${model.model_name} ${model.model}` };
  return (
    <div class="sections">
      {named && (
        <h2>
          {model.model_name} <Hash>{model.model}</Hash>
        </h2>
      )}
      <section class="stack">
        {attention.shown && map ? (
          <>
            <Choice
              label={m().layer}
              value={String(layer)}
              options={attention.maps.map((_, at) => [String(at), String(at + 1)])}
              change={(value) => setQuery({ layer: value })}
            />
            <Chart
              title={m().attention}
              takeaway={m().attentionSay({
                event: quoted(attention.events[most] ?? ""),
                share: fmt.percent(last[most] ?? 0),
              })}
              about={{
                ...about,
                how: m().attentionHow({ layer: String(layer + 1) }),
                n: attention.events.length,
              }}
              deps={[model, layer]}
              height={heatHeight(map.length)}
              table={{
                caption: m().attention,
                rows: map.map((row, y) => ({ name: defined(attention.events[y]), row })),
                columns: [
                  { name: m().event, show: (row) => <Title>{row.name}</Title>, head: true },
                  ...attention.events.map((title, x) => ({
                    name: `${x + 1}. ${clip(title, 18)}`,
                    show: (row: { row: number[] }) => fmt.percent(defined(row.row[x])),
                    end: true,
                  })),
                ],
              }}
              option={(look) =>
                heat(look, attention.events, attention.events, map, { signed: false, digits: 2 })
              }
            />
          </>
        ) : (
          <>
            <h3>{m().attention}</h3>
            <Missing why={attention.why ?? ""} fix={attention.fix} how={m().howTo} />
          </>
        )}
      </section>
      <section class="stack">
        {activations.shown ? (
          <Chart
            title={m().activations}
            takeaway={m().activationsSay({
              n: fmt.number(activations.values.length),
              dimensions: fmt.number(activations.values[0]?.length ?? 0),
            })}
            about={{ ...about, how: m().activationsHow, n: activations.values.length }}
            deps={[model]}
            height={heatHeight(activations.values.length)}
            table={{
              caption: m().activations,
              rows: activations.values.map((row, y) => ({
                name: defined(activations.events[y]),
                row,
              })),
              columns: [
                { name: m().event, show: (row) => <Title>{row.name}</Title>, head: true },
                ...(activations.values[0] ?? []).map((_, x) => ({
                  name: String(x + 1),
                  show: (row: { row: number[] }) => fmt.signed(defined(row.row[x])),
                  end: true,
                })),
              ],
            }}
            option={(look) =>
              heat(
                look,
                activations.events,
                (activations.values[0] ?? []).map((_, x) => String(x + 1)),
                activations.values,
                { digits: 2 },
              )
            }
          />
        ) : (
          <>
            <h3>{m().activations}</h3>
            <Missing why={activations.why ?? ""} fix={activations.fix} how={m().howTo} />
          </>
        )}
      </section>
      <section class="stack">
        <h3>{m().rules}</h3>
        {rules.shown ? (
          <div class="stack">
            <p class="muted small">
              {m().rulesSay} {m().rulesHow}
            </p>
            <div class="two">
              {rules.paths.map((path) => (
                <div key={path.item} class="card stack">
                  <h4>
                    <Title>{path.title}</Title>
                  </h4>
                  <ol class="steps">
                    <li>
                      <span>{m().start}</span>
                      <span class="value">{fmt.number(path.base, 2)}</span>
                    </li>
                    {path.steps.map((step, at) => (
                      <li key={at}>
                        <span>{lang.value === "zh" ? step.zh : step.en}</span>
                        <span class="value">{fmt.signed(step.weight)}</span>
                      </li>
                    ))}
                  </ol>
                </div>
              ))}
            </div>
          </div>
        ) : (
          <Missing why={rules.why ?? ""} fix={rules.fix} how={m().howTo} />
        )}
      </section>
    </div>
  );
}
