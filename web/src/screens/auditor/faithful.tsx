import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { byName, fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/auditor";
import { m } from "../../i18n/messages/auditor-faithful";
import { m as w } from "../../i18n/messages/shared";
import { query, setQuery } from "../../router";
import { axis, Chart, DataTable, Head, Loadable, Tabs, tip } from "../../ui";
import { ExposureChart } from "../shared/fairness";
import {
  Measuring,
  result,
  useFinding,
  type Faithfulness,
  type Finding,
  type Quality,
} from "../shared/finding";
import {
  Choice,
  CopyLink,
  interval,
  PrintButton,
  SaveJson,
  sliceName,
  Stat,
  Stats,
} from "../shared/parts";
import { SHAPES } from "../shared/plots";
import { SliceChart } from "../shared/slices";

export default function FaithfulScreen() {
  const loaded = useData((signal) => ask(api.GET("/v1/versions", { signal })), []);
  return (
    <>
      <Head title={names().faithfulTitle} lead={m().lead} />
      <Loadable of={loaded}>
        {({ models }) => {
          const serving = defined(models.find((one) => one.state === "active")),
            version = query("model") || serving.version,
            name = models.find((one) => one.version === version)?.name ?? "";
          return (
            <div class="sections">
              <div class="toolbar">
                <Choice
                  label={w().version}
                  value={version}
                  options={models.map((one) => [
                    one.version,
                    `${one.name} ${one.version}${one === serving ? ` · ${w().serving}` : ""}`,
                  ])}
                  change={(value) => setQuery({ model: value })}
                />
                <span class="push row">
                  <PrintButton />
                  <CopyLink />
                </span>
              </div>
              <Faithful version={version} name={name} />
              <Fair version={version} name={name} />
            </div>
          );
        }}
      </Loadable>
    </>
  );
}

function Faithful({ version, name }: { version: string; name: string }) {
  const loaded = useFinding(version, "faithfulness"),
    found = result(loaded.data) as Faithfulness | null;
  return (
    <section class="sections">
      <Measuring of={loaded}>
        <p class="small">{m().what}</p>
      </Measuring>
      {found && loaded.data && <Figures found={found} finding={loaded.data} name={name} />}
    </section>
  );
}

const ORDER = ["reasons", "random", "latest"] as const;

function Figures({
  found,
  finding,
  name,
}: {
  found: Faithfulness;
  finding: Finding;
  name: string;
}) {
  const kept = query("measure") === "kept",
    of = (by: string, n: number) =>
      defined(found.curves.find((point) => point.by === by && point.left_out === n)),
    value = (by: string, n: number) => of(by, n)[kept ? "still_first" : "drop"];
  const steps = [...new Set(found.curves.map((point) => point.left_out))],
    deepest = defined(steps.at(-1)),
    show = (number: number) => (kept ? fmt.percent(number) : fmt.number(number, 2)),
    top = value("reasons", deepest),
    random = value("random", deepest);
  const clear = kept ? (top.high ?? 1) < (random.low ?? 0) : (top.low ?? 0) > (random.high ?? 0),
    time = fmt.moment(defined(finding.time)),
    model = `${name} ${finding.model}`,
    lost = (key: string) => found.one_event[key]?.first_lost.mean ?? 0;
  return (
    <div class="sections">
      <div class="row spread">
        <Choice
          label={m().measureBy}
          value={kept ? "kept" : "drop"}
          options={[
            ["drop", m().drop],
            ["kept", m().kept],
          ]}
          change={(next) => setQuery({ measure: next === "drop" ? null : next })}
        />
        <SaveJson name={`faithfulness-${finding.model}.json`} data={finding} />
      </div>
      <Chart
        title={m().title}
        takeaway={(kept ? m().sayKept : m().say)({
          n: fmt.number(deepest),
          top: show(top.mean ?? 0),
          random: show(random.mean ?? 0),
          clear,
        })}
        about={{
          how: m().how({ longest: fmt.number(found.longest) }),
          model,
          n: fmt.number(found.people),
          interval: w().interval,
          time,
        }}
        deps={[found, kept]}
        height={340}
        table={{
          caption: m().title,
          rows: found.curves,
          columns: [
            { name: m().chosenBy, show: (row) => m().by[row.by], by: (row) => row.by, head: true },
            { name: m().left, show: (row) => row.left_out, by: (row) => row.left_out, end: true },
            {
              name: m().drop,
              show: (row) => interval(row.drop, (x) => fmt.number(x, 2)),
              by: (row) => row.drop.mean ?? 0,
              end: true,
            },
            {
              name: m().kept,
              show: (row) => interval(row.still_first, (x) => fmt.percent(x)),
              by: (row) => row.still_first.mean ?? 0,
              end: true,
            },
          ],
        }}
        option={(look) => ({
          grid: { left: 8, right: 16, top: 40, bottom: 30, containLabel: true },
          legend: {
            type: "scroll",
            top: 0,
            left: 0,
            right: 0,
            pageTextStyle: { color: look.muted },
            pageIconColor: look.ink,
            textStyle: { color: look.ink, fontSize: 13 },
            data: ORDER.map((by) => m().by[by]),
          },
          tooltip: tip(look, {
            formatter: (event: {
              seriesName: string;
              value: number[];
              dataIndex: number;
              data: { said?: string };
            }) => event.data.said ?? "",
          }),
          xAxis: axis(look, {
            type: "value",
            min: 0,
            max: deepest + 1,
            interval: 1,
            name: m().left,
            nameLocation: "middle",
            nameGap: 28,
            axisLabel: {
              color: look.muted,
              formatter: (x: number) => (x > 0 && x <= deepest ? String(x) : ""),
            },
            splitLine: { show: false },
          }),
          yAxis: axis(look, {
            type: "value",
            min: 0,
            axisLabel: { color: look.muted, formatter: show },
          }),
          series: ORDER.flatMap((by, at) => [
            {
              name: m().by[by],
              type: "line",
              z: 2,
              symbol: SHAPES[at],
              symbolSize: 10,
              symbolOffset: [(at - 1) * 5, 0],
              itemStyle: { color: look.hues[at] },
              lineStyle: { width: 2, type: (["solid", "dashed", "dotted"] as const)[at] },
              data: steps.map((n) => ({
                value: [n, value(by, n).mean],
                said: `${m().by[by]} · ${n}\n${interval(value(by, n), show)}`,
              })),
            },
            {
              name: m().by[by],
              type: "custom",
              silent: true,
              z: 1,
              itemStyle: { color: look.hues[at] },
              data: steps.map((n) => [n, value(by, n).low, value(by, n).high]),
              renderItem: (
                _: unknown,
                tools: { value: (n: number) => number; coord: (at: number[]) => number[] },
              ) => {
                const [x, y1] = tools.coord([tools.value(0), tools.value(1)]) as [number, number],
                  [, y2] = tools.coord([tools.value(0), tools.value(2)]) as [number, number],
                  dx = (at - 1) * 5;
                return {
                  type: "line",
                  shape: { x1: x + dx, y1, x2: x + dx, y2 },
                  style: { stroke: look.hues[at], lineWidth: 2.5 },
                };
              },
            },
          ]),
        })}
      />
      <section class="stack">
        <h2>{m().sums}</h2>
        {found.additive ? (
          <Stats>
            <Stat
              name={m().sumError}
              value={found.sum_error === null ? "–" : exponent(found.sum_error)}
              note={`${m().ofSums({ n: fmt.number(found.sums) })}, ${m().relative}`}
            />
            <Stat
              name={m().removal}
              value={found.removal_error === null ? "–" : exponent(found.removal_error)}
              note={m().relative}
            />
          </Stats>
        ) : (
          <p class="note">{m().noSums}</p>
        )}
        <h3>{m().one}</h3>
        <p class="takeaway">
          {m().oneSay({
            top: fmt.percent(lost("top reason")),
            random: fmt.percent(lost("random")),
          })}
        </p>
      </section>
      {found.methods && (
        <section class="stack">
          <h2>{m().checks}</h2>
          <p class="muted">{m().checksText}</p>
          <DataTable
            caption={m().checks}
            hideCaption
            rows={found.methods}
            id={(row) => row.method}
            columns={[
              {
                name: m().method,
                show: (row) => (
                  <>
                    <code>{row.method}</code>
                    {row.serves && (
                      <>
                        {" "}
                        · <b>{m().serving}</b>
                      </>
                    )}
                  </>
                ),
                by: (row) => row.method,
                head: true,
              },
              {
                name: m().verdict,
                show: (row) =>
                  row.failed === null ? (
                    <span class="muted">{m().unchecked}</span>
                  ) : row.failed.length ? (
                    m().fails({
                      names: row.failed
                        .map((name) => byName(m().check, name) ?? name)
                        .join(w().semicolon),
                    })
                  ) : (
                    m().passed
                  ),
                by: (row) => row.failed?.length ?? -1,
                fit: "wide",
              },
            ]}
          />
        </section>
      )}
    </div>
  );
}

const exponent = (value: number) =>
  value === 0
    ? "0"
    : value
        .toExponential(1)
        .replace("e-", " × 10⁻")
        .replace(
          /⁻(\d+)$/,
          (_, digits: string) =>
            `⁻${Array.from(digits, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`,
        );

function Fair({ version, name }: { version: string; name: string }) {
  const loaded = useFinding(version, "next-item"),
    found = result(loaded.data) as Quality | null,
    time = found ? fmt.moment(defined(loaded.data?.time)) : "",
    kinds = found
      ? [...new Set(found.slices.map((row) => row.slice))].sort(
          (a, b) => Number(b.startsWith("people")) - Number(a.startsWith("people")),
        )
      : [];
  return (
    <section class="sections">
      <div class="stack">
        <h2>{m().fair}</h2>
        <p class="muted">{m().fairText}</p>
      </div>
      <Measuring of={loaded}>
        <p class="small">{m().fairWhat}</p>
      </Measuring>
      {found && (
        <>
          <Tabs
            param="group"
            label={m().groups}
            tabs={kinds.map((kind) => ({
              name: kind,
              label: sliceName(kind),
              show: () => (
                <SliceChart
                  kind={kind}
                  found={found}
                  second={null}
                  metric="hr@10"
                  mine={`${name} ${version}`}
                  other=""
                  time={time}
                />
              ),
            }))}
          />
          <ExposureChart found={found} model={`${name} ${version}`} time={time} />
        </>
      )}
    </section>
  );
}
