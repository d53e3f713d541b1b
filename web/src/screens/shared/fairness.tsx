/** Exposure: which items get the places in lists, beside what people choose by themselves. */
import { defined } from "../../defined";
import { dictionary, fmt } from "../../i18n";
import { Chart } from "../../ui";
import type { Quality } from "./finding";
import { groupName, interval, w } from "./parts";
import { dots, dotsHeight } from "./plots";

const m = dictionary(
  {
    title: "Exposure by popularity",
    places: "Places in lists",
    choices: "People’s own choices",
    items: "Share of the catalogue",
    group: "Items",
    say: (group: string, places: string, choices: string) =>
      `Items of the class “${group}” get ${places} of the places, and are ${choices} of what people chose by themselves.`,
    how: "Each list’s ten places by class of item; classes by events the model learned from.",
  },
  {
    title: "按热度的曝光",
    places: "列表中的位置",
    choices: "人们自己的选择",
    items: "占目录的份额",
    group: "项目",
    say: (group: string, places: string, choices: string) =>
      `“${group}”类项目占列表位置的 ${places}，占人们自己选择的 ${choices}。`,
    how: "每个列表的十个位置按项目类别统计；类别依据模型学习过的记录数。",
  },
);

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
      takeaway={m().say(
        groupName("popularity", most.group),
        show(most.share_of_places.mean ?? 0),
        show(most.share_of_choices.mean ?? 0),
      )}
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
