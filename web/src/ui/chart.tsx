import { computed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { common, lang } from "../i18n";
import { dark } from "../theme";
import { Figure, type FigureProps } from "./figure";

/** The page's colours for a chart. hues: at most six, told apart by colour-blind people; good and bad are hues 1 and 2. */
export interface Look {
  ink: string;
  muted: string;
  line: string;
  surface: string;
  ground: string;
  accent: string;
  hues: string[];
  font: string;
  still: boolean;
}

export function look(): Look {
  const style = getComputedStyle(document.documentElement),
    of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"),
    muted: of("--ink-3"),
    line: of("--line"),
    surface: of("--surface"),
    ground: of("--ground"),
    accent: of("--accent"),
    hues: [1, 2, 3, 4, 5, 6].map((n) => of(`--hue-${n}`)),
    font: of("--font"),
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

/** What every chart is drawn anew for. */
const appearance = computed(() => ({ dark: dark.value, lang: lang.value }));

export interface ChartProps<R> extends Omit<FigureProps<R>, "children"> {
  option: (look: Look) => EChartsCoreOption;
  height?: number;
  /** Drawn again where these change. */
  deps: readonly unknown[];
  /** The chart, once it is there: for clicks, brushes, zoom. */
  ready?: (chart: EChartsType) => () => void;
}

/** Let go of a chart. A large one may still be painting, a part each frame, and would go on after it is gone: an empty painting
 * takes the place of that one first. */
function close(chart: EChartsType) {
  chart.clear();
  chart.getZr().refreshImmediately();
  chart.dispose();
}

/** A chart of the library, which is loaded when the chart comes on the screen; with its title, takeaway, table and origin. */
export function Chart<R>({ option, height = 320, deps, ready, ...frame }: ChartProps<R>) {
  const box = useRef<HTMLDivElement>(null),
    chart = useRef<EChartsType | undefined>(undefined),
    [failed, fail] = useState(false);
  const latest = useRef(option);
  latest.current = option;
  const draw = () => {
    const now = look();
    const made = latest.current(now);
    chart.current?.setOption(
      {
        textStyle: { fontFamily: now.font, color: now.ink },
        color: now.hues,
        animation: false,
        ...made,
      },
      { notMerge: true },
    );
  };
  useEffect(() => {
    let gone = false,
      undo: (() => void) | undefined;
    const sizes = new ResizeObserver(() => chart.current?.resize());
    const open = async () => {
      try {
        const { init } = await import("../charts/echarts");
        if (gone || !box.current) return;
        chart.current = init(box.current, null, { renderer: "canvas" });
        draw();
        sizes.observe(box.current);
        undo = ready?.(chart.current);
      } catch (error) {
        console.error(error);
        fail(true);
      }
    };
    const seen = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting || chart.current) return;
        seen.disconnect();
        void open();
      },
      { rootMargin: "4000px" },
    );
    if (box.current) seen.observe(box.current);
    const follow = appearance.subscribe(() => {
      queueMicrotask(draw); // once the page has its new colours
    });
    return () => {
      gone = true;
      follow();
      seen.disconnect();
      sizes.disconnect();
      undo?.();
      if (chart.current) close(chart.current);
      chart.current = undefined;
    };
  }, []);
  useEffect(draw, deps);
  const label = typeof frame.takeaway === "string" ? frame.takeaway : common().table;
  return (
    <Figure {...frame}>
      <div
        class="chart"
        ref={box}
        role="img"
        aria-label={label}
        style={{ height: `${height}px` }}
      />
      {failed && <p class="small muted">{common().chartFailed}</p>}
    </Figure>
  );
}

/** Axes as the page draws them: thin lines, quiet labels. */
export const axis = (look: Look, more: object = {}) => ({
  axisLine: { lineStyle: { color: look.line } },
  axisTick: { show: false },
  axisLabel: { color: look.muted, fontSize: 12 },
  splitLine: { lineStyle: { color: look.line } },
  nameTextStyle: { color: look.muted, fontSize: 12 },
  ...more,
});

/** A tooltip drawn on the canvas: no markup, so no title can add any. */
export const tip = (look: Look, more: object = {}) => ({
  renderMode: "richText",
  confine: true,
  backgroundColor: look.surface,
  borderColor: look.line,
  textStyle: { color: look.ink, fontSize: 13, fontFamily: look.font },
  ...more,
});
