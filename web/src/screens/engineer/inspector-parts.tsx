/** What adds up to each score of a list: all parts as a heatmap, those of one item as bars. */
import type { EChartsType } from "echarts/core";
import type { Schema } from "../../api";
import { defined } from "../../defined";
import { fmt, quoted } from "../../i18n";
import { m } from "../../i18n/messages/engineer-inspector";
import { setQuery } from "../../router";
import { Chart, Figure, SignedBars, Title, Told, type SignedRow } from "../../ui";
import { Choice } from "../shared/parts";
import { clip, heat, heatHeight } from "../shared/plots";

type Seen = Schema["InspectOut"];
type Model = Schema["InspectedModel"];

export function Parts({ seen, item }: { seen: Seen; item: string }) {
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
