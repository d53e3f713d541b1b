import type { EChartsType } from "echarts/core";
import { useEffect } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/engineer";
import { m } from "../../i18n/messages/engineer-operations";
import { query, setQuery } from "../../router";
import { Button, Chart, DataTable, Empty, Head, Loadable, Switch, type Column } from "../../ui";
import { ms, seconds, Stat, Stats } from "../shared/parts";
import { lines } from "../shared/plots";

/** gaps: answers whose scores did not add up, so that no reasons were given; an older service does not count them. */
type Operations = Schema["OperationsOut"] & {
  gaps?: { answers: number; last: number | null } | null;
};
type Row = { [K in keyof Operations["series"]]: Operations["series"][K][number] };

const WINDOWS = [5, 15, 60];
const moment = (time: number) =>
  new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(time * 1000);
const sum = (values: readonly (number | null)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
const last = (values: readonly (number | null)[]) =>
  values.findLast((value) => value !== null) ?? null;

export default function OperationsScreen() {
  const minutes = Number(query("minutes")) || 15,
    still = query("still") === "yes";
  const loaded = useData(
    (signal) => ask(api.GET("/v1/operations", { params: { query: { minutes } }, signal })),
    [minutes],
  );
  useEffect(() => {
    if (still) return;
    const timer = setInterval(() => void loaded.reload(), 10_000);
    return () => clearInterval(timer);
  }, [still, minutes]);
  return (
    <>
      <Head title={names().operations} lead={m().lead}>
        <div class="toolbar">
          <div class="pressed" role="group" aria-label={m().window}>
            {WINDOWS.map((n) => (
              <Button
                key={n}
                small
                aria-pressed={n === minutes}
                onClick={() => setQuery({ minutes: String(n), at: null })}
              >
                {m().minutes({ n })}
              </Button>
            ))}
          </div>
          <Switch on={!still} change={(on) => setQuery({ still: on ? null : "yes" })}>
            {m().live}
          </Switch>
        </div>
      </Head>
      <Loadable of={{ ...loaded, stale: false }}>{(found) => <Shown found={found} />}</Loadable>
    </>
  );
}

function Shown({ found }: { found: Operations }) {
  const { series, step } = found,
    minute = 60 / step,
    tail = (values: readonly (number | null)[]) => values.slice(-minute);
  const rows: Row[] = series.time.map((time, at) => ({
    time,
    requests: defined(series.requests[at]),
    errors: defined(series.errors[at]),
    refused: defined(series.refused[at]),
    answers: defined(series.answers[at]),
    fallbacks: defined(series.fallbacks[at]),
    p50_ms: series.p50_ms[at] ?? null,
    p99_ms: series.p99_ms[at] ?? null,
    answers_p50_ms: series.answers_p50_ms[at] ?? null,
    answers_p99_ms: series.answers_p99_ms[at] ?? null,
    lag_seconds: series.lag_seconds[at] ?? null,
  }));
  const at = Number(query("at")) || 0,
    answers = sum(series.answers),
    fell = sum(series.fallbacks),
    lag = last(series.lag_seconds);
  const about = {
    how: m().how,
    model: `${found.model_name} ${found.model}`,
    n: fmt.number(sum(series.requests)),
    time: m().processTime({ since: fmt.moment(found.since) }),
  };
  const pressed = (chart: EChartsType) => {
    const zr = chart.getZr(),
      press = (event: { offsetX: number; offsetY: number }) => {
        const [time] = chart.convertFromPixel({ gridIndex: 0 }, [event.offsetX, event.offsetY]);
        if (time) setQuery({ at: String(Math.floor(time / 1000 / step) * step) });
      };
    zr.on("click", press);
    return () => {
      zr.off("click", press);
    };
  };
  const moments: Column<Row> = {
    name: m().tableTime,
    show: (row) => moment(row.time),
    by: (row) => row.time,
    head: true,
  };
  const column = (
    name: string,
    value: (row: Row) => number | null,
    show: (value: number) => string,
  ): Column<Row> => ({
    name,
    show: (row) => {
      const shown = value(row);
      return shown === null ? "–" : show(shown);
    },
    by: (row) => value(row) ?? -1,
    end: true,
  });
  const busy = rows.filter((row) => row.requests || row.lag_seconds !== null).reverse();
  return (
    <div class="sections">
      {found.gaps.answers > 0 && (
        <div class="note bad" role="alert" id="gaps">
          <b>{m().gaps({ n: found.gaps.answers, count: fmt.number(found.gaps.answers) })}</b>
          <p class="small">
            {m().gapsText({
              dated: found.gaps.last !== null,
              last: found.gaps.last === null ? "" : fmt.moment(found.gaps.last),
            })}
          </p>
        </div>
      )}
      <Stats>
        <Stat
          name={m().rate}
          value={fmt.number(sum(tail(series.requests)) / 60, 1)}
          note={m().lastMinute}
        />
        <Stat name={m().answersP50} value={ms(last(series.answers_p50_ms))} note={m().latestTen} />
        <Stat name={m().answersP99} value={ms(last(series.answers_p99_ms))} note={m().latestTen} />
        <Stat
          name={m().errors}
          value={fmt.number(sum(series.errors))}
          tone={sum(series.errors) ? "bad" : undefined}
          note={m().minutes({ n: series.time.length / minute })}
        />
        <Stat
          name={m().fallback}
          value={answers ? fmt.percent(fell / answers, 1) : "–"}
          note={answers ? m().ofAnswers({ n: fmt.number(answers) }) : m().none}
        />
        <Stat name={m().lag} value={lag === null ? "–" : seconds(lag)} />
        <Stat name={m().age} value={seconds(found.model_age)} note={m().sinceIn} />
      </Stats>
      <div class="two">
        <Chart
          title={m().traffic}
          takeaway={m().trafficSay({
            n: fmt.number(sum(series.requests)),
            peak: fmt.number(Math.max(0, ...series.requests) / step, 1),
            errors: fmt.number(sum(series.errors)),
          })}
          about={about}
          deps={[found, at]}
          height={240}
          ready={pressed}
          table={{
            caption: m().traffic,
            rows: busy,
            columns: [
              moments,
              column(m().requests, (row) => row.requests, fmt.number),
              column(m().refused, (row) => row.refused, fmt.number),
              column(m().failed, (row) => row.errors, fmt.number),
            ],
          }}
          option={(look) =>
            lines(
              look,
              series.time,
              [
                {
                  name: m().ok,
                  values: rows.map((row) => (row.requests - row.errors - row.refused) / step),
                },
                { name: m().failed, values: rows.map((row) => row.errors / step) },
                { name: m().refused, values: rows.map((row) => row.refused / step) },
              ],
              (value) => fmt.short(value),
              at,
            )
          }
        />
        <Chart
          title={m().times}
          takeaway={
            last(series.p50_ms) === null
              ? m().timesNone
              : m().timesSay({ p50: ms(last(series.p50_ms)), p99: ms(last(series.p99_ms)) })
          }
          about={about}
          deps={[found, at]}
          height={240}
          ready={pressed}
          table={{
            caption: m().times,
            rows: busy,
            columns: [
              moments,
              column(m().p50, (row) => row.p50_ms, ms),
              column(m().p99, (row) => row.p99_ms, ms),
            ],
          }}
          option={(look) =>
            lines(
              look,
              series.time,
              [
                { name: m().p50, values: series.p50_ms },
                { name: m().p99, values: series.p99_ms },
              ],
              ms,
              at,
            )
          }
        />
        <Chart
          title={m().falls}
          takeaway={
            answers
              ? m().fallsSay({ n: fmt.number(fell), share: fmt.percent(fell / answers, 1) })
              : m().fallsNone
          }
          about={{ ...about, n: fmt.number(answers) }}
          deps={[found, at]}
          height={200}
          ready={pressed}
          table={{
            caption: m().falls,
            rows: busy,
            columns: [
              moments,
              column(m().fallback, (row) => row.fallbacks, fmt.number),
              column(
                m().share,
                (row) => (row.answers ? row.fallbacks / row.answers : null),
                (value) => fmt.percent(value),
              ),
            ],
          }}
          option={(look) =>
            lines(
              look,
              series.time,
              [
                {
                  name: m().share,
                  values: rows.map((row) => (row.answers ? row.fallbacks / row.answers : null)),
                },
              ],
              (value) => fmt.percent(value),
              at,
            )
          }
        />
        <Chart
          title={m().lags}
          takeaway={
            lag === null
              ? m().lagsNone
              : m().lagsSay({
                  worst: seconds(Math.max(...series.lag_seconds.map((value) => value ?? 0))),
                })
          }
          about={about}
          deps={[found, at]}
          height={200}
          ready={pressed}
          table={{
            caption: m().lags,
            rows: busy,
            columns: [moments, column(m().lag, (row) => row.lag_seconds, seconds)],
          }}
          option={(look) =>
            lines(
              look,
              series.time,
              [{ name: m().lagAxis, values: series.lag_seconds }],
              (value) => fmt.short(value),
              at,
            )
          }
        />
      </div>
      <Latest found={found} at={at} />
      <section class="stack">
        <h2>{m().routes}</h2>
        <DataTable
          caption={m().routesCaption}
          rows={found.routes}
          id={(row) => row.method + row.route}
          columns={[
            { ...route(), head: true },
            {
              name: m().requests,
              show: (row) => fmt.number(row.requests),
              by: (row) => row.requests,
              end: true,
            },
            {
              name: m().failed,
              show: (row) => fmt.number(row.errors),
              by: (row) => row.errors,
              end: true,
            },
            {
              name: m().p50,
              show: (row) => ms(row.p50_ms),
              by: (row) => row.p50_ms ?? -1,
              end: true,
            },
            {
              name: m().p99,
              show: (row) => ms(row.p99_ms),
              by: (row) => row.p99_ms ?? -1,
              end: true,
            },
          ]}
        />
      </section>
    </div>
  );
}

/** The kind of a request: what was asked, and with which method. */
const route = <R extends { method: string; route: string }>(): Column<R> => ({
  name: m().route,
  show: (row) => (
    <code>
      {row.method} {row.route}
    </code>
  ),
  by: (row) => row.route,
});

function Latest({ found, at }: { found: Operations; at: number }) {
  const rows = found.latest.filter((row) => !at || (row.time >= at && row.time < at + found.step));
  return (
    <section class="stack" id="latest">
      <div class="row spread">
        <h2>{m().latest}</h2>
        {at > 0 && (
          <div class="row">
            <span class="small muted">
              {m().latestAt({ from: moment(at), to: moment(at + found.step) })}
            </span>
            <Button small onClick={() => setQuery({ at: null })}>
              {m().all}
            </Button>
          </div>
        )}
      </div>
      {rows.length === 0 ? (
        <Empty title={m().nothing}>
          <p class="muted">{m().nothingText}</p>
        </Empty>
      ) : (
        <DataTable
          caption={m().latestCaption}
          rows={rows}
          id={(row) => row.request}
          columns={[
            {
              name: m().tableTime,
              show: (row) => moment(row.time),
              by: (row) => row.time,
              head: true,
            },
            route(),
            { name: m().status, show: (row) => row.status, by: (row) => row.status, end: true },
            {
              name: m().p50.replace("p50", "ms"),
              show: (row) => ms(row.ms),
              by: (row) => row.ms,
              end: true,
            },
            { name: m().id, show: (row) => <code>{row.request}</code> },
          ]}
        />
      )}
    </section>
  );
}
