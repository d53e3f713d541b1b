import type { EChartsType } from "echarts/core";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { dictionary, fmt, quoted } from "../../i18n";
import { query, setQuery } from "../../router";
import { Chart, Combo, Empty, Loadable, tip, Title } from "../../ui";
import { Choice } from "../shared/parts";
import { clip, SHAPES } from "../shared/plots";
import { findItem } from "./find-item";

type Found = Schema["NetworkOut"];

const m = dictionary(
  {
    find: "Find an item",
    size: "Items",
    none: "Nothing selected",
    noneText: "Find an item: the network of what choosing it recommends stands here.",
    title: (item: string) => `Network around ${item}`,
    say: (item: string, first: string, n: string) =>
      `Choosing ${item} recommends ${first} most; ${n} items are linked from there on.`,
    alone: (item: string) => `Choosing ${item} raises no other item.`,
    how: "An arrow: choosing the one raises the score of the other. From the middle all ties, from the others the three strongest. Colours and shapes are communities of ties; places are drawn by forces, distances mean nothing.",
    source: "Choosing",
    target: "raises",
    weight: "by",
  },
  {
    find: "查找项目",
    size: "项目数",
    none: "尚未选择",
    noneText: "查找一个项目：此处会显示选择它所带来的推荐网络。",
    title: (item: string) => `${item}周围的网络`,
    say: (item: string, first: string, n: string) =>
      `选择${item}最会带来${first}；由此连接到 ${n} 个项目。`,
    alone: (item: string) => `选择${item}不会提高其他项目的得分。`,
    how: "箭头：选择前者会提高后者的得分。中心项目显示全部联系，其他项目显示最强的三条。颜色与形状代表联系的社群；位置由力导向绘制，距离没有含义。",
    source: "选择",
    target: "提高",
    weight: "幅度",
  },
);

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
      title={m().title(quoted(found.title))}
      takeaway={
        own[0]
          ? m().say(
              quoted(found.title),
              quoted(title.get(own[0].target) ?? ""),
              fmt.number(found.nodes.length),
            )
          : m().alone(quoted(found.title))
      }
      about={{ how: m().how, model: found.model, n: found.nodes.length }}
      height={height}
      deps={[found]}
      ready={pick}
      table={{
        caption: m().title(quoted(found.title)),
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
