import type { EChartsType } from "echarts/core";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/engineer";
import { m } from "../../i18n/messages/engineer-atlas";
import { m as w } from "../../i18n/messages/shared";
import { query, setQuery } from "../../router";
import { may } from "../../session";
import {
  axis,
  Badge,
  Button,
  Chart,
  Combo,
  DataTable,
  Empty,
  Head,
  Loadable,
  Skeleton,
  Tabs,
  tip,
  Title,
  type Look,
} from "../../ui";
import { Measuring, useFinding } from "../shared/finding";
import { Choice, CopyLink } from "../shared/parts";
import { SHAPES } from "../shared/plots";
import { findItem } from "./find-item";
import { inside, readPolygon, writePolygon, type Point } from "./lasso";
import { Learned } from "./learned";
import { Network } from "./network";

type Atlas = Schema["AtlasOut"];

export default function AtlasScreen() {
  return (
    <>
      <Head title={names().atlas} lead={m().lead}>
        <div class="row">
          <CopyLink />
        </div>
      </Head>
      <Tabs
        param="view"
        label={m().views}
        tabs={[
          { name: "map", label: m().tabs.map, show: () => <MapView /> },
          { name: "network", label: m().tabs.network, show: () => <Network /> },
          { name: "weights", label: m().tabs.weights, show: () => <Learned /> },
        ]}
      />
    </>
  );
}

function MapView() {
  const kind = query("kind") === "people" ? "people" : "items";
  const loaded = useData(
    (signal) =>
      kind === "people"
        ? ask(api.GET("/v1/atlas/people", { signal }))
        : ask(api.GET("/v1/atlas", { signal })),
    [kind],
  );
  return (
    <div class="stack">
      <div class="toolbar">
        <div class="pressed" role="group" aria-label={m().kind}>
          {(["items", "people"] as const).map((one) => (
            <Button
              key={one}
              small
              aria-pressed={kind === one}
              onClick={() =>
                setQuery({
                  kind: one === "items" ? null : one,
                  item: null,
                  around: null,
                  tag: null,
                })
              }
            >
              {m().kinds[one]}
            </Button>
          ))}
        </div>
        {kind === "items" && (
          <div class="atlas-find">
            <Combo
              label={m().find}
              find={findItem}
              id={(one) => one.item}
              show={(one) => <Title>{one.title}</Title>}
              pick={(one) => setQuery({ item: one.item })}
            />
          </div>
        )}
      </div>
      {kind === "people" && !may("inspect") ? (
        <p class="note">{m().needInspect}</p>
      ) : (
        <Loadable
          of={loaded}
          skeleton={
            <div class="stack">
              <p class="muted small">{m().loading}</p>
              <Skeleton rows={4} block />
            </div>
          }
        >
          {(atlas) => <Drawn key={atlas.kind} atlas={atlas} reload={loaded.reload} />}
        </Loadable>
      )}
    </div>
  );
}

/** The points of a colour: one series each, so that twenty thousand are drawn in a few strokes. */
function grouped(atlas: Atlas): { name: string; rows: number[] }[] {
  const found = [...atlas.groups, m().other].map((name) => ({ name, rows: [] as number[] }));
  for (const [at, group] of atlas.group.entries())
    defined(found[group < 0 ? found.length - 1 : group]).rows.push(at);
  return found.filter((one) => one.rows.length);
}

function Drawn({ atlas, reload }: { atlas: Atlas; reload: () => Promise<void> }) {
  const item = query("item"),
    groups = useMemo(() => grouped(atlas), [atlas, m()]),
    place = useMemo(() => new Map(atlas.label.map((label, at) => [label, at])), [atlas]);
  const polygon = readPolygon(query("around")),
    [drawing, draw] = useState(false),
    chart = useRef<EChartsType | undefined>(undefined);
  const near = useData(
    async (signal) =>
      atlas.kind === "items" && item
        ? ask(
            api.GET("/v1/atlas/neighbours/{item}", {
              params: { path: { item }, query: { n: 50 } },
              signal,
            }),
          )
        : null,
    [item, atlas],
  );
  const rings = (
    near.data && near.data.item === item
      ? near.data.neighbours.slice(0, 12).map((one) => place.get(one.item))
      : []
  ).filter((at): at is number => at !== undefined);
  const finer = useFinding(atlas.model, "layout"),
    was = useRef("");
  useEffect(() => {
    if (was.current === "running" && finer.data?.state === "done") void reload();
    was.current = finer.data?.state ?? "";
  }, [finer.data?.state]);
  useEffect(() => cursor(chart.current, drawing), [drawing]);
  useEffect(() => {
    if (!drawing) return;
    const end = (event: KeyboardEvent) => event.key === "Escape" && draw(false);
    addEventListener("keydown", end);
    return () => removeEventListener("keydown", end);
  }, [drawing]);
  const ready = (made: EChartsType) => {
    chart.current = made;
    made.on("click", (event) => {
      const at = rowOf(groups, event);
      if (at !== undefined) setQuery({ item: defined(atlas.label[at]) });
    });
    made.on("brushEnd", (event) => {
      const area = (event as { areas?: { coordRange?: Point[] }[] }).areas?.[0]?.coordRange;
      draw(false);
      if (area && area.length > 2)
        setQuery({ around: writePolygon(area), tag: null, nearest: null, side: "slice" });
      made.dispatchAction({ type: "brush", areas: [] });
    });
    (made.getDom() as HTMLElement & { whyrec?: EChartsType }).whyrec = made; // for measuring how smooth it is
    return () => {
      chart.current = undefined;
    };
  };
  const biggest = [...groups]
      .filter((one) => one.name !== m().other)
      .sort((a, b) => b.rows.length - a.rows.length)[0],
    n = fmt.number(atlas.x.length);
  const rows = useMemo(
    () =>
      atlas.label
        .map((_, at) => at)
        .sort((a, b) => defined(atlas.chosen[b]) - defined(atlas.chosen[a]))
        .slice(0, 200),
    [atlas],
  );
  return (
    <div class="panes">
      <div class="stack">
        <div class="row">
          {atlas.kind === "items" && (
            <Button small aria-pressed={drawing} onClick={() => draw(!drawing)}>
              {drawing ? m().lassoOn : m().lasso}
            </Button>
          )}
          <Button
            small
            onClick={() =>
              chart.current?.dispatchAction({
                type: "dataZoom",
                batch: [0, 1].map((dataZoomIndex) => ({ dataZoomIndex, start: 0, end: 100 })),
              })
            }
          >
            {m().reset}
          </Button>
          <span class="small muted">{m().pan}</span>
        </div>
        <Chart
          title={m().title[atlas.kind]}
          takeaway={
            biggest
              ? m().say({
                  n,
                  group: biggest.name,
                  share: fmt.percent(biggest.rows.length / atlas.x.length),
                })
              : m().plain({ n })
          }
          height={innerWidth < 760 ? 420 : 600}
          deps={[atlas, item, near.data, query("around"), groups]}
          ready={ready}
          about={{
            how: `${m().how[atlas.method]}${m().howMore({ dimensions: fmt.number(atlas.dimensions), kept: fmt.percent(atlas.kept), left: atlas.left_out, count: fmt.number(atlas.left_out) })}`,
            model: `${atlas.model_name} ${atlas.model}`,
            n,
          }}
          table={{
            caption: m().title[atlas.kind],
            rows,
            columns: [
              {
                name: m().point,
                show: (at) => (
                  <button
                    type="button"
                    class="link"
                    onClick={() => setQuery({ item: defined(atlas.label[at]) })}
                  >
                    <Title>{defined(atlas.title[at])}</Title>
                  </button>
                ),
                by: (at) => defined(atlas.title[at]),
                head: true,
              },
              {
                name: m().tag,
                show: (at) => atlas.groups[defined(atlas.group[at])] ?? m().other,
                by: (at) => defined(atlas.group[at]),
              },
              {
                name: m().chosen,
                show: (at) => fmt.number(defined(atlas.chosen[at])),
                by: (at) => defined(atlas.chosen[at]),
                end: true,
              },
              {
                name: m().x,
                show: (at) => fmt.number(defined(atlas.x[at]), 2),
                by: (at) => defined(atlas.x[at]),
                end: true,
              },
              {
                name: m().y,
                show: (at) => fmt.number(defined(atlas.y[at]), 2),
                by: (at) => defined(atlas.y[at]),
                end: true,
              },
            ],
          }}
          option={(look) =>
            scatter(look, atlas, groups, item ? place.get(item) : undefined, rings, polygon)
          }
        />
        {atlas.kind === "items" &&
          finer.data &&
          (atlas.method === "pca" || finer.data.state === "running") && (
            <Measuring of={finer} label={m().refine} missing={m().coarse} />
          )}
      </div>
      <aside class="stack">
        {atlas.kind === "people" ? (
          <Chosen atlas={atlas} at={item ? place.get(item) : undefined} />
        ) : (
          <Tabs
            param="side"
            label={m().selected}
            tabs={[
              { name: "near", label: m().selected, show: () => <Near found={near} item={item} /> },
              {
                name: "slice",
                label: m().slice,
                show: () => <Slice atlas={atlas} polygon={polygon} />,
              },
            ]}
          />
        )}
      </aside>
    </div>
  );
}

function cursor(chart: EChartsType | undefined, drawing: boolean): void {
  chart?.dispatchAction({
    type: "takeGlobalCursor",
    key: "brush",
    brushOption: drawing ? { brushType: "polygon", brushMode: "single" } : { brushType: false },
  });
}

interface Hit {
  seriesIndex?: number;
  dataIndex?: number;
}
const rowOf = (groups: { rows: number[] }[], event: object): number | undefined => {
  const { seriesIndex, dataIndex } = event as Hit;
  return seriesIndex === undefined || dataIndex === undefined
    ? undefined
    : groups[seriesIndex]?.rows[dataIndex];
};

function scatter(
  look: Look,
  atlas: Atlas,
  groups: { name: string; rows: number[] }[],
  at: number | undefined,
  rings: number[],
  polygon: Point[],
) {
  const size = atlas.x.length > 8000 ? 3 : atlas.x.length > 2000 ? 4.5 : 7,
    hue = (n: number, name: string) => (name === m().other ? look.hues[5] : look.hues[n % 5]);
  const marked = (points: number[]) => points.map((one) => [atlas.x[one], atlas.y[one]]);
  return {
    grid: { left: 4, right: 4, top: 40, bottom: 4 },
    legend: {
      top: 0,
      left: 0,
      type: "scroll",
      textStyle: { color: look.ink, fontSize: 13 },
      itemWidth: 14,
      data: groups.map((one) => one.name),
      pageTextStyle: { color: look.muted },
      pageIconColor: look.ink,
    },
    tooltip: tip(look, {
      formatter: (event: Hit) => {
        const row = rowOf(groups, event);
        return row === undefined
          ? ""
          : `${atlas.title[row]}\n${m().chosen} ${fmt.number(defined(atlas.chosen[row]))}`;
      },
    }),
    xAxis: axis(look, { type: "value", min: -1.06, max: 1.06, show: false }),
    yAxis: axis(look, { type: "value", min: -1.06, max: 1.06, show: false }),
    dataZoom: [
      { type: "inside", xAxisIndex: 0, filterMode: "none", throttle: 16 },
      { type: "inside", yAxisIndex: 0, filterMode: "none", throttle: 16 },
    ],
    brush: {
      xAxisIndex: 0,
      yAxisIndex: 0,
      toolbox: [],
      throttleType: "debounce",
      throttleDelay: 100,
      brushStyle: { borderColor: look.accent, color: "rgba(80,110,220,0.14)", borderWidth: 2 },
      outOfBrush: { colorAlpha: 1 },
    },
    series: [
      ...groups.map((one, n) => {
        const data = new Float32Array(2 * one.rows.length);
        for (const [k, row] of one.rows.entries()) {
          data[2 * k] = defined(atlas.x[row]);
          data[2 * k + 1] = defined(atlas.y[row]);
        }
        return {
          name: one.name,
          type: "scatter",
          large: true,
          largeThreshold: 1000,
          dimensions: ["x", "y"],
          data,
          symbol: SHAPES[n % 5],
          symbolSize: size,
          itemStyle: { color: hue(n, one.name), opacity: 0.72 },
          progressive: 0,
        };
      }),
      {
        name: "near",
        type: "scatter",
        silent: true,
        z: 5,
        symbol: "circle",
        symbolSize: 13,
        data: marked(rings),
        itemStyle: { color: "transparent", borderColor: look.ink, borderWidth: 1.5 },
      },
      {
        name: "own",
        type: "scatter",
        silent: true,
        z: 6,
        symbol: "diamond",
        symbolSize: 18,
        data: at === undefined ? [] : marked([at]),
        itemStyle: { color: look.accent, borderColor: look.surface, borderWidth: 2 },
        label: {
          show: true,
          position: "top",
          formatter: at === undefined ? "" : defined(atlas.title[at]).slice(0, 40),
          color: look.ink,
          fontSize: 13,
          fontWeight: 600,
          textBorderColor: look.ground,
          textBorderWidth: 3,
        },
      },
      {
        name: "around",
        type: "line",
        silent: true,
        z: 4,
        showSymbol: false,
        data: polygon.length ? [...polygon, polygon[0]] : [],
        lineStyle: { color: look.accent, width: 2, type: "dashed" },
      },
    ],
  };
}

function Chosen({ atlas, at }: { atlas: Atlas; at: number | undefined }) {
  if (at === undefined)
    return (
      <Empty title={m().none}>
        <p class="muted">{m().noneText}</p>
      </Empty>
    );
  return (
    <section class="card stack">
      <h3>
        <bdi>{atlas.title[at]}</bdi>
      </h3>
      <p class="small muted">
        {m().chosen} {fmt.number(defined(atlas.chosen[at]))}
      </p>
      <a href={`/inspector?user=${encodeURIComponent(defined(atlas.label[at]))}`}>
        {m().toInspector}
      </a>
    </section>
  );
}

function Near({
  found,
  item,
}: {
  found: ReturnType<typeof useData<Schema["NeighboursOut"] | null>>;
  item: string;
}) {
  if (!item)
    return (
      <Empty title={m().none}>
        <p class="muted">{m().noneText}</p>
      </Empty>
    );
  return (
    <Loadable of={found}>
      {(near) =>
        near && (
          <section class="stack">
            <div>
              <h3>
                <Title>{near.title}</Title>
              </h3>
              <p class="small muted">{near.tags.join(" · ")}</p>
            </div>
            <div class="row">
              <Button small onClick={() => setQuery({ view: "network" })}>
                {m().toNetwork}
              </Button>
              <Button
                small
                onClick={() => setQuery({ side: "slice", nearest: "50", around: null, tag: null })}
              >
                {m().nearestSlice}
              </Button>
            </div>
            <h4 class="label">{m().neighbours}</h4>
            <ol class="ranked scroll">
              {near.neighbours.map((one, at) => (
                <li key={one.item}>
                  <span class="no">{at + 1}</span>
                  <button type="button" class="link" onClick={() => setQuery({ item: one.item })}>
                    <Title>{one.title}</Title>
                  </button>
                  <span class="end" title={m().likeness}>
                    {fmt.number(one.likeness, 2)}
                  </span>
                </li>
              ))}
            </ol>
          </section>
        )
      }
    </Loadable>
  );
}

function Slice({ atlas, polygon }: { atlas: Atlas; polygon: Point[] }) {
  const tag = query("tag"),
    nearest = query("nearest"),
    item = query("item");
  const loaded = useData(
    async (signal) => {
      let items: string[] = [];
      if (tag)
        items = atlas.label.filter((_, at) => atlas.groups[defined(atlas.group[at])] === tag);
      else if (nearest && item)
        items = [
          item,
          ...(
            await ask(
              api.GET("/v1/atlas/neighbours/{item}", {
                params: { path: { item }, query: { n: 50 } },
                signal,
              }),
            )
          ).neighbours.map((one) => one.item),
        ];
      else if (polygon.length > 2)
        items = atlas.label.filter((_, at) =>
          inside(polygon, defined(atlas.x[at]), defined(atlas.y[at])),
        );
      return items.length ? ask(api.POST("/v1/atlas/slice", { body: { items }, signal })) : null;
    },
    [tag, nearest, item, query("around"), atlas],
  );
  return (
    <div class="stack">
      <Choice
        label={m().sliceTag}
        value={tag}
        options={[["", w().none], ...atlas.groups.map((name) => [name, name] as [string, string])]}
        change={(value) => setQuery({ tag: value || null, around: null, nearest: null })}
      />
      <Loadable of={loaded}>
        {(found) =>
          !found ? (
            <Empty title={m().sliceNone}>
              <p class="muted">{m().sliceText}</p>
            </Empty>
          ) : (
            <section class="stack">
              <div class="row spread">
                <h3>{m().sliceOf({ n: fmt.number(found.items), of: fmt.number(found.of) })}</h3>
                <Button small onClick={() => setQuery({ tag: null, around: null, nearest: null })}>
                  {m().drop}
                </Button>
              </div>
              <p class="small">
                <Badge tone="accent">
                  {m().choices({ share: fmt.percent(found.share_of_choices, 1) })}
                </Badge>{" "}
                {m().median({
                  one: fmt.short(found.median_chosen),
                  all: fmt.short(found.median_of_all),
                })}
              </p>
              <DataTable
                caption={m().tags}
                rows={found.tags.slice(0, 8)}
                id={(row) => row.tag}
                columns={[
                  { name: m().tag, show: (row) => row.tag, head: true },
                  {
                    name: m().here,
                    show: (row) => fmt.percent(row.share),
                    by: (row) => row.share,
                    end: true,
                  },
                  {
                    name: m().all,
                    show: (row) => fmt.percent(row.share_of_all),
                    by: (row) => row.share_of_all,
                    end: true,
                  },
                ]}
              />
              <h4 class="label">{m().top}</h4>
              <ol class="ranked scroll">
                {found.top.map((one, at) => (
                  <li key={one.item}>
                    <span class="no">{at + 1}</span>
                    <button
                      type="button"
                      class="link"
                      onClick={() => setQuery({ item: one.item, side: null })}
                    >
                      <Title>{one.title}</Title>
                    </button>
                    <span class="end">{fmt.number(one.chosen)}</span>
                  </li>
                ))}
              </ol>
            </section>
          )
        }
      </Loadable>
    </div>
  );
}
