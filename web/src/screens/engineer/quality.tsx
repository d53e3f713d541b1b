import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { dictionary, fmt } from "../../i18n";
import { query, setQuery } from "../../router";
import { may } from "../../session";
import { Chart, Empty, Head, Loadable, Tabs } from "../../ui";
import {
  Measuring,
  result,
  useFinding,
  type Finding,
  type Kind,
  type Quality,
} from "../shared/finding";
import { ExposureChart } from "../shared/fairness";
import { Choice, CopyLink, interval, SaveJson, sliceName, Stat, Stats, w } from "../shared/parts";
import { dots, dotsHeight } from "../shared/plots";
import { metricName, SliceChart, type Metric } from "../shared/slices";
import { m as names } from "./words";

const m = dictionary(
  {
    lead: "How well the lists hold what people chose next, for whom and for which items.",
    protocol: "Protocol",
    against: "Compare with",
    protocols: {
      "next-item": "Next item: same settings, fitted anew without each person’s last two choices",
      "since-fit": "Since the fit: this very model, judged by later choices",
    },
    mrr: "MRR@10",
    coverage: "Coverage@10",
    novelty: "Novelty@10 (bits)",
    lift: "Popularity of the lists over the person’s own",
    measureWhat: {
      "next-item":
        "Fits the same kind of model with the same settings on all but each person’s last two choices, and judges its lists by the last.",
      "since-fit":
        "Judges the model as it serves by the latest choice of each person that came after it was fitted. Needs 20 such people.",
    },
    overall: "Overall",
    slice: "Slices",
    metric: "Measure",
    none: "No slice has enough people.",
    ab: "Experiments",
    abNone: "No experiment yet",
    abText: "Split people between two versions, and what they then choose is compared here.",
    abHow:
      "People who chose from their lists, by arm; a person stays in the arm that a hash of the label gives. Difference by Newcombe’s interval.",
    abCommand: "PUT /v1/experiments/NAME with two variants",
    abSay: (arm: string, share: string) =>
      `Arm ${arm} leads with ${share} of its people choosing from their list.`,
    abWait: "Nobody has been given a list by this experiment yet.",
    arm: "Arm",
    chose: "Chose",
    active: "active",
    ended: "ended",
    difference: (arm: string, first: string, value: string, sure: boolean) =>
      `${arm} against ${first}: ${value} percentage points${sure ? ", more than chance" : ", may be chance"}.`,
  },
  {
    lead: "列表在多大程度上包含了人们接下来的选择；对谁、对哪些项目效果如何。",
    protocol: "评测方式",
    against: "对比版本",
    protocols: {
      "next-item": "下一项：相同设置，去掉每人最后两次选择后重新拟合",
      "since-fit": "拟合之后：即此模型，以之后的选择评判",
    },
    mrr: "MRR@10",
    coverage: "覆盖率@10",
    novelty: "新颖度@10（比特）",
    lift: "列表热度与本人历史热度之比",
    measureWhat: {
      "next-item":
        "用相同种类和设置的模型，在去掉每人最后两次选择的数据上拟合，并以最后一次选择评判其列表。",
      "since-fit": "以每人在拟合之后的最近一次选择评判正在服务的模型。至少需要 20 人。",
    },
    overall: "总体",
    slice: "分组",
    metric: "指标",
    none: "没有人数足够的分组。",
    ab: "实验",
    abNone: "尚无实验",
    abText: "把用户分到两个版本，这里会比较他们随后的选择。",
    abHow: "各组中从列表里作出选择的人的比例；每人由标识的散列固定分组。差异采用 Newcombe 区间。",
    abCommand: "PUT /v1/experiments/NAME，给出两个分组",
    abSay: (arm: string, share: string) => `${arm} 组领先，有 ${share} 的人从列表中作出选择。`,
    abWait: "此实验尚未给任何人列表。",
    arm: "分组",
    chose: "作出选择",
    active: "进行中",
    ended: "已结束",
    difference: (arm: string, first: string, value: string, sure: boolean) =>
      `${arm} 与 ${first} 之差：${value} 个百分点，${sure ? "超出偶然" : "可能出于偶然"}。`,
  },
);

type Protocol = "next-item" | "since-fit";

export default function QualityScreen() {
  const versions = useData((signal) => ask(api.GET("/v1/versions", { signal })), []);
  return (
    <>
      <Head title={names().quality} lead={m().lead} />
      <Loadable of={versions}>
        {({ models }) => {
          const serving = defined(models.find((one) => one.state === "active")),
            version = query("model") || serving.version,
            protocol = (query("protocol") || "next-item") as Protocol;
          const options = models.map(
            (one) =>
              [
                one.version,
                `${one.name} ${one.version}${one === serving ? ` · ${w().serving}` : ""}`,
              ] as [string, string],
          );
          return (
            <div class="sections">
              <div class="toolbar">
                <Choice
                  label={w().version}
                  value={version}
                  options={options}
                  change={(value) => setQuery({ model: value })}
                />
                <Choice
                  label={m().against}
                  value={query("against")}
                  options={[["", w().none], ...options.filter(([name]) => name !== version)]}
                  change={(value) => setQuery({ against: value || null })}
                />
                <Choice
                  label={m().protocol}
                  value={protocol}
                  options={Object.entries(m().protocols)}
                  change={(value) => setQuery({ protocol: value })}
                />
                <span class="push">
                  <CopyLink />
                </span>
              </div>
              <Measured
                version={version}
                against={query("against")}
                protocol={protocol}
                name={models.find((one) => one.version === version)?.name ?? ""}
                other={models.find((one) => one.version === query("against"))?.name ?? ""}
              />
              {may("experiments") && <Experiments />}
            </div>
          );
        }}
      </Loadable>
    </>
  );
}

function Measured({
  version,
  against,
  protocol,
  name,
  other,
}: {
  version: string;
  against: string;
  protocol: Protocol;
  name: string;
  other: string;
}) {
  const mine = useFinding(version, protocol),
    found = result(mine.data) as Quality | null;
  return (
    <div class="sections">
      <Loadable of={{ ...mine, stale: false }}>
        {() => (
          <Measuring of={mine}>
            <p class="small">{m().measureWhat[protocol]}</p>
          </Measuring>
        )}
      </Loadable>
      {against ? (
        <Beside version={against} kind={protocol} name={other}>
          {(second) => (
            <Shown
              found={found}
              finding={mine.data}
              name={name}
              second={second}
              other={`${other} ${against}`}
            />
          )}
        </Beside>
      ) : (
        <Shown found={found} finding={mine.data} name={name} second={null} other="" />
      )}
    </div>
  );
}

function Beside({
  version,
  kind,
  name,
  children,
}: {
  version: string;
  kind: Kind;
  name: string;
  children: (found: Quality | null) => preact.ComponentChildren;
}) {
  const theirs = useFinding(version, kind);
  return (
    <>
      {theirs.data?.state !== "done" && (
        <Measuring of={theirs}>
          <p class="small">
            {name} {version}
          </p>
        </Measuring>
      )}
      {children(result(theirs.data) as Quality | null)}
    </>
  );
}

const show = (value: number) => fmt.number(value, 3);

function Shown({
  found,
  finding,
  name,
  second,
  other,
}: {
  found: Quality | null;
  finding: Finding | undefined;
  name: string;
  second: Quality | null;
  other: string;
}) {
  if (!found || !finding) return null;
  const metric = (query("metric") || "ndcg@10") as Metric,
    kinds = [...new Set(found.slices.map((row) => row.slice))],
    mine = `${name} ${finding.model}`;
  const overall: [string, string, (value: number) => string][] = [
    ["ndcg@10", metricName("ndcg@10"), show],
    ["hr@10", metricName("hr@10"), show],
    ["mrr@10", m().mrr, show],
    ["coverage@10", m().coverage, (value) => fmt.percent(value, 1)],
    ["novelty@10", m().novelty, (value) => fmt.number(value, 1)],
    ["popularity_lift@10", m().lift, (value) => `${fmt.number(value, 2)}×`],
  ];
  return (
    <div class="sections">
      <section class="stack">
        <div class="row spread">
          <h2>{m().overall}</h2>
          <SaveJson name={`quality-${finding.model}.json`} data={finding} />
        </div>
        <Stats>
          {overall.map(([key, label, format]) => {
            const value = found.overall[key];
            return value?.mean == null ? null : (
              <Stat
                key={key}
                name={label}
                value={format(value.mean)}
                note={
                  <>
                    {value.low !== null &&
                      value.high !== null &&
                      `${format(value.low)} – ${format(value.high)}`}
                    {second?.overall[key]?.mean != null && (
                      <>
                        <br />
                        {other}: {format(second.overall[key].mean)}
                      </>
                    )}
                  </>
                }
              />
            );
          })}
        </Stats>
      </section>
      <section class="stack">
        <div class="row spread">
          <h2>{m().slice}</h2>
          <Choice
            label={m().metric}
            value={metric}
            options={[
              ["ndcg@10", metricName("ndcg@10")],
              ["hr@10", metricName("hr@10")],
            ]}
            change={(value) => setQuery({ metric: value === "ndcg@10" ? null : value })}
          />
        </div>
        {kinds.length === 0 ? (
          <p class="note">{m().none}</p>
        ) : (
          <Tabs
            param="slice"
            label={m().slice}
            tabs={kinds.map((kind) => ({
              name: kind,
              label: sliceName(kind),
              show: () => (
                <SliceChart
                  kind={kind}
                  found={found}
                  second={second}
                  metric={metric}
                  mine={mine}
                  other={other}
                  time={fmt.moment(defined(finding.time))}
                />
              ),
            }))}
          />
        )}
      </section>
      <ExposureChart found={found} model={mine} time={fmt.moment(defined(finding.time))} />
    </div>
  );
}

function Experiments() {
  const loaded = useData(async (signal) => {
    const { experiments } = await ask(api.GET("/v1/experiments", { signal }));
    return Promise.all(
      experiments
        .slice(-5)
        .reverse()
        .map(async (one) => ({
          ...one,
          outcome: await ask(
            api.GET("/v1/experiments/{name}/outcome", {
              params: { path: { name: one.name } },
              signal,
            }),
          ),
        })),
    );
  }, []);
  return (
    <section class="stack">
      <h2>{m().ab}</h2>
      <Loadable of={loaded}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={m().abNone}>
              <p class="muted">{m().abText}</p>
              <code>{m().abCommand}</code>
            </Empty>
          ) : (
            <div class="sections">
              {found.map((one) => (
                <Outcome key={one.name} one={one} />
              ))}
            </div>
          )
        }
      </Loadable>
    </section>
  );
}

interface Arm {
  name: string;
  people: number;
  chose: number;
  share: number | null;
  low: number | null;
  high: number | null;
}
interface Difference {
  arm: string;
  against: string;
  difference: number;
  low: number;
  high: number;
}
/** Null where an arm has nobody. */
type Given<T> = { [K in keyof T]: T[K] extends number ? number | null : T[K] };
const known = (one: Given<Difference>): one is Difference =>
  one.difference !== null && one.low !== null && one.high !== null;

function Outcome({
  one,
}: {
  one: {
    name: string;
    active: boolean;
    since: number;
    outcome: { arms: unknown[]; differences: unknown[] };
  };
}) {
  const arms = one.outcome.arms as Arm[],
    differences = one.outcome.differences as Given<Difference>[],
    best = arms
      .filter((arm) => arm.share !== null)
      .sort((a, b) => (b.share ?? 0) - (a.share ?? 0))[0];
  const say = best
    ? [
        m().abSay(best.name, fmt.percent(best.share ?? 0, 1)),
        ...differences
          .filter(known)
          .map(({ arm, against, difference, low, high }) =>
            m().difference(
              arm,
              against,
              `${fmt.signed(100 * difference, 1)} (${fmt.signed(100 * low, 1)} – ${fmt.signed(100 * high, 1)})`,
              low > 0 || high < 0,
            ),
          ),
      ].join(" ")
    : m().abWait;
  return (
    <Chart
      title={`${one.name} · ${one.active ? m().active : m().ended}`}
      takeaway={say}
      about={{
        how: m().abHow,
        n: fmt.number(arms.reduce((sum, arm) => sum + arm.people, 0)),
        interval: w().wilson,
        time: fmt.moment(one.since),
      }}
      deps={[one]}
      height={dotsHeight(arms.length)}
      table={{
        caption: one.name,
        rows: arms,
        columns: [
          { name: m().arm, show: (arm) => arm.name, head: true },
          { name: w().people, show: (arm) => fmt.number(arm.people), end: true },
          { name: m().chose, show: (arm) => fmt.number(arm.chose), end: true },
          {
            name: w().share,
            show: (arm) =>
              interval({ mean: arm.share, low: arm.low, high: arm.high }, (value) =>
                fmt.percent(value, 1),
              ),
            end: true,
          },
        ],
      }}
      option={(look) =>
        dots(
          look,
          arms.map((arm) => ({
            name: arm.name,
            values: [{ mean: arm.share, low: arm.low, high: arm.high }],
          })),
          [one.name],
          (value) => fmt.percent(value, 1),
        )
      }
    />
  );
}
