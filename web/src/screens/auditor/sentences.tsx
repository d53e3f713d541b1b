import { useEffect } from "preact/hooks";
import { troubleOf } from "../../api";
import {
  checkSentences,
  sentencesChecked,
  type Check,
  type Counted,
  type Sentences,
} from "../../api/audit";
import { useData, type Loaded } from "../../api/useData";
import { byName, dictionary, fmt, lang } from "../../i18n";
import { may } from "../../session";
import { Button, DataTable, Empty, Head, Loadable, toast, type Column } from "../../ui";
import { CopyLink, Hash, PrintButton, SaveJson, Stat, Stats, w } from "../shared/parts";
import { address } from "./decisions";
import { m as names } from "./words";

const m = dictionary(
  {
    lead: "Each sentence of a logged answer is taken apart into claims. Each claim is carried out again, by what-if and against the store; a claim that does not hold is false.",
    absent: "This service does not check sentences yet",
    absentText: "Its version is older than this page. Update the service, then come back.",
    missing: "Not checked yet.",
    waiting: "Waiting for its turn.",
    running: (done: string) => `Checking, ${done} done. People’s requests come first.`,
    failed: "The check could not be made.",
    made: (when: string) => `Checked ${when}.`,
    measure: "Check now",
    again: "Check again",
    begun: "The check has begun.",
    nobody: "This key may not start a check; an admin or auditor key may.",
    good: (claims: string) => `All ${claims} claims that could be checked are true`,
    bad: (wrong: string, claims: string) => `${wrong} of ${claims} claims are false`,
    verdict: (sentences: string, answers: string) =>
      `${sentences} sentences in ${answers} answers were checked.`,
    none: "No claim could be checked",
    unverifiable: (n: string) =>
      `${n} claims could not be checked, because what they speak of is no longer stored. They count neither as true nor as false.`,
    answers: "Answers checked",
    sentences: "Sentences",
    claims: "Claims",
    wrong: "False",
    open: "Could not be checked",
    of: (share: string) => `${share} of the claims`,
    on: (rank: string) => `${rank} and later`,
    fresh: "made for the check",
    why: "Why",
    byKind: "By kind of claim",
    byPlace: "By place in the list",
    kind: "What is claimed",
    place: "Place",
    share: "Share false",
    kinds: byName({
      rank: "Place before and after a removal",
      share: "Share of the score",
      count: "Number of uses",
      date: "Date",
      verb: "Verb: watched, bought …",
      popular: "Popularity",
      because: "“Because”",
      strength: "Strength of a reason",
      seen: "Chosen before",
      stored: "The events are in the store",
      readable: "The sentence reads back",
      languages: "Both languages say the same",
      answer: "The answer can be read",
      "old form": "Sentence of an earlier version",
      against: "A reason against",
      base: "The same for everyone",
      contribution: "Part of a reason",
      evidence: "What it is based on",
      fields: "Fields of the answer",
      heaviest: "The heaviest are named",
      listed: "It is in the list",
      mainly: "“Mainly”",
      named: "What is named",
      none: "No reason",
      often: "“Often”",
      outside: "Outside the list",
      people: "Number of people",
      phrase: "What the model says",
      place: "Place",
      rated: "A rating given",
      score: "The score",
      sums: "The parts add up",
      support: "People who chose both",
      tag: "A shared tag",
      title: "Title",
      unsound: "The parts do not add up",
      weak: "A weak sign",
    }),
    examples: "False claims",
    examplesCaption: "Up to twenty; the number opens the record of the answer",
    claim: "Claim",
    said: "The sentence says",
    found: "The check finds",
    record: "Answer",
    rests: "What the reasons rest on",
    because: "Sentences that say “because”",
    becauseNote: "Said only if removing what is named costs the place",
    median: "People behind a reason, median",
    medianNote: "who chose both items",
    under: (k: string) => `Reasons with fewer than ${k} people`,
    underNote: "A weak basis; it may not be told as a strong one",
    latest: "First reasons that are the latest choice",
    latestNote: "High values mean that the list mostly follows the last thing chosen",
  },
  {
    lead: "把已记录回答中的每个句子拆成若干断言，再用“如果没有……”的程序并对照存储逐条重新执行；不成立的断言即为不实。",
    absent: "此服务尚不能核查句子",
    absentText: "服务的版本早于此页面。请更新服务后再来。",
    missing: "尚未核查。",
    waiting: "正在等待。",
    running: (done: string) => `正在核查，已完成 ${done}。用户的请求优先处理。`,
    failed: "核查未能完成。",
    made: (when: string) => `核查于 ${when}。`,
    measure: "开始核查",
    again: "重新核查",
    begun: "核查已开始。",
    nobody: "此密钥无权开始核查；管理员或审计员的密钥可以。",
    good: (claims: string) => `可核查的 ${claims} 条断言全部属实`,
    bad: (wrong: string, claims: string) => `${claims} 条断言中有 ${wrong} 条不实`,
    verdict: (sentences: string, answers: string) =>
      `共核查 ${answers} 份回答中的 ${sentences} 个句子。`,
    none: "没有可核查的断言",
    unverifiable: (n: string) =>
      `${n} 条断言无法核查，因为所涉及的内容已不再存储；既不算属实，也不算不实。`,
    answers: "核查的回答",
    sentences: "句子",
    claims: "断言",
    wrong: "不实",
    open: "无法核查",
    of: (share: string) => `占断言的 ${share}`,
    on: (rank: string) => `${rank} 及以后`,
    fresh: "为核查而生成",
    why: "原因",
    byKind: "按断言的种类",
    byPlace: "按列表中的位次",
    kind: "断言的内容",
    place: "位次",
    share: "不实的比例",
    kinds: {
      rank: "去掉前后的位次",
      share: "占得分的份额",
      count: "使用次数",
      date: "日期",
      verb: "动词：看过、买过……",
      popular: "热度",
      because: "“因为”",
      strength: "理由的强弱",
      seen: "以前选过",
      stored: "记录确实存在",
      readable: "句子可以读回",
      languages: "两种语言所说一致",
      answer: "回答可以读取",
      "old form": "早期版本的句子",
      against: "不利的理由",
      base: "对所有人相同的部分",
      contribution: "理由所占的部分",
      evidence: "依据",
      fields: "回答的字段",
      heaviest: "所提到的是最重的",
      listed: "在列表中",
      mainly: "“主要”",
      named: "所提到的内容",
      none: "没有理由",
      often: "“常常”",
      outside: "不在列表中",
      people: "人数",
      phrase: "模型所说",
      place: "位次",
      rated: "所给的评分",
      score: "得分",
      sums: "各部分相加相符",
      support: "两者都选过的人数",
      tag: "共同的标签",
      title: "标题",
      unsound: "各部分相加不符",
      weak: "依据薄弱",
    },
    examples: "不实的断言",
    examplesCaption: "最多二十条；编号可打开该回答的记录",
    claim: "断言",
    said: "句子所说",
    found: "核查所得",
    record: "回答",
    rests: "理由的依据",
    because: "说“因为”的句子",
    becauseNote: "只有去掉所提到的内容会失去位次时才说",
    median: "每条理由背后的人数（中位数）",
    medianNote: "两者都选过的人",
    under: (k: string) => `不足 ${k} 人支持的理由`,
    underNote: "依据薄弱；不得说成很强",
    latest: "以最近一次选择为首要理由",
    latestNote: "数值高说明列表主要跟随最后一次选择",
  },
);

export default function SentencesScreen() {
  const loaded = useData(sentencesChecked, []),
    state = loaded.data?.state;
  useEffect(() => {
    if (state !== "running") return;
    const timer = setInterval(() => void loaded.reload(), 1500);
    return () => clearInterval(timer);
  }, [state]);
  const found = loaded.data?.result ?? null;
  return (
    <>
      <Head title={names().sentencesTitle} lead={m().lead}>
        {found && (
          <div class="toolbar">
            <PrintButton />
            <SaveJson name={`sentences-${found.model}.json`} data={found} />
            <CopyLink />
          </div>
        )}
      </Head>
      <Loadable of={{ ...loaded, stale: false }}>
        {(check) =>
          check.state === "absent" ? (
            <Empty title={m().absent}>
              <p class="muted">{m().absentText}</p>
            </Empty>
          ) : (
            <div class="sections">
              <State of={loaded} check={check} />
              {found && <Shown found={found} />}
            </div>
          )
        }
      </Loadable>
    </>
  );
}

function State({ of, check }: { of: Loaded<Check>; check: Check }) {
  const running = check.state === "running",
    done = check.progress ?? 0;
  const start = () =>
    checkSentences().then(
      (next) => {
        of.set(next.state === "missing" ? { ...next, state: "running" } : next);
        toast(m().begun);
      },
      (error: unknown) => toast(troubleOf(error).message),
    );
  return (
    <div class={`note stack measuring ${check.state === "failed" ? "bad" : ""}`} role="status">
      <p class="small">
        {check.state === "missing" && m().missing}
        {running && (done < 0.005 ? m().waiting : m().running(fmt.percent(done)))}
        {check.state === "done" && check.result && (
          <>
            {m().made(fmt.moment(check.result.when))}
            {space()}
            {w().version} <Hash>{check.result.model}</Hash>
          </>
        )}
        {check.state === "failed" && (
          <>
            <b>{m().failed}</b> {check.error}
          </>
        )}
      </p>
      {running && <progress max={1} value={done} aria-label={m().waiting} />}
      {may("measure") ? (
        <div>
          <Button small disabled={running} onClick={start}>
            {check.state === "missing" ? m().measure : m().again}
          </Button>
        </div>
      ) : (
        <p class="small muted">{m().nobody}</p>
      )}
    </div>
  );
}

/** A share of claims; a few false ones among many are never rounded to none. */
const share = (part: number, of: number) =>
  of === 0
    ? "–"
    : part > 0 && part / of < 0.001
      ? `< ${fmt.percent(0.001, 1)}`
      : fmt.percent(part / of, 1);
const space = () => (lang.value === "zh" ? "" : " ");

function Shown({ found }: { found: Sentences }) {
  const known = found.claims - found.unverifiable,
    good = found.false === 0 && known > 0,
    n = fmt.number,
    last = found.places.at(-1)?.rank;
  return (
    <>
      <div class={`verdict ${known === 0 ? "" : good ? "good" : "bad"}`} role="status">
        <span class="sign" aria-hidden="true">
          {known === 0 ? "–" : good ? "✓" : "✕"}
        </span>
        <div>
          <b>
            {known === 0 ? m().none : good ? m().good(n(known)) : m().bad(n(found.false), n(known))}
          </b>
          <p class="small">
            {m().verdict(n(found.sentences), n(found.checked))}
            {found.unverifiable > 0 && (
              <>
                {space()}
                {m().unverifiable(n(found.unverifiable))}
              </>
            )}
          </p>
        </div>
      </div>
      <Stats>
        <Stat name={m().answers} value={n(found.checked)} />
        <Stat name={m().sentences} value={n(found.sentences)} />
        <Stat name={m().claims} value={n(found.claims)} />
        <Stat
          name={m().wrong}
          value={n(found.false)}
          tone={found.false ? "bad" : undefined}
          note={m().of(share(found.false, known))}
        />
        <Stat name={m().open} value={n(found.unverifiable)} />
      </Stats>
      {found.examples.length > 0 && <Examples found={found} />}
      <div class="two">
        <section class="stack">
          <h2>{m().byKind}</h2>
          <DataTable
            caption={m().byKind}
            hideCaption
            rows={found.kinds}
            id={(row) => row.kind}
            columns={[
              {
                name: m().kind,
                show: (row) => kind(row.kind),
                by: (row) => kind(row.kind),
                head: true,
              },
              ...counted<Sentences["kinds"][number]>(),
            ]}
          />
        </section>
        <section class="stack">
          <h2>{m().byPlace}</h2>
          <DataTable
            caption={m().byPlace}
            hideCaption
            rows={found.places}
            id={(row) => String(row.rank)}
            columns={[
              {
                name: m().place,
                show: (row) =>
                  row.rank === last && last >= 10 ? m().on(n(row.rank)) : n(row.rank),
                by: (row) => row.rank,
                head: true,
              },
              ...counted<Sentences["places"][number]>(),
            ]}
          />
        </section>
      </div>
      {found.reasons && found.reasons.length > 0 && (
        <section class="stack">
          <h2>{m().open}</h2>
          <DataTable
            caption={m().open}
            hideCaption
            rows={found.reasons}
            id={(row) => row.why}
            columns={[
              { name: m().why, show: (row) => row.why, head: true },
              {
                name: m().claims,
                show: (row) => n(row.claims),
                by: (row) => row.claims,
                end: true,
              },
            ]}
          />
        </section>
      )}
      <section class="stack">
        <h2>{m().rests}</h2>
        <Stats>
          {found.because != null && (
            <Stat name={m().because} value={fmt.percent(found.because)} note={m().becauseNote} />
          )}
          {found.support && (
            <>
              <Stat name={m().median} value={n(found.support.median)} note={m().medianNote} />
              <Stat
                name={m().under(n(found.support.under[0]))}
                value={fmt.percent(found.support.under[1])}
                note={m().underNote}
              />
            </>
          )}
          {found.recency && (
            <Stat
              name={m().latest}
              value={fmt.percent(found.recency.latest)}
              note={m().latestNote}
            />
          )}
        </Stats>
      </section>
    </>
  );
}

/** A kind of claim by its name; one that this page does not know as it came. */
const kind = (code: string) => m().kinds[code] ?? code;

const counted = <R extends Counted>(): Column<R>[] => [
  { name: m().claims, show: (row) => fmt.number(row.claims), by: (row) => row.claims, end: true },
  {
    name: m().wrong,
    show: (row) => (row.false ? <b class="bad-text">{fmt.number(row.false)}</b> : "0"),
    by: (row) => row.false,
    end: true,
  },
  {
    name: m().share,
    show: (row) => share(row.false, row.claims),
    by: (row) => (row.claims ? row.false / row.claims : 0),
    end: true,
  },
];

const said = (value: unknown) => (
  <bdi>{typeof value === "string" ? value : JSON.stringify(value)}</bdi>
);

const Examples = ({ found }: { found: Sentences }) => (
  <section class="stack">
    <h2>{m().examples}</h2>
    <DataTable
      caption={m().examplesCaption}
      rows={found.examples}
      id={(row) => `${row.recommendation_id} ${row.item} ${row.claim}`}
      columns={[
        { name: m().claim, show: (row) => kind(row.claim), by: (row) => row.claim, head: true },
        { name: w().item, show: (row) => <bdi>{row.item}</bdi>, by: (row) => row.item },
        { name: m().said, show: (row) => said(row.said), fit: "wide" },
        { name: m().found, show: (row) => said(row.found), fit: "wide" },
        {
          name: m().record,
          show: (row) =>
            row.recommendation_id === null ? (
              m().fresh
            ) : (
              <a href={`${address(row.recommendation_id)}?item=${encodeURIComponent(row.item)}`}>
                <code>{row.recommendation_id}</code>
              </a>
            ),
        },
      ]}
    />
  </section>
);
