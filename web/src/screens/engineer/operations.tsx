import type { EChartsType } from "echarts/core";
import { useEffect } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { dictionary, fmt } from "../../i18n";
import { query, setQuery } from "../../router";
import { Button, Chart, DataTable, Empty, Head, Loadable, Switch, type Column } from "../../ui";
import { ms, seconds, Stat, Stats } from "../shared/parts";
import { lines } from "../shared/plots";
import { m as names } from "./words";

/** gaps: answers whose scores did not add up, so that no reasons were given; an older service does not count them. */
type Operations = Schema["OperationsOut"] & {
  gaps?: { answers: number; last: number | null } | null;
};
type Row = { [K in keyof Operations["series"]]: Operations["series"][K][number] };

const m = dictionary(
  {
    lead: "How the service is doing now. Press on a chart to see the slow and failed requests of those ten seconds.",
    window: "Window",
    minutes: (n: number) => `${n} min`,
    live: "Refresh every ten seconds",
    rate: "Requests a second",
    p50: "p50",
    p99: "p99",
    errors: "Errors",
    fallback: "Answers that fell back",
    lag: "Event lag",
    age: "Age of the model",
    lastMinute: "last minute",
    latestTen: "latest ten seconds",
    none: "none",
    ofAnswers: (n: string) => `of ${n} answers`,
    sinceIn: "since it was taken in",
    traffic: "Requests",
    trafficSay: (n: string, peak: string, errors: string) =>
      `${n} requests in this window, at most ${peak} a second; ${errors} failed.`,
    ok: "answered",
    refused: "refused (4xx)",
    failed: "failed (5xx)",
    times: "Time of a request",
    timesSay: (p50: string, p99: string) =>
      `In the latest ten seconds with requests, half took at most ${p50} and 99% at most ${p99}.`,
    timesNone: "No requests in this window yet.",
    falls: "Answers that fell back",
    fallsSay: (n: string, share: string) =>
      `${n} answers, ${share}, were computed from less than was asked for.`,
    fallsNone: "No lists were asked for in this window.",
    lags: "Event lag",
    lagsSay: (worst: string) =>
      `Events came at most ${worst} after they happened, on average of ten seconds.`,
    lagsNone: "No events came in this window.",
    share: "share",
    lagAxis: "seconds",
    how: "Counted by this process in steps of ten seconds, in memory; times in bins 8% wide. Kept for one hour.",
    processTime: (since: string) => `since ${since}`,
    tableTime: "Time",
    requests: "Requests",
    routes: "Kinds of request",
    routesCaption: "Since this process began",
    route: "Route",
    latest: "Slow and failed requests",
    latestCaption:
      "Latest first: status 400 or more, or 250 ms or more. Patterns of paths only, no person.",
    latestAt: (from: string, to: string) => `Between ${from} and ${to}`,
    all: "Show all",
    status: "Status",
    id: "Request",
    gaps: (n: number, count: string) =>
      n === 1 ? "One answer did not add up" : `${count} answers did not add up`,
    gapsText: (last: string) =>
      `The parts of a score differed from the score that was served${last && `, the last time ${last}`}. Those items were given without reasons. The service’s log names the model and the items. Compare this version with the one before it, and roll back if it began here.`,
    nothing: "No slow or failed request",
    nothingText: "Requests with an error, or of 250 ms or more, are listed here.",
  },
  {
    lead: "服务此刻的运行情况。点击图表可查看那十秒内的缓慢和失败请求。",
    window: "时间窗口",
    minutes: (n: number) => `${n} 分钟`,
    live: "每十秒刷新",
    rate: "每秒请求数",
    p50: "p50",
    p99: "p99",
    errors: "错误",
    fallback: "降级的回答",
    lag: "事件延迟",
    age: "模型启用时长",
    lastMinute: "最近一分钟",
    latestTen: "最近十秒",
    none: "无",
    ofAnswers: (n: string) => `共 ${n} 次回答`,
    sinceIn: "自纳入起",
    traffic: "请求",
    trafficSay: (n: string, peak: string, errors: string) =>
      `此窗口内共 ${n} 次请求，峰值每秒 ${peak} 次，失败 ${errors} 次。`,
    ok: "已回答",
    refused: "被拒绝（4xx）",
    failed: "失败（5xx）",
    times: "请求耗时",
    timesSay: (p50: string, p99: string) =>
      `在最近有请求的十秒内，一半请求不超过 ${p50}，99% 不超过 ${p99}。`,
    timesNone: "此窗口内尚无请求。",
    falls: "降级的回答",
    fallsSay: (n: string, share: string) => `${n} 次回答（${share}）所依据的信息少于请求所要求的。`,
    fallsNone: "此窗口内没有请求列表。",
    lags: "事件延迟",
    lagsSay: (worst: string) => `按十秒平均，事件最迟在发生后 ${worst} 到达。`,
    lagsNone: "此窗口内没有事件到达。",
    share: "比例",
    lagAxis: "秒",
    how: "由本进程在内存中按十秒计数；耗时按宽度 8% 的区间归类。保留一小时。",
    processTime: (since: string) => `自 ${since} 起`,
    tableTime: "时间",
    requests: "请求数",
    routes: "请求种类",
    routesCaption: "自本进程启动起",
    route: "路径",
    latest: "缓慢和失败的请求",
    latestCaption:
      "最新的在前：状态码 400 及以上，或耗时 250 毫秒及以上。仅显示路径模式，不含个人信息。",
    latestAt: (from: string, to: string) => `${from} 至 ${to}`,
    all: "显示全部",
    status: "状态码",
    id: "请求编号",
    gaps: (_: number, count: string) => `${count} 份回答相加不符`,
    gapsText: (last: string) =>
      `得分的各部分与所给得分不符${last && `，最近一次在 ${last}`}。这些项目未给出理由。服务日志写明了模型和项目。请与前一版本比较，若由此版本开始，请回退。`,
    nothing: "没有缓慢或失败的请求",
    nothingText: "出错的请求以及耗时 250 毫秒及以上的请求会列在这里。",
  },
);

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
                {m().minutes(n)}
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
    time: m().processTime(fmt.moment(found.since)),
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
          <b>{m().gaps(found.gaps.answers, fmt.number(found.gaps.answers))}</b>
          <p class="small">
            {m().gapsText(found.gaps.last === null ? "" : fmt.moment(found.gaps.last))}
          </p>
        </div>
      )}
      <Stats>
        <Stat
          name={m().rate}
          value={fmt.number(sum(tail(series.requests)) / 60, 1)}
          note={m().lastMinute}
        />
        <Stat name={m().p50} value={ms(last(series.p50_ms))} note={m().latestTen} />
        <Stat name={m().p99} value={ms(last(series.p99_ms))} note={m().latestTen} />
        <Stat
          name={m().errors}
          value={fmt.number(sum(series.errors))}
          tone={sum(series.errors) ? "bad" : undefined}
          note={m().minutes(series.time.length / minute)}
        />
        <Stat
          name={m().fallback}
          value={answers ? fmt.percent(fell / answers, 1) : "–"}
          note={answers ? m().ofAnswers(fmt.number(answers)) : m().none}
        />
        <Stat name={m().lag} value={lag === null ? "–" : seconds(lag)} />
        <Stat name={m().age} value={seconds(found.model_age)} note={m().sinceIn} />
      </Stats>
      <div class="two">
        <Chart
          title={m().traffic}
          takeaway={m().trafficSay(
            fmt.number(sum(series.requests)),
            fmt.number(Math.max(0, ...series.requests) / step, 1),
            fmt.number(sum(series.errors)),
          )}
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
              : m().timesSay(ms(last(series.p50_ms)), ms(last(series.p99_ms)))
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
            answers ? m().fallsSay(fmt.number(fell), fmt.percent(fell / answers, 1)) : m().fallsNone
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
              : m().lagsSay(seconds(Math.max(...series.lag_seconds.map((value) => value ?? 0))))
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
            {
              name: m().route,
              show: (row) => (
                <code>
                  {row.method} {row.route}
                </code>
              ),
              by: (row) => row.route,
              head: true,
            },
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

function Latest({ found, at }: { found: Operations; at: number }) {
  const rows = found.latest.filter((row) => !at || (row.time >= at && row.time < at + found.step));
  return (
    <section class="stack" id="latest">
      <div class="row spread">
        <h2>{m().latest}</h2>
        {at > 0 && (
          <div class="row">
            <span class="small muted">{m().latestAt(moment(at), moment(at + found.step))}</span>
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
            {
              name: m().route,
              show: (row) => (
                <code>
                  {row.method} {row.route}
                </code>
              ),
              by: (row) => row.route,
            },
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
