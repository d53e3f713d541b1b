import type { EChartsType } from "echarts/core";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { fmt, quoted } from "../../i18n";
import { m } from "../../i18n/messages/engineer-network";
import { query, setQuery } from "../../router";
import { Chart, Combo, Empty, Loadable, tip, Title } from "../../ui";
import { Choice } from "../shared/parts";
import { clip, SHAPES } from "../shared/plots";
import { findItem } from "./find-item";

type Found = Schema["NetworkOut"];

export function Network() {
  const item = query("item"),
    size = Number(query("size")) || 60;
  const loaded = useData(
    async (signal) =>
      item
        ? ask(
            api.GET("/v1/atlas/network/{item}", {
              params: { path: { item }, query: { size } },
              signal,
            }),
          )
        : null,
    [item, size],
  );
  return (
    <div class="stack">
      <div class="toolbar">
        <div class="atlas-find">
          <Combo
            label={m().find}
            find={findItem}
            id={(one) => one.item}
            show={(one) => <Title>{one.title}</Title>}
            pick={(one) => setQuery({ item: one.item })}
          />
        </div>
        <Choice
          label={m().size}
          value={String(size)}
          options={[20, 60, 150].map((n) => [String(n), String(n)])}
          change={(value) => setQuery({ size: value })}
        />
      </div>
      <Loadable of={loaded}>
        {(found) =>
          found ? (
            <Drawn found={found} />
          ) : (
            <Empty title={m().none}>
              <p class="muted">{m().noneText}</p>
            </Empty>
          )
        }
      </Loadable>
    </div>
  );
}

function Drawn({ found }: { found: Found }) {
  const title = new Map(found.nodes.map((node) => [node.item, node.title])),
    edges = [...found.edges].sort((a, b) => b.weight - a.weight),
    own = edges.filter((edge) => edge.source === found.item),
    most = Math.max(...found.nodes.map((node) => node.chosen), 1);
  const named = new Set([
      found.item,
      ...own.slice(0, innerWidth < 760 ? 4 : 8).map((edge) => edge.target),
      ...[...found.nodes]
        .sort((a, b) => b.chosen - a.chosen)
        .slice(0, innerWidth < 760 ? 3 : 10)
        .map((node) => node.item),
    ]),
    heavy = edges[0]?.weight ?? 1;
  // Places in the picture's own proportions: drawn in others, the library would stretch the shapes.
  const narrow = innerWidth < 760,
    height = narrow ? 460 : 620,
    width = Math.min(innerWidth - (narrow ? 32 : 48), 1080) - 90;
  const pick = (chart: EChartsType) => {
    const press = (event: { dataType?: string; data?: unknown }) => {
      const label = (event.data as { label_?: string } | undefined)?.label_;
      if (event.dataType === "node" && label) setQuery({ item: label }, { replace: false });
    };
    chart.on("click", press as never);
    return () => {
      chart.off("click", press);
    };
  };
  return (
    <Chart
      title={m().title({ item: quoted(found.title) })}
      takeaway={
        own[0]
          ? m().say({
              item: quoted(found.title),
              first: quoted(title.get(own[0].target) ?? ""),
              n: fmt.number(found.nodes.length),
            })
          : m().alone({ item: quoted(found.title) })
      }
      about={{ how: m().how, model: found.model, n: found.nodes.length }}
      height={height}
      deps={[found]}
      ready={pick}
      table={{
        caption: m().title({ item: quoted(found.title) }),
        rows: edges.slice(0, 300),
        columns: [
          {
            name: m().source,
            show: (edge) => <Title>{title.get(edge.source) ?? edge.source}</Title>,
            by: (edge) => title.get(edge.source) ?? "",
            head: true,
          },
          {
            name: m().target,
            show: (edge) => (
              <button type="button" class="link" onClick={() => setQuery({ item: edge.target })}>
                <Title>{title.get(edge.target) ?? edge.target}</Title>
              </button>
            ),
            by: (edge) => title.get(edge.target) ?? "",
          },
          {
            name: m().weight,
            show: (edge) => fmt.signed(edge.weight, 3),
            by: (edge) => edge.weight,
            end: true,
          },
        ],
      }}
      option={(look) => ({
        tooltip: tip(look, {
          formatter: (event: { dataType: string; data: { name: string; said?: string } }) =>
            event.data.said ?? event.data.name,
        }),
        series: [
          {
            type: "graph",
            layout: "none",
            roam: true,
            left: 30,
            right: 60,
            top: 24,
            bottom: 24,
            edgeSymbol: ["none", "arrow"],
            edgeSymbolSize: 6,
            labelLayout: { hideOverlap: true },
            data: found.nodes.map((node) => ({
              id: node.item,
              name: node.title,
              label_: node.item,
              x: node.x * width,
              y: node.y * (height - 48),
              symbol: node.item === found.item ? "diamond" : SHAPES[node.group % 5],
              symbolSize: node.item === found.item ? 26 : 8 + 12 * Math.sqrt(node.chosen / most),
              itemStyle: {
                color: node.item === found.item ? look.accent : look.hues[node.group % 6],
                borderColor: look.ground,
                borderWidth: 1.5,
              },
              said: `${node.title}\n${fmt.number(node.chosen)}`,
              label: {
                show: named.has(node.item),
                position: "right",
                color: look.ink,
                fontSize: node.item === found.item ? 14 : 11,
                fontWeight: node.item === found.item ? 650 : 400,
                formatter: clip(node.title, 28),
                textBorderColor: look.ground,
                textBorderWidth: 3,
              },
            })),
            links: edges.map((edge) => ({
              source: edge.source,
              target: edge.target,
              said: `${title.get(edge.source)} → ${title.get(edge.target)}\n${fmt.signed(edge.weight, 3)}`,
              lineStyle: {
                width: 0.6 + 3 * (edge.weight / heavy),
                color: edge.source === found.item ? look.accent : look.muted,
                opacity: edge.source === found.item ? 0.75 : 0.3,
                curveness: 0.12,
              },
            })),
          },
        ],
      })}
    />
  );
}
