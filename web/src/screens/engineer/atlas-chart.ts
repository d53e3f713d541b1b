/** The map as a chart: the points by colour, what is marked among them, and the lasso. */
import type { EChartsType } from "echarts/core";
import type { Schema } from "../../api";
import { defined } from "../../defined";
import { fmt } from "../../i18n";
import { m } from "../../i18n/messages/engineer-atlas";
import { axis, tip, type Look } from "../../ui";
import { SHAPES } from "../shared/plots";
import type { Point } from "./lasso";

type Atlas = Schema["AtlasOut"];

/** The points of a colour: one series each, so that twenty thousand are drawn in a few strokes. */
export function grouped(atlas: Atlas): { name: string; rows: number[] }[] {
  const found = [...atlas.groups, m().other].map((name) => ({ name, rows: [] as number[] }));
  for (const [at, group] of atlas.group.entries())
    defined(found[group < 0 ? found.length - 1 : group]).rows.push(at);
  return found.filter((one) => one.rows.length);
}

export function cursor(chart: EChartsType | undefined, drawing: boolean): void {
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
export const rowOf = (groups: { rows: number[] }[], event: object): number | undefined => {
  const { seriesIndex, dataIndex } = event as Hit;
  return seriesIndex === undefined || dataIndex === undefined
    ? undefined
    : groups[seriesIndex]?.rows[dataIndex];
};

export function scatter(
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
