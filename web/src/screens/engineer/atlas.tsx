import type { EChartsType } from "echarts/core";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/engineer";
import { m } from "../../i18n/messages/engineer-atlas";
import { query, setQuery } from "../../router";
import { may } from "../../session";
import { Button, Chart, Combo, Head, Loadable, Skeleton, Tabs, Title } from "../../ui";
import { Measuring, useFinding } from "../shared/finding";
import { CopyLink } from "../shared/parts";
import { findItem } from "./find-item";
import { readPolygon, writePolygon, type Point } from "./lasso";
import { Learned } from "./learned";
import { Network } from "./network";
import { Chosen, Near, Slice } from "./atlas-aside";
import { cursor, grouped, rowOf, scatter } from "./atlas-chart";

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
