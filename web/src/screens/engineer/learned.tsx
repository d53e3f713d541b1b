import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { fmt, lang, quoted } from "../../i18n";
import { m } from "../../i18n/messages/engineer-learned";
import { Chart, DataTable, Loadable, Title } from "../../ui";
import { Missing } from "../shared/parts";
import { clip, heat, heatHeight } from "../shared/plots";

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
                            : m().decay({ rate: fmt.number(one.decay, 2) })}
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
                  ? m().say({
                      source: quoted(defined(names[top.y])),
                      target: quoted(defined(names[top.x])),
                      value: fmt.signed(top.value, 3),
                    })
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
