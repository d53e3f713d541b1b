/** What a model holds inside: attention, vectors of events, rules and paths; what it has none of is said. */
import type { Schema } from "../../api";
import { defined } from "../../defined";
import { fmt, lang, quoted } from "../../i18n";
import { m } from "../../i18n/messages/engineer-inspector";
import { query, setQuery } from "../../router";
import { Chart, Title } from "../../ui";
import { Choice, Hash, Missing } from "../shared/parts";
import { clip, heat, heatHeight } from "../shared/plots";

type Model = Schema["InspectedModel"];

export function Inside({ model, named }: { model: Model; named: boolean }) {
  const { attention, activations, rules } = model.inside,
    layer = Math.min(
      attention.maps.length - 1,
      Number(query("layer") || attention.maps.length - 1),
    ),
    map = attention.maps[layer],
    last = map?.at(-1) ?? [];
  const most = last.reduce((best, value, at) => (value > (last[best] ?? 0) ? at : best), 0),
    about = { model: `${model.model_name} ${model.model}` };
  return (
    <div class="sections">
      {named && (
        <h2>
          {model.model_name} <Hash>{model.model}</Hash>
        </h2>
      )}
      <section class="stack">
        {attention.shown && map ? (
          <>
            <Choice
              label={m().layer}
              value={String(layer)}
              options={attention.maps.map((_, at) => [String(at), String(at + 1)])}
              change={(value) => setQuery({ layer: value })}
            />
            <Chart
              title={m().attention}
              takeaway={m().attentionSay({
                event: quoted(attention.events[most] ?? ""),
                share: fmt.percent(last[most] ?? 0),
              })}
              about={{
                ...about,
                how: m().attentionHow({ layer: String(layer + 1) }),
                n: attention.events.length,
              }}
              deps={[model, layer]}
              height={heatHeight(map.length)}
              table={{
                caption: m().attention,
                rows: map.map((row, y) => ({ name: defined(attention.events[y]), row })),
                columns: [
                  { name: m().event, show: (row) => <Title>{row.name}</Title>, head: true },
                  ...attention.events.map((title, x) => ({
                    name: `${x + 1}. ${clip(title, 18)}`,
                    show: (row: { row: number[] }) => fmt.percent(defined(row.row[x])),
                    end: true,
                  })),
                ],
              }}
              option={(look) =>
                heat(look, attention.events, attention.events, map, { signed: false, digits: 2 })
              }
            />
          </>
        ) : (
          <>
            <h3>{m().attention}</h3>
            <Missing why={attention.why ?? ""} fix={attention.fix} how={m().howTo} />
          </>
        )}
      </section>
      <section class="stack">
        {activations.shown ? (
          <Chart
            title={m().activations}
            takeaway={m().activationsSay({
              n: fmt.number(activations.values.length),
              dimensions: fmt.number(activations.values[0]?.length ?? 0),
            })}
            about={{ ...about, how: m().activationsHow, n: activations.values.length }}
            deps={[model]}
            height={heatHeight(activations.values.length)}
            table={{
              caption: m().activations,
              rows: activations.values.map((row, y) => ({
                name: defined(activations.events[y]),
                row,
              })),
              columns: [
                { name: m().event, show: (row) => <Title>{row.name}</Title>, head: true },
                ...(activations.values[0] ?? []).map((_, x) => ({
                  name: String(x + 1),
                  show: (row: { row: number[] }) => fmt.signed(defined(row.row[x])),
                  end: true,
                })),
              ],
            }}
            option={(look) =>
              heat(
                look,
                activations.events,
                (activations.values[0] ?? []).map((_, x) => String(x + 1)),
                activations.values,
                { digits: 2 },
              )
            }
          />
        ) : (
          <>
            <h3>{m().activations}</h3>
            <Missing why={activations.why ?? ""} fix={activations.fix} how={m().howTo} />
          </>
        )}
      </section>
      <section class="stack">
        <h3>{m().rules}</h3>
        {rules.shown ? (
          <div class="stack">
            <p class="muted small">
              {m().rulesSay} {m().rulesHow}
            </p>
            <div class="two">
              {rules.paths.map((path) => (
                <div key={path.item} class="card stack">
                  <h4>
                    <Title>{path.title}</Title>
                  </h4>
                  <ol class="steps">
                    <li>
                      <span>{m().start}</span>
                      <span class="value">{fmt.number(path.base, 2)}</span>
                    </li>
                    {path.steps.map((step, at) => (
                      <li key={at}>
                        <span>{lang.value === "zh" ? step.zh : step.en}</span>
                        <span class="value">{fmt.signed(step.weight)}</span>
                      </li>
                    ))}
                  </ol>
                </div>
              ))}
            </div>
          </div>
        ) : (
          <Missing why={rules.why ?? ""} fix={rules.fix} how={m().howTo} />
        )}
      </section>
    </div>
  );
}
