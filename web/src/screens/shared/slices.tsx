/** A measure of the lists by group of people, beside that of another version where one is given. */
import { defined } from "../../defined";
import { dictionary, fmt } from "../../i18n";
import { Chart } from "../../ui";
import type { Quality } from "./finding";
import { groupName, interval, sliceName, w } from "./parts";
import { dots, dotsHeight, type Interval } from "./plots";

const m = dictionary(
  {
    ndcg: "NDCG@10",
    hr: "Hit rate@10",
    people: (n: string) => `${n} people`,
    slices: (name: string) => `By ${name.toLowerCase()}`,
    say: (best: string, high: string, worst: string, low: string, clear: boolean) =>
      `Best for ${best} (${high}), weakest for ${worst} (${low}); ${clear ? "their intervals do not overlap" : "their intervals overlap, so this may be chance"}.`,
    sayOne: (only: string, value: string) => `Only ${only} has 20 people or more: ${value}.`,
    how: (fewest: string, left: string) =>
      `Full ranking, seen items left out. Groups of fewer than ${fewest} people are not shown${left === "0" ? "" : ` (${left} left out)`}. Dashed: everybody.`,
    group: "Group",
  },
  {
    ndcg: "NDCG@10",
    hr: "命中率@10",
    people: (n: string) => `${n} 人`,
    slices: (name: string) => `按${name}`,
    say: (best: string, high: string, worst: string, low: string, clear: boolean) =>
      `对${best}最好（${high}），对${worst}最弱（${low}）；${clear ? "两者的区间不重叠" : "两者的区间重叠，可能出于偶然"}。`,
    sayOne: (only: string, value: string) => `只有${only}达到 20 人：${value}。`,
    how: (fewest: string, left: string) =>
      `完整排序，已看过的项目不计。少于 ${fewest} 人的分组不显示${left === "0" ? "" : `（略去 ${left} 组）`}。虚线：所有人。`,
    group: "分组",
  },
);

export type Metric = "ndcg@10" | "hr@10";

export const metricName = (metric: Metric) => (metric === "ndcg@10" ? m().ndcg : m().hr);

const show = (value: number) => fmt.number(value, 3);

export function SliceChart({
  kind,
  found,
  second,
  metric,
  mine,
  other,
  time,
}: {
  kind: string;
  found: Quality;
  second: Quality | null;
  metric: Metric;
  mine: string;
  other: string;
  time: string;
}) {
  const rows = found.slices.filter((row) => row.slice === kind),
    theirs = (group: string) =>
      second?.slices.find((row) => row.slice === kind && row.group === group)?.[metric] ?? null;
  const sorted = [...rows].sort((a, b) => (b[metric].mean ?? 0) - (a[metric].mean ?? 0)),
    best = defined(sorted[0]),
    worst = defined(sorted.at(-1));
  const clear = (best[metric].low ?? 0) > (worst[metric].high ?? 0),
    label = metricName(metric);
  const series = second ? [mine, other] : [mine];
  const columns = [
    {
      name: m().group,
      show: (row: (typeof rows)[number]) => groupName(kind, row.group),
      head: true,
    },
    {
      name: w().people,
      show: (row: (typeof rows)[number]) => fmt.number(row.people),
      by: (row: (typeof rows)[number]) => row.people,
      end: true,
    },
    {
      name: label,
      show: (row: (typeof rows)[number]) => interval(row[metric], show),
      by: (row: (typeof rows)[number]) => row[metric].mean ?? 0,
      end: true,
    },
    ...(second
      ? [
          {
            name: other,
            show: (row: (typeof rows)[number]) => interval(theirs(row.group), show),
            end: true,
          },
        ]
      : []),
  ];
  return (
    <Chart
      title={`${label} · ${m().slices(sliceName(kind))}`}
      takeaway={
        rows.length > 1
          ? m().say(
              groupName(kind, best.group),
              show(best[metric].mean ?? 0),
              groupName(kind, worst.group),
              show(worst[metric].mean ?? 0),
              clear,
            )
          : m().sayOne(groupName(kind, best.group), show(best[metric].mean ?? 0))
      }
      about={{
        how: m().how(fmt.number(found.fewest), fmt.number(found.left_out)),
        model: mine,
        n: m().people(fmt.number(found.people)),
        interval: w().interval,
        time,
      }}
      deps={[found, second, kind, metric]}
      height={dotsHeight(rows.length, series.length)}
      table={{ caption: m().slices(sliceName(kind)), rows, columns }}
      option={(look) =>
        dots(
          look,
          rows.map((row) => ({
            name: groupName(kind, row.group),
            values: [row[metric], ...(second ? [theirs(row.group)] : [])] as (Interval | null)[],
          })),
          series,
          show,
          { line: found.overall[metric]?.mean ?? undefined },
        )
      }
    />
  );
}
