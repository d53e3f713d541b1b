/** Exposure: which items get the places in lists, beside what people choose by themselves. */
import { defined } from "../../defined";
import { fmt } from "../../i18n";
import { m as w } from "../../i18n/messages/shared";
import { m } from "../../i18n/messages/shared-fairness";
import { Chart } from "../../ui";
import type { Quality } from "./finding";
import { groupName, interval } from "./parts";
import { dots, dotsHeight } from "./plots";

export function ExposureChart({
  found,
  model,
  time,
}: {
  found: Quality;
  model: string;
  time: string;
}) {
  const rows = found.exposure,
    show = (value: number) => fmt.percent(value, 1);
  const apart = (row: (typeof rows)[number]) =>
      Math.abs((row.share_of_places.mean ?? 0) - (row.share_of_choices.mean ?? 0)),
    most = defined([...rows].sort((a, b) => apart(b) - apart(a))[0]);
  return (
    <Chart
      title={m().title}
      takeaway={m().say({
        group: groupName("popularity", most.group),
        places: show(most.share_of_places.mean ?? 0),
        choices: show(most.share_of_choices.mean ?? 0),
      })}
      about={{ how: m().how, model, n: fmt.number(found.people), interval: w().interval, time }}
      deps={[found]}
      height={dotsHeight(rows.length, 2)}
      table={{
        caption: m().title,
        rows,
        columns: [
          { name: m().group, show: (row) => groupName("popularity", row.group), head: true },
          { name: m().items, show: (row) => show(row.share_of_items), end: true },
          { name: m().choices, show: (row) => interval(row.share_of_choices, show), end: true },
          { name: m().places, show: (row) => interval(row.share_of_places, show), end: true },
        ],
      }}
      option={(look) =>
        dots(
          look,
          rows.map((row) => ({
            name: groupName("popularity", row.group),
            values: [row.share_of_places, row.share_of_choices],
          })),
          [m().places, m().choices],
          show,
        )
      }
    />
  );
}
