import { api, ask } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { byName, fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/engineer";
import { m } from "../../i18n/messages/engineer-quality";
import { m as w } from "../../i18n/messages/shared";
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
import { Choice, CopyLink, interval, SaveJson, sliceName, Stat, Stats } from "../shared/parts";
import { dots, dotsHeight } from "../shared/plots";
import { metricName, SliceChart, type Metric } from "../shared/slices";

const PROTOCOLS = ["next-item", "since-fit"] as const;
type Protocol = (typeof PROTOCOLS)[number];

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
                  options={PROTOCOLS.map((one) => [one, byName(m().protocols, one)])}
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
            <p class="small">{byName(m().measureWhat, protocol)}</p>
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
        m().abSay({ arm: best.name, share: fmt.percent(best.share ?? 0, 1) }),
        ...differences.filter(known).map(({ arm, against, difference, low, high }) =>
          m().difference({
            arm,
            first: against,
            value: `${fmt.signed(100 * difference, 1)} (${fmt.signed(100 * low, 1)} – ${fmt.signed(100 * high, 1)})`,
            sure: low > 0 || high < 0,
          }),
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
