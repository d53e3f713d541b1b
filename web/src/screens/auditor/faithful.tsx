import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { byName, dictionary, fmt } from "../../i18n";
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
  w,
} from "../shared/parts";
import { SHAPES } from "../shared/plots";
import { SliceChart } from "../shared/slices";
import { m as names } from "./words";

const m = dictionary(
  {
    lead: "Do the reasons matter, and for whom does it work worse? Measured on the people of this store; the figures below are those of the last measurement.",
    what: "For up to 200 people with six choices or more: the item in first place is explained as it is served, then the strongest reasons are left out and everything is scored again.",
    by: { reasons: "strongest reasons", random: "random events", latest: "latest events" },
    drop: "Fall of the score (standard deviations)",
    kept: "Still in first place",
    measureBy: "Measure",
    left: "Events left out",
    title: "Leaving reasons out, beside leaving others out",
    say: (n: string, top: string, random: string, clear: boolean) =>
      `Without the ${n} strongest reasons the item falls by ${top} standard deviations, without as many random events by ${random}; ${clear ? "the intervals are apart" : "the intervals overlap, so the reasons are not shown to matter more than chance"}.`,
    sayKept: (n: string, top: string, random: string, clear: boolean) =>
      `Without the ${n} strongest reasons ${top} of the items keep the first place, without as many random events ${random}; ${clear ? "the intervals are apart" : "the intervals overlap, so the reasons are not shown to matter more than chance"}.`,
    how: (longest: string) =>
      `Each time scored anew by the model itself, the latest ${longest} events of each person; random: mean of five draws. A fall is measured in standard deviations of the person’s own scores.`,
    sums: "Do the reasons add up?",
    sumError: "Largest error of base + reasons + rest",
    removal: "Largest difference between a reason and its measured removal",
    ofSums: (n: string) => `over ${n} scores`,
    relative: "relative to the score",
    noSums:
      "This model is no sum; its reasons are measured by leaving events out, and promise no total.",
    one: "One event left out",
    lost: "No longer first",
    oneSay: (top: string, random: string) =>
      `Without the strongest reason ${top} of the items lose the first place; without a random event ${random}.`,
    checks: "Which methods of explaining pass the checks?",
    checksText:
      "Eleven checks that a true explanation passes and a false one does not. They were run on a model of this kind fitted to the built-in data, not on this store. Lists here are explained by the method marked “serves”.",
    method: "Method",
    serving: "serves",
    verdict: "Checks",
    passed: "all passed",
    unchecked: "not checked for this kind of model",
    fails: (names: string) => `does not pass: ${names}`,
    check: byName({
      completeness: "the parts add up",
      axioms: "the axioms hold",
      planted: "it finds planted weights",
      model: "its reasons change with the model",
      labels: "its reasons change when the data are shuffled",
      sign: "a removal moves the score the way it says",
      random: "it beats random orders",
      one: "two calls agree",
      executed: "its removals were carried out",
      words: "its sentence reads back",
      seeds: "other seeds agree",
    }),
    fair: "Fairness",
    fairText: "Accuracy by group of people and items, and who gets the places in lists.",
    fairWhat:
      "Fits the same settings on all but each person’s last two choices and judges by the last; groups of fewer than 20 people are never shown.",
    groups: "Groups",
    chosenBy: "Left out by",
  },
  {
    lead: "理由是否重要？对谁效果较差？在本存储的用户上测量；以下为最近一次测量的结果。",
    what: "对最多 200 名至少有六次选择的人：按所提供的方式解释排在第一的项目，然后去掉最强的理由并全部重新打分。",
    by: { reasons: "最强的理由", random: "随机记录", latest: "最近的记录" },
    drop: "得分下降（标准差）",
    kept: "仍居第一位",
    measureBy: "指标",
    left: "去掉的记录数",
    title: "去掉理由与去掉其他记录的比较",
    say: (n: string, top: string, random: string, clear: boolean) =>
      `去掉最强的 ${n} 个理由后，项目下降 ${top} 个标准差；去掉同样多的随机记录则下降 ${random}；${clear ? "两者的区间不重叠" : "两者的区间重叠，未能证明理由比偶然更重要"}。`,
    sayKept: (n: string, top: string, random: string, clear: boolean) =>
      `去掉最强的 ${n} 个理由后，${top} 的项目仍居第一；去掉同样多的随机记录则为 ${random}；${clear ? "两者的区间不重叠" : "两者的区间重叠，未能证明理由比偶然更重要"}。`,
    how: (longest: string) =>
      `每次都由模型本身重新打分，取每人最近 ${longest} 条记录；随机为五次抽取的平均。下降以该人自身得分的标准差计。`,
    sums: "理由相加是否等于得分？",
    sumError: "基础 + 理由 + 其余的最大误差",
    removal: "理由与实测去除效果的最大差异",
    ofSums: (n: string) => `共 ${n} 个得分`,
    relative: "相对于得分",
    noSums: "此模型不是总和；其理由通过去掉记录测得，不保证相加等于得分。",
    one: "去掉一条记录",
    lost: "不再居第一",
    oneSay: (top: string, random: string) =>
      `去掉最强的理由后，${top} 的项目失去第一位；去掉一条随机记录则为 ${random}。`,
    checks: "哪些解释方法通过了检验？",
    checksText:
      "共十一项检验：真实的解释能通过，虚假的不能。检验在内置数据上拟合的同类模型上进行，并非在本存储上。此处的列表由标为“正在使用”的方法解释。",
    method: "方法",
    serving: "正在使用",
    verdict: "检验",
    passed: "全部通过",
    unchecked: "此类模型未检验",
    fails: (names: string) => `未通过：${names}`,
    check: byName({
      completeness: "相加相符",
      axioms: "公理",
      planted: "找到植入的权重",
      model: "换模型则换理由",
      labels: "打乱数据则换理由",
      sign: "与去除效果同号",
      random: "优于随机顺序",
      one: "两次调用一致",
      executed: "实际去除",
      words: "句子可读回",
      seeds: "不同种子一致",
    }),
    fair: "公平性",
    fairText: "按人群和项目分组的准确度，以及谁获得列表中的位置。",
    fairWhat:
      "用相同设置在去掉每人最后两次选择的数据上拟合，并以最后一次选择评判；少于 20 人的分组从不显示。",
    groups: "分组",
    chosenBy: "去掉的依据",
  },
);

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
        takeaway={(kept ? m().sayKept : m().say)(
          fmt.number(deepest),
          show(top.mean ?? 0),
          show(random.mean ?? 0),
          clear,
        )}
        about={{
          how: m().how(fmt.number(found.longest)),
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
              note={`${m().ofSums(fmt.number(found.sums))}, ${m().relative}`}
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
          {m().oneSay(fmt.percent(lost("top reason")), fmt.percent(lost("random")))}
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
                    m().fails(row.failed.map((name) => m().check[name] ?? name).join(w().semicolon))
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
