/** Options of the charts that several screens draw: lines over time, dots with intervals, heatmaps. */
import type { EChartsCoreOption } from "echarts/core";
import { defined } from "../../defined";
import { fmt } from "../../i18n";
import { axis, tip, type Look } from "../../ui";

export interface Interval {
  mean: number | null;
  low: number | null;
  high: number | null;
}

/** One shape for each hue, so that no series is told by its colour alone. */
export const SHAPES = ["circle", "rect", "triangle", "diamond", "roundRect", "emptyCircle"];
const DASHES: (string | number[])[] = ["solid", [6, 4], [2, 3], [10, 4, 2, 4], "solid", "solid"];

const clock = (time: number) =>
  new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(time * 1000);

export interface LineSeries {
  name: string;
  values: readonly (number | null)[];
}

/** Lines over Unix seconds. mark: a moment that is pointed at. */
export function lines(
  look: Look,
  times: readonly number[],
  series: readonly LineSeries[],
  show: (value: number) => string,
  mark?: number,
): EChartsCoreOption {
  return {
    grid: { left: 8, right: 12, top: series.length > 1 ? 34 : 10, bottom: 4, containLabel: true },
    legend: {
      show: series.length > 1,
      type: "scroll",
      top: 0,
      left: 0,
      right: 0,
      pageTextStyle: { color: look.muted },
      pageIconColor: look.ink,
      itemWidth: 22,
      textStyle: { color: look.ink, fontSize: 13 },
      data: series.map((one) => one.name),
    },
    tooltip: tip(look, {
      trigger: "axis",
      formatter: (
        rows: { dataIndex: number; seriesName: string; value: [number, number | null] }[],
      ) =>
        [
          clock(defined(rows[0]).value[0] / 1000),
          ...rows.map(
            (row) => `${row.seriesName}  ${row.value[1] === null ? "–" : show(row.value[1])}`,
          ),
        ].join("\n"),
    }),
    xAxis: axis(look, {
      type: "time",
      axisLabel: { color: look.muted, fontSize: 12, hideOverlap: true },
      splitLine: { show: false },
    }),
    yAxis: axis(look, {
      type: "value",
      min: 0,
      axisLabel: { color: look.muted, fontSize: 12, formatter: show },
      axisLine: { show: false },
    }),
    series: series.map((one, at) => ({
      name: one.name,
      type: "line",
      data: times.map((time, n) => [time * 1000, one.values[n]]),
      connectNulls: false,
      // A moment between two without any has no line: its point shows it.
      showSymbol: true,
      showAllSymbol: true,
      symbol: SHAPES[at],
      symbolSize: (_: unknown, { dataIndex: n }: { dataIndex: number }) =>
        one.values[n] != null && one.values[n - 1] == null && one.values[n + 1] == null ? 6 : 0,
      lineStyle: { width: 2, type: DASHES[at] },
      itemStyle: { color: look.hues[at] },
      ...(at === 0 && mark
        ? {
            markLine: {
              silent: true,
              symbol: "none",
              label: { show: false },
              lineStyle: { color: look.ink, type: "dashed" },
              data: [{ xAxis: mark * 1000 }],
            },
          }
        : {}),
    })),
  };
}

export interface DotRow {
  name: string;
  values: readonly (Interval | null)[];
}

/** Rows of means with their intervals; several series beside each other, told by shape and colour. zero: begin the axis at 0. */
export function dots(
  look: Look,
  rows: readonly DotRow[],
  series: readonly string[],
  show: (value: number) => string,
  { zero = true, line }: { zero?: boolean; line?: number } = {},
): EChartsCoreOption {
  const apart = (at: number) => (series.length === 1 ? 0 : (at / (series.length - 1) - 0.5) * 16); // pixels from the middle of the row
  return {
    grid: { left: 8, right: 24, top: series.length > 1 ? 34 : 8, bottom: 4, containLabel: true },
    legend: {
      show: series.length > 1,
      type: "scroll",
      top: 0,
      left: 0,
      right: 0,
      pageTextStyle: { color: look.muted },
      pageIconColor: look.ink,
      textStyle: { color: look.ink, fontSize: 13 },
      data: [...series],
    },
    tooltip: tip(look, {
      formatter: (one: { seriesName: string; data: { said?: string } }) => one.data.said ?? "",
    }),
    xAxis: axis(look, {
      type: "value",
      scale: !zero,
      ...(zero ? { min: 0 } : {}),
      axisLabel: { color: look.muted, fontSize: 12, hideOverlap: true, formatter: show },
    }),
    yAxis: axis(look, {
      type: "category",
      inverse: true,
      data: rows.map((row) => row.name),
      axisLabel: {
        color: look.ink,
        fontSize: 13,
        width: innerWidth < 760 ? 118 : 190,
        overflow: "truncate",
      },
      axisLine: { show: false },
    }),
    series: series.flatMap((name, at) => [
      {
        name,
        type: "scatter",
        symbol: SHAPES[at],
        symbolSize: 11,
        z: 2,
        itemStyle: {
          color: look.hues[at],
          borderColor: look.surface,
          borderWidth: 1.5,
          opacity: 1,
        },
        symbolOffset: [0, apart(at)],
        data: rows.flatMap((row, n) => {
          const value = row.values[at];
          return value?.mean == null
            ? []
            : [
                {
                  value: [value.mean, n],
                  said: `${row.name}${series.length > 1 ? ` · ${name}` : ""}\n${show(value.mean)}${value.low === null || value.high === null ? "" : `  (${show(value.low)} – ${show(value.high)})`}`,
                },
              ];
        }),
        ...(at === 0 && line !== undefined
          ? {
              markLine: {
                silent: true,
                symbol: "none",
                label: { show: false },
                lineStyle: { color: look.muted, type: "dashed" },
                data: [{ xAxis: line }],
              },
            }
          : {}),
      },
      {
        name,
        type: "custom",
        silent: true,
        z: 1,
        itemStyle: { color: look.hues[at] },
        encode: { x: [1, 2], y: 0 },
        data: rows.map((row, n) => [n, row.values[at]?.low ?? NaN, row.values[at]?.high ?? NaN]),
        renderItem: (
          _: unknown,
          api: { value: (n: number) => number; coord: (at: number[]) => number[] },
        ) => {
          if (Number.isNaN(api.value(1))) return undefined;
          const [x1, y] = api.coord([api.value(1), api.value(0)]) as [number, number],
            [x2] = api.coord([api.value(2), api.value(0)]) as [number, number];
          const height = apart(at),
            style = { stroke: look.hues[at], lineWidth: 2.5, lineCap: "round" };
          return {
            type: "line",
            shape: { x1, y1: y + height, x2: Math.max(x2, x1 + 1), y2: y + height },
            style,
          };
        },
      },
    ]),
  };
}

export const dotsHeight = (rows: number, series = 1) => 44 + rows * (series > 1 ? 44 : 34);

/** A diverging heatmap: blue adds, orange takes away, white is nothing. values[row][column]. */
export function heat(
  look: Look,
  rows: readonly string[],
  columns: readonly string[],
  values: readonly (readonly number[])[],
  { signed = true, digits = 3 } = {},
): EChartsCoreOption {
  const most = Math.max(1e-9, ...values.flat().map(Math.abs)),
    numbered = innerWidth < 760 && columns.length > 12,
    square = rows === columns;
  return {
    grid: { left: 4, right: 8, top: 8, bottom: 44, containLabel: true },
    tooltip: tip(look, {
      formatter: ({ value }: { value: [number, number, number] }) =>
        `${rows[value[1]]}\n→ ${columns[value[0]]}\n${signed ? fmt.signed(value[2], digits) : fmt.number(value[2], digits)}`,
    }),
    xAxis: axis(look, {
      type: "category",
      data: columns.map((name, n) => (numbered ? String(n + 1) : name)),
      axisLabel: {
        color: look.muted,
        fontSize: 11,
        ...(numbered
          ? { hideOverlap: true }
          : { rotate: 55, width: 110, overflow: "truncate", interval: 0 }),
      },
      splitLine: { show: false },
    }),
    yAxis: axis(look, {
      type: "category",
      inverse: true,
      data: rows.map((name, n) => (numbered && square ? `${n + 1}. ${name}` : name)),
      axisLabel: {
        color: look.ink,
        fontSize: 12,
        width: innerWidth < 760 ? 120 : 170,
        overflow: "truncate",
        interval: 0,
      },
      splitLine: { show: false },
    }),
    visualMap: {
      min: signed ? -most : 0,
      max: most,
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemWidth: 12,
      itemHeight: 140,
      precision: 2,
      textStyle: { color: look.muted, fontSize: 11 },
      text: [fmt.short(most), signed ? fmt.short(-most).replace("-", "−") : "0"],
      inRange: {
        color: signed ? [look.hues[1], look.surface, look.hues[0]] : [look.surface, look.hues[0]],
      },
    },
    series: [
      {
        type: "heatmap",
        data: values.flatMap((row, y) => row.map((value, x) => [x, y, value])),
        itemStyle: { borderColor: look.ground, borderWidth: 1 },
        emphasis: { itemStyle: { borderColor: look.ink, borderWidth: 2 } },
      },
    ],
  };
}

export const heatHeight = (rows: number) => 180 + rows * 20;

/** A title in an axis: short, and whole in the tooltip and the table. */
export const clip = (text: string, most = 26) =>
  Array.from(text).length > most
    ? `${Array.from(text)
        .slice(0, most - 1)
        .join("")}…`
    : text;
