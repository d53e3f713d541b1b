import { useState } from "preact/hooks";
import { api, ask, troubleOf, type Schema } from "../../api";
import { useData, type Loaded } from "../../api/useData";
import { common, fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/engineer";
import { m } from "../../i18n/messages/engineer-models";
import { m as w } from "../../i18n/messages/shared";
import { query, setQuery } from "../../router";
import { may } from "../../session";
import {
  axis,
  Badge,
  Button,
  Chart,
  DataTable,
  Dialog,
  Empty,
  Head,
  Loadable,
  tip,
  toast,
} from "../../ui";
import {
  Measuring,
  measure,
  result,
  useFinding,
  type Interval,
  type Kind,
  type Quality,
  type Speed,
} from "../shared/finding";
import { Hash, interval, ms } from "../shared/parts";
import { SHAPES } from "../shared/plots";

type Version = Schema["VersionOut"];
type Versions = Schema["VersionsOut"];

const speedOf = (one: Version) => (result(one.findings["speed"]) as Speed | null)?.ms ?? null;
export function qualityOf(one: Version): Interval | null {
  return (result(one.findings["next-item"]) as Quality | null)?.overall["ndcg@10"] ?? null;
}

export default function ModelsScreen() {
  const loaded = useData((signal) => ask(api.GET("/v1/versions", { signal })), []);
  return (
    <>
      <Head title={names().models} lead={m().lead} />
      <Loadable of={loaded}>{(found) => <Shown found={found} loaded={loaded} />}</Loadable>
    </>
  );
}

function Shown({ found, loaded }: { found: Versions; loaded: Loaded<Versions> }) {
  const [asked, askFor] = useState<{ one: Version; back: boolean } | null>(null),
    serving = found.models.find((one) => one.state === "active");
  const promote = async (version: string) => {
    await ask(api.POST("/v1/models/{version}:promote", { params: { path: { version } } }));
    await loaded.reload();
  };
  const sure = async () => {
    if (!asked) return;
    const { one, back } = asked,
      before = serving?.version;
    askFor(null);
    try {
      if (back)
        await ask(
          api.POST("/v1/models/{version}:rollback", { params: { path: { version: one.version } } }),
        );
      else await promote(one.version);
      await loaded.reload();
      toast(
        m().done({ version: back ? (one.before ?? "") : one.version }),
        before ? () => promote(before) : undefined,
      );
    } catch (error) {
      toast(troubleOf(error).message);
    }
  };
  const start = (version: string) =>
    Promise.all((["speed", "next-item"] as Kind[]).map((kind) => measure(version, kind))).then(
      () => {
        toast(m().begun);
        setQuery({ detail: version });
        return loaded.reload();
      },
      (error: unknown) => toast(troubleOf(error).message),
    );
  const detail = query("detail");
  return (
    <div class="sections">
      <DataTable
        caption={names().models}
        hideCaption
        rows={found.models}
        id={(one) => one.version}
        columns={[
          {
            name: m().model,
            show: (one) => (
              <>
                <b>{one.name}</b>
                <br />
                <Hash>{one.version}</Hash>
              </>
            ),
            by: (one) => one.name,
            head: true,
          },
          {
            name: m().state,
            show: (one) => (
              <Badge tone={one.state === "active" ? "good" : "plain"}>
                {m().states[one.state]}
              </Badge>
            ),
            by: (one) => one.state,
          },
          {
            name: m().size,
            show: (one) => (one.bytes === null ? "–" : fmt.bytes(one.bytes)),
            by: (one) => one.bytes ?? 0,
            end: true,
          },
          {
            name: m().time,
            show: (one) => {
              const found = speedOf(one);
              return found ? (
                `${ms(found.p50)} / ${ms(found.p99)}`
              ) : (
                <span class="muted">{m().notMeasured}</span>
              );
            },
            by: (one) => speedOf(one)?.p50 ?? -1,
            end: true,
          },
          {
            name: m().quality,
            show: (one) => {
              const found = qualityOf(one);
              return found ? (
                interval(found, (value) => fmt.number(value, 3))
              ) : (
                <span class="muted">{m().notMeasured}</span>
              );
            },
            by: (one) => qualityOf(one)?.mean ?? -1,
            end: true,
          },
          {
            name: m().trained,
            show: (one) => (one.trained_to > 1e8 ? fmt.day(one.trained_to) : "–"),
            by: (one) => one.trained_to,
            fit: "line",
          },
          { name: m().data, show: (one) => <Hash most={8}>{one.data_hash}</Hash> },
          {
            name: m().act,
            show: (one) => (
              <div class="row">
                {may("models") &&
                  (one.state === "active" ? (
                    one.before && (
                      <Button small onClick={() => askFor({ one, back: true })}>
                        {m().rollback}
                      </Button>
                    )
                  ) : (
                    <Button small onClick={() => askFor({ one, back: false })}>
                      {m().promote}
                    </Button>
                  ))}
                {may("measure") && (
                  <Button small onClick={() => void start(one.version)}>
                    {m().measure}
                  </Button>
                )}
              </div>
            ),
            fit: "line",
          },
        ]}
      />
      {found.models.length === 1 && <p class="note small">{m().one}</p>}
      {Object.keys(found.failures).length > 0 && (
        <div class="note bad stack">
          <b>{m().failures}</b>
          <p class="small">{m().failuresText}</p>
          <ul>
            {Object.entries(found.failures).map(([version, why]) => (
              <li key={version} class="small">
                <Hash>{version}</Hash> {why}
              </li>
            ))}
          </ul>
        </div>
      )}
      {detail && found.models.some((one) => one.version === detail) && (
        <section class="stack" key={detail}>
          <h2>
            {m().detail} <Hash>{detail}</Hash>
          </h2>
          <div class="two">
            <One version={detail} kind="speed" done={loaded.reload} />
            <One version={detail} kind="next-item" done={loaded.reload} />
          </div>
        </section>
      )}
      <Pareto models={found.models} />
      {asked && (
        <Dialog
          title={
            asked.back
              ? m().askBack({ version: asked.one.before ?? "" })
              : m().ask({ name: asked.one.name, version: asked.one.version })
          }
          close={() => askFor(null)}
          footer={
            <Confirm
              text={asked.back ? m().confirmBack : m().confirm}
              sure={() => void sure()}
              close={() => askFor(null)}
            />
          }
        >
          <p>{asked.back ? m().askBackText : m().askText}</p>
        </Dialog>
      )}
    </div>
  );
}

const Confirm = ({ text, sure, close }: { text: string; sure: () => void; close: () => void }) => (
  <>
    <Button onClick={close}>{common().cancel}</Button>
    <Button kind="primary" onClick={sure}>
      {text}
    </Button>
  </>
);

function One({ version, kind, done }: { version: string; kind: Kind; done: () => Promise<void> }) {
  const found = useFinding(version, kind),
    was = useState({ state: "" })[0];
  if (found.data && found.data.state !== was.state) {
    if (was.state === "running") queueMicrotask(() => void done());
    was.state = found.data.state;
  }
  return (
    <Measuring of={found}>
      <b>{kind === "speed" ? m().byTime : m().quality}</b>
    </Measuring>
  );
}

function Pareto({ models }: { models: Version[] }) {
  const cost = query("cost") === "time" ? "time" : "size";
  const points = models.flatMap((one) => {
    const quality = qualityOf(one),
      x = cost === "size" ? one.bytes : (speedOf(one)?.p50 ?? null);
    return quality?.mean == null || x === null
      ? []
      : [
          {
            one,
            name: `${one.name} ${one.version.slice(0, 6)}`,
            x: cost === "size" ? x / 1024 ** 2 : x,
            y: quality.mean,
            quality,
          },
        ];
  });
  const shown = (x: number) => (cost === "size" ? `${fmt.short(x)} ${m().mb}` : ms(x)),
    quality = (y: number) => fmt.number(y, 3);
  const low = Math.min(...points.map((p) => p.quality.low ?? p.y)),
    high = Math.max(...points.map((p) => p.quality.high ?? p.y));
  const front = points
      .filter((p) => !points.some((q) => (q.x < p.x && q.y >= p.y) || (q.x <= p.x && q.y > p.y)))
      .sort((a, b) => a.x - b.x),
    best = [...points].sort((a, b) => b.y - a.y)[0];
  return (
    <section class="stack">
      <div class="row spread">
        <h2>{m().pareto}</h2>
        <div class="pressed" role="group" aria-label={m().cost}>
          {(["size", "time"] as const).map((name) => (
            <Button
              key={name}
              small
              aria-pressed={cost === name}
              onClick={() => setQuery({ cost: name === "size" ? null : name })}
            >
              {name === "size" ? m().bySize : m().byTime}
            </Button>
          ))}
        </div>
      </div>
      {!best ? (
        <Empty title={m().paretoNone}>
          <p class="muted">{m().paretoNoneText}</p>
        </Empty>
      ) : (
        <Chart
          title={`${m().quality} · ${cost === "size" ? m().bySize : m().byTime}`}
          takeaway={
            points.length > 1
              ? m().paretoSay({ best: best.name, quality: quality(best.y), cost: shown(best.x) })
              : m().paretoOne({ name: best.name, quality: quality(best.y), cost: shown(best.x) })
          }
          about={{ how: m().paretoHow, n: points.length, interval: w().interval }}
          deps={[models, cost]}
          height={320}
          table={{
            caption: m().pareto,
            rows: points,
            columns: [
              { name: m().model, show: (p) => p.name, head: true },
              {
                name: cost === "size" ? m().bySize : m().byTime,
                show: (p) => shown(p.x),
                by: (p) => p.x,
                end: true,
              },
              {
                name: m().quality,
                show: (p) => interval(p.quality, quality),
                by: (p) => p.y,
                end: true,
              },
            ],
          }}
          option={(look) => ({
            grid: { left: 12, right: 96, top: 34, bottom: 34, containLabel: true },
            tooltip: tip(look, {
              formatter: (p: { data: { said?: string } }) => p.data.said ?? "",
            }),
            xAxis: axis(look, {
              type: "value",
              min: 0,
              name: cost === "size" ? `${m().bySize} (${m().mb})` : `${m().byTime} (ms)`,
              nameLocation: "middle",
              nameGap: 28,
            }),
            yAxis: axis(look, {
              type: "value",
              min: Math.floor(low * 100) / 100,
              max: Math.ceil(high * 100) / 100,
              name: m().quality,
              nameTextStyle: { color: look.muted, fontSize: 12, align: "left" },
            }),
            series: [
              {
                type: "line",
                name: m().front,
                data: front.map((p) => [p.x, p.y]),
                showSymbol: false,
                silent: true,
                lineStyle: { color: look.muted, type: "dashed", width: 1.5 },
              },
              {
                type: "custom",
                silent: true,
                data: points.map((p) => [p.x, p.quality.low ?? p.y, p.quality.high ?? p.y]),
                renderItem: (
                  _: unknown,
                  api: { value: (n: number) => number; coord: (at: number[]) => number[] },
                ) => {
                  const [x, y1] = api.coord([api.value(0), api.value(1)]) as [number, number],
                    [, y2] = api.coord([api.value(0), api.value(2)]) as [number, number];
                  return {
                    type: "line",
                    shape: { x1: x, y1, x2: x, y2 },
                    style: { stroke: look.hues[0], lineWidth: 2 },
                  };
                },
              },
              {
                type: "scatter",
                symbolSize: 13,
                symbol: (_: unknown, { dataIndex }: { dataIndex: number }) => SHAPES[dataIndex % 5],
                itemStyle: {
                  color: look.hues[0],
                  borderColor: look.surface,
                  borderWidth: 1.5,
                  opacity: 1,
                },
                label: {
                  show: true,
                  position: "right",
                  color: look.ink,
                  fontSize: 12,
                  formatter: (p: { data: { name: string } }) => p.data.name,
                },
                labelLayout: { hideOverlap: true },
                data: points.map((p) => ({
                  name: p.name,
                  value: [p.x, p.y],
                  said: `${p.name}\n${m().quality} ${interval(p.quality, quality)}\n${shown(p.x)}`,
                })),
              },
            ],
          })}
        />
      )}
    </section>
  );
}
