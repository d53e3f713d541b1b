/** A measure of the lists by group of people, beside that of another version where one is given. */
import { defined } from "../../defined";
import { fmt, lang } from "../../i18n";
import { m as w } from "../../i18n/messages/shared";
import { m } from "../../i18n/messages/shared-slices";
import { Chart } from "../../ui";
import type { Quality } from "./finding";
import { groupName, interval, sliceName } from "./parts";
import { dots, dotsHeight, type Interval } from "./plots";

export type Metric = "ndcg@10" | "hr@10";

export const metricName = (metric: Metric) => (metric === "ndcg@10" ? m().ndcg : m().hr);

/** A name of slices within a sentence. */
const within = (name: string) => (lang.value === "zh" ? name : name.toLowerCase());

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
      title={`${label} · ${m().slices({ name: within(sliceName(kind)) })}`}
      takeaway={
        rows.length > 1
          ? m().say({
              best: groupName(kind, best.group),
              high: show(best[metric].mean ?? 0),
              worst: groupName(kind, worst.group),
              low: show(worst[metric].mean ?? 0),
              clear,
            })
          : m().sayOne({ only: groupName(kind, best.group), value: show(best[metric].mean ?? 0) })
      }
      about={{
        how: m().how({
          fewest: fmt.number(found.fewest),
          left: found.left_out,
          count: fmt.number(found.left_out),
        }),
        model: mine,
        n: m().people({ n: fmt.number(found.people) }),
        interval: w().interval,
        time,
      }}
      deps={[found, second, kind, metric]}
      height={dotsHeight(rows.length, series.length)}
      table={{ caption: m().slices({ name: within(sliceName(kind)) }), rows, columns }}
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
