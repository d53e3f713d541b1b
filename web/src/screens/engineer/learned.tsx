import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { dictionary, fmt, lang, quoted } from "../../i18n";
import { Chart, DataTable, Loadable, Title } from "../../ui";
import { Missing } from "../shared/parts";
import { clip, heat, heatHeight } from "../shared/plots";

const m = dictionary(
  {
    heat: "Weights between the most chosen items",
    say: (a: string, b: string, value: string) =>
      `The strongest tie here: choosing ${a} adds ${value} to ${b}.`,
    none: "No item moves another in this model.",
    how: "What choosing the row alone adds to the score of the column. Rows and columns: the most chosen items.",
    item: "Item",
    ties: "Strongest ties",
    tiesCaption: "Among the 200 most chosen items",
    source: "Choosing",
    target: "moves",
    weight: "by",
    rules: "Rules in words",
    rule: "Rule",
    adds: "Weight",
    support: "Applies to",
    precision: "Then chosen",
    howTo: "How to get it:",
    parts: "Parts of the glass box",
    part: {
      together: "together: chosen by the same people, whenever",
      order: "order: one after the other",
      learned: "learned: trained for what comes next",
      again: "again: own use of the very item",
    },
    decay: (rate: string) => `each step back counts ${rate} as much`,
    noDecay: "no single rate of fading",
    steady: "does not fade with further choices",
  },
  {
    heat: "最常被选择的项目之间的权重",
    say: (a: string, b: string, value: string) => `此处最强的联系：选择${a}使${b}增加 ${value}。`,
    none: "此模型中没有项目影响其他项目。",
    how: "仅选择行项目时，列项目得分的增加量。行与列：最常被选择的项目。",
    item: "项目",
    ties: "最强的联系",
    tiesCaption: "在 200 个最常被选择的项目中",
    source: "选择",
    target: "影响",
    weight: "幅度",
    rules: "文字规则",
    rule: "规则",
    adds: "权重",
    support: "适用于",
    precision: "随后被选择",
    howTo: "如何获得：",
    parts: "玻璃箱的组成部分",
    part: {
      together: "共现：被相同的人选择，不论先后",
      order: "次序：一个接着一个",
      learned: "学习：为预测下一项而训练",
      again: "再次：本人用过该项目",
    },
    decay: (rate: string) => `每往前一步，分量变为 ${rate}`,
    noDecay: "没有单一的衰减率",
    steady: "不随之后的选择衰减",
  },
);

export function Learned() {
  const loaded = useData((signal) => ask(api.GET("/v1/weights", { signal })), []);
  return (
    <Loadable of={loaded}>
      {(found) => {
        const names = found.items.map((one) => one.title),
          flat = found.weights.flatMap((row, y) => row.map((value, x) => ({ y, x, value }))),
          top = flat.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a), {
            y: 0,
            x: 0,
            value: 0,
          });
        return (
          <div class="sections">
            {found.parts.length > 0 && (
              <section class="stack">
                <h3>{m().parts}</h3>
                <ul class="stack small">
                  {found.parts.map((one) => (
                    <li key={one.part}>
                      <b>{m().part[one.part]}</b>{" "}
                      <span class="muted">
                        ·{" "}
                        {one.decay === null
                          ? m().noDecay
                          : one.decay === 1
                            ? m().steady
                            : m().decay(fmt.number(one.decay, 2))}
                      </span>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <Chart
              title={m().heat}
              takeaway={
                top.value
                  ? m().say(
                      quoted(defined(names[top.y])),
                      quoted(defined(names[top.x])),
                      fmt.signed(top.value, 3),
                    )
                  : m().none
              }
              about={{ how: m().how, model: `${found.model_name} ${found.model}`, n: names.length }}
              deps={[found]}
              height={heatHeight(names.length)}
              table={{
                caption: m().heat,
                rows: found.weights.map((row, y) => ({ name: defined(names[y]), row })),
                columns: [
                  { name: m().item, show: (row) => <Title>{row.name}</Title>, head: true },
                  ...names.map((name, x) => ({
                    name: `${x + 1}. ${clip(name, 18)}`,
                    show: (row: { row: number[] }) => fmt.signed(defined(row.row[x]), 3),
                    by: (row: { row: number[] }) => defined(row.row[x]),
                    end: true,
                  })),
                ],
              }}
              option={(look) => heat(look, names, names, found.weights)}
            />
            <section class="stack">
              <h3>{m().ties}</h3>
              <DataTable
                caption={m().tiesCaption}
                rows={found.strongest}
                columns={[
                  {
                    name: m().source,
                    show: (row) => <Title>{row.source}</Title>,
                    by: (row) => row.source,
                    head: true,
                  },
                  {
                    name: m().target,
                    show: (row) => <Title>{row.target}</Title>,
                    by: (row) => row.target,
                  },
                  {
                    name: m().weight,
                    show: (row) => fmt.signed(row.weight, 3),
                    by: (row) => row.weight,
                    end: true,
                  },
                ]}
              />
            </section>
            <section class="stack">
              <h3>{m().rules}</h3>
              {found.rules.shown ? (
                <DataTable
                  caption={m().rules}
                  hideCaption
                  rows={found.rules.rules}
                  columns={[
                    {
                      name: m().rule,
                      show: (row) => (lang.value === "zh" ? row.zh : row.en),
                      head: true,
                    },
                    {
                      name: m().adds,
                      show: (row) => fmt.signed(row.weight),
                      by: (row) => row.weight,
                      end: true,
                    },
                    {
                      name: m().support,
                      show: (row) => (row.support === null ? "–" : fmt.percent(row.support, 1)),
                      by: (row) => row.support ?? 0,
                      end: true,
                    },
                    {
                      name: m().precision,
                      show: (row) => (row.precision === null ? "–" : fmt.percent(row.precision, 1)),
                      by: (row) => row.precision ?? 0,
                      end: true,
                    },
                  ]}
                />
              ) : (
                <Missing why={found.rules.why ?? ""} fix={found.rules.fix} how={m().howTo} />
              )}
            </section>
          </div>
        );
      }}
    </Loadable>
  );
}
