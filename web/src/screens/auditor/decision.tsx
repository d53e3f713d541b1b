import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { byName, dictionary, fmt, lang, quoted, type Lang } from "../../i18n";
import { query, setQuery } from "../../router";
import { axis, Badge, Chart, DataTable, Head, Loadable, tip, Title, Told } from "../../ui";
import { Choice, CopyLink, Hash, PrintButton, SaveJson } from "../shared/parts";
import { clip } from "../shared/plots";
import type { ScreenProps } from "../types";
import { m as names } from "./words";

type Decision = Schema["DecisionOut"];
type Fall = Schema["Waterfall"];

const m = dictionary(
  {
    lead: "What was asked, what the answer depended on, how each score is made up, and whether the same answer comes again.",
    same: "Replayed: identical to the last bit",
    sameText: (n: string, sha: string) =>
      `The ${n} items, their scores, reasons and sentences were computed again from the log. SHA-256 of the answer: ${sha}`,
    differ: "Replayed: not the same",
    differText: (fields: string) =>
      `These parts differ: ${fields}. The model, its libraries or the machine changed since.`,
    facts: "The record",
    id: "Number",
    time: "Time",
    user: "For",
    nobody: "nobody in particular",
    model: "Model",
    catalogue: "Catalogue",
    variant: "Experiment",
    source: "Computed from",
    personal: "Personalised",
    yes: "yes",
    no: "no",
    fallback: (asked: string, used: string) => `asked for ${asked}, fell back to ${used}`,
    sources: byName({
      user: "the person’s history",
      session: "the session",
      content: "shared tags",
      popular: "what is chosen most often",
    }),
    inputs: "What it depended on",
    history: (n: string) => `History used (${n})`,
    session: "Session",
    filters: "Filters",
    noFilters: "none",
    filterNames: byName({
      banned_items: "blocked items",
      banned_tags: "blocked tags",
      exclude: "excluded by the request",
      any_tags: "at least one of",
      no_tags: "none of",
      only_items: "only",
      policy: "operator's rules (items on offer that each takes away)",
    }),
    event: "Event",
    value: "Value",
    when: "When",
    list: "The list and its reasons",
    asSaid: "As it was said to the person, in Chinese:",
    item: "Item",
    score: "Score",
    fall: (item: string) => `How the score of ${item} came about`,
    fallSay: (score: string, base: string, top: string, value: string) =>
      `From ${base}, the same for everybody, to ${score}; the largest step is ${top} with ${value}.`,
    fallPlain: (score: string, base: string) =>
      `From ${base}, the same for everybody, to ${score}; no event counts.`,
    exact: "Exact parts of the served score, computed again from the log.",
    measured:
      "Measured by leaving each event out; the parts need not add up, what is missing is the rest.",
    base: "Base",
    others: (n: string) => `${n} others`,
    rest: "Rest",
    total: "Score",
    step: "Step",
    adds: "Adds",
    sum: "Sum",
    today: "The same question today",
    todaySay: (n: string) => `${n} items would stand elsewhere today.`,
    todaySame: "The serving model would give the same list today.",
    then: "Then",
    now: "Now",
    out: "not in it",
    todayHow: (model: string) =>
      `The same history, asked of the version that serves now (${model}) with the catalogue as it stands.`,
  },
  {
    lead: "请求了什么、回答依据什么、每个得分如何构成，以及能否再次得到相同的回答。",
    same: "重放：逐位一致",
    sameText: (n: string, sha: string) =>
      `已根据日志重新计算 ${n} 个项目及其得分、理由和语句。回答的 SHA-256：${sha}`,
    differ: "重放：不一致",
    differText: (fields: string) =>
      `以下部分不同：${fields}。模型、程序库或机器在此之后发生了变化。`,
    facts: "记录",
    id: "编号",
    time: "时间",
    user: "对象",
    nobody: "无特定对象",
    model: "模型",
    catalogue: "目录",
    variant: "实验",
    source: "计算依据",
    personal: "个性化",
    yes: "是",
    no: "否",
    fallback: (asked: string, used: string) => `请求的是 ${asked}，降级为 ${used}`,
    sources: {
      user: "本人的历史",
      session: "当前会话",
      content: "共同标签",
      popular: "大家最常选的内容",
    },
    inputs: "依据",
    history: (n: string) => `所用历史（${n}）`,
    session: "会话",
    filters: "筛选",
    noFilters: "无",
    filterNames: {
      banned_items: "已屏蔽的项目",
      banned_tags: "已屏蔽的标签",
      exclude: "请求排除的",
      any_tags: "至少含其一",
      no_tags: "不含",
      only_items: "仅限",
      policy: "运营方规则（各自排除的在供项目数）",
    },
    event: "记录",
    value: "数值",
    when: "时间",
    list: "列表及其理由",
    asSaid: "当时以英文所说：",
    item: "项目",
    score: "得分",
    fall: (item: string) => `${item}的得分由来`,
    fallSay: (score: string, base: string, top: string, value: string) =>
      `从人人相同的 ${base} 到 ${score}；最大的一步是${top}，${value}。`,
    fallPlain: (score: string, base: string) =>
      `从人人相同的 ${base} 到 ${score}；没有记录起作用。`,
    exact: "所给得分的精确组成部分，根据日志重新计算。",
    measured: "逐条去掉记录测得；各部分之和不一定等于得分，差额为其余。",
    base: "基础",
    others: (n: string) => `其他 ${n} 条`,
    rest: "其余",
    total: "得分",
    step: "步骤",
    adds: "增加",
    sum: "合计",
    today: "今天提出同样的问题",
    todaySay: (n: string) => `今天会有 ${n} 个项目位次不同。`,
    todaySame: "服务中的模型今天会给出相同的列表。",
    then: "当时",
    now: "现在",
    out: "不在其中",
    todayHow: (model: string) => `以相同的历史询问当前服务的版本（${model}），目录按现状。`,
  },
);

export default function DecisionScreen({ params }: ScreenProps) {
  const id = params["id"] ?? "",
    loaded = useData(
      (signal) => ask(api.GET("/v1/decisions/{id}", { params: { path: { id } }, signal })),
      [id],
    );
  return (
    <>
      <Head title={names().decision} lead={m().lead}>
        {loaded.data && (
          <div class="toolbar">
            <PrintButton />
            <SaveJson name={`decision-${id}.json`} data={loaded.data} />
            <CopyLink />
          </div>
        )}
      </Head>
      <Loadable of={loaded}>{(found) => <Shown found={found} />}</Loadable>
    </>
  );
}

function Shown({ found }: { found: Decision }) {
  const told = (found.request["lang"] as Lang | undefined) ?? "en",
    here = useData(
      (signal) => spoken(found.recommendation_id, told, signal),
      [found.recommendation_id, lang.value],
    );
  const { replay } = found,
    item = found.waterfalls.find((one) => one.item === query("item")) ?? found.waterfalls[0];
  return (
    <div class="sections">
      <div class={`verdict ${replay.identical ? "good" : "bad"}`} role="status">
        <span class="sign" aria-hidden="true">
          {replay.identical ? "✓" : "✕"}
        </span>
        <div>
          <b>{replay.identical ? m().same : m().differ}</b>
          <p class="small">
            {replay.identical
              ? m().sameText(fmt.number(replay.items), "")
              : m().differText(replay.different.join(", "))}
            {replay.identical && <code class="wrap">{replay.sha256}</code>}
          </p>
        </div>
      </div>
      <section class="card stack">
        <h2>{m().facts}</h2>
        <dl class="facts">
          <dt>{m().id}</dt>
          <dd>
            <code>{found.recommendation_id}</code>
          </dd>
          <dt>{m().time}</dt>
          <dd>{fmt.moment(found.time)}</dd>
          <dt>{m().user}</dt>
          <dd>{found.user === null ? m().nobody : <bdi>{found.user}</bdi>}</dd>
          <dt>{m().model}</dt>
          <dd>
            {found.model_name} <Hash>{found.model}</Hash>
          </dd>
          <dt>{m().catalogue}</dt>
          <dd>
            <Hash>{found.catalogue}</Hash>
          </dd>
          {found.variant && (
            <>
              <dt>{m().variant}</dt>
              <dd>{found.variant}</dd>
            </>
          )}
          <dt>{m().source}</dt>
          <dd>
            {m().sources[found.source] ?? found.source}{" "}
            {found.fallback && (
              <Badge tone="warn">{m().fallback(found.fallback.asked, found.fallback.used)}</Badge>
            )}
          </dd>
          <dt>{m().personal}</dt>
          <dd>{found.personalised ? m().yes : m().no}</dd>
          <dt>{m().filters}</dt>
          <dd>
            {Object.keys(found.filters).length === 0
              ? m().noFilters
              : Object.entries(found.filters)
                  .map(([name, values]) => `${m().filterNames[name] ?? name}: ${values.join(", ")}`)
                  .join("; ")}
          </dd>
          {found.session.length > 0 && (
            <>
              <dt>{m().session}</dt>
              <dd>{found.session.map((one) => one.title).join(", ")}</dd>
            </>
          )}
        </dl>
      </section>
      <section class="stack">
        <h2>{m().list}</h2>
        <ol class="ranked told">
          {found.items.map((row) => (
            <li key={row.item}>
              <span class="no">{row.rank}</span>
              <span>
                <b>
                  <Title>{row.title}</Title>
                </b>
                <br />
                <Sentence text={row.text ?? "–"} of={told} here={here.data?.get(row.item)} />
              </span>
              <span class="end" title={m().score}>
                {fmt.number(row.score, 3)}
              </span>
            </li>
          ))}
        </ol>
      </section>
      {item && (
        <section class="stack">
          <Choice
            label={m().item}
            value={item.item}
            options={found.waterfalls.map((one, at) => [
              one.item,
              `${at + 1}. ${clip(one.title, 48)}`,
            ])}
            change={(value) => setQuery({ item: value })}
          />
          <Falling fall={item} found={found} />
        </section>
      )}
      <Today found={found} />
      <section class="stack">
        <h2>{m().history(fmt.number(found.history.length))}</h2>
        <div class="scroll">
          <DataTable
            caption={m().inputs}
            hideCaption
            rows={[...found.history].reverse()}
            columns={[
              {
                name: m().event,
                show: (row) => <Title>{row.title}</Title>,
                by: (row) => row.title,
                head: true,
              },
              {
                name: m().when,
                show: (row) => (row.time === null ? "–" : fmt.day(row.time)),
                by: (row) => row.time ?? 0,
                fit: "line",
              },
              { name: m().value, show: (row) => fmt.short(row.value), end: true },
            ]}
          />
        </div>
      </section>
    </div>
  );
}

/** The same reasons in the page's language, where the answer was given in the other. */
async function spoken(
  id: string,
  told: Lang,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (told === lang.value) return new Map();
  const { items } = await ask(
    api.GET("/v1/recommendations/{id}/explanation", {
      params: { path: { id }, query: { lang: lang.value } },
      signal,
    }),
  );
  return new Map(items.map((one) => [one.item, one.text ?? ""]));
}

/** What was said, word for word; before it, where that was in the other language, the same in the page's. */
const Sentence = ({ text, of, here }: { text: string; of: Lang; here: string | undefined }) => (
  <span class="muted">
    {here ? (
      <>
        <Told text={here} />
        <span class="told-more">
          {m().asSaid} <span lang={of === "zh" ? "zh-Hans" : "en"}>{text}</span>
        </span>
      </>
    ) : (
      <Told text={text} lang={of} />
    )}
  </span>
);

function Falling({ fall, found }: { fall: Fall; found: Decision }) {
  const steps = [
    { name: m().base, value: fall.base, from: 0, plain: true },
    ...fall.steps.map((one) => ({ name: one.title, value: one.weight, from: 0, plain: false })),
    ...(fall.other_events > 0
      ? [
          {
            name: m().others(fmt.number(fall.other_events)),
            value: fall.others,
            from: 0,
            plain: true,
          },
        ]
      : []),
    ...(Math.abs(fall.rest) > 1e-9
      ? [{ name: m().rest, value: fall.rest, from: 0, plain: true }]
      : []),
  ];
  let sum = 0;
  for (const step of steps) {
    step.from = sum;
    sum += step.value;
  }
  const rows = [...steps, { name: m().total, value: fall.score, from: 0, plain: true }],
    digits = Math.abs(fall.score) < 1 ? 3 : 2,
    number = (value: number) => fmt.number(value, digits),
    top = fall.steps[0];
  return (
    <Chart
      title={m().fall(quoted(fall.title))}
      takeaway={
        top
          ? m().fallSay(
              number(fall.score),
              number(fall.base),
              quoted(top.title),
              fmt.signed(top.weight, digits),
            )
          : m().fallPlain(number(fall.score), number(fall.base))
      }
      about={{
        how: fall.additive ? m().exact : m().measured,
        model: `${found.model_name} ${found.model}`,
        n: fmt.number(fall.steps.length + fall.other_events),
        time: fmt.moment(found.time),
      }}
      deps={[fall]}
      height={60 + rows.length * 34}
      table={{
        caption: m().fall(quoted(fall.title)),
        rows,
        columns: [
          { name: m().step, show: (row) => <Title>{row.name}</Title>, head: true },
          { name: m().adds, show: (row) => fmt.signed(row.value, digits), end: true },
          { name: m().sum, show: (row) => number(row.from + row.value), end: true },
        ],
      }}
      option={(look) => ({
        grid: { left: 8, right: 64, top: 8, bottom: 4, containLabel: true },
        tooltip: tip(look, {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const { name, value, from } = defined(rows[dataIndex]);
            return `${name}\n${fmt.signed(value, digits)} → ${number(from + value)}`;
          },
        }),
        xAxis: axis(look, { type: "value" }),
        yAxis: axis(look, {
          type: "category",
          inverse: true,
          data: rows.map((row) => row.name),
          axisLabel: {
            color: look.ink,
            fontSize: 13,
            width: innerWidth < 760 ? 110 : 220,
            overflow: "truncate",
          },
          axisLine: { show: false },
        }),
        series: [
          {
            type: "custom",
            encode: { x: [1, 2], y: 0 },
            data: rows.map((row, n) => [n, row.from, row.from + row.value]),
            renderItem: (
              _: unknown,
              tools: {
                value: (n: number) => number;
                coord: (at: number[]) => number[];
                size: (of: number[]) => number[];
              },
            ) => {
              const n = tools.value(0),
                row = defined(rows[n]),
                [x1, y] = tools.coord([row.from, n]) as [number, number],
                [x2] = tools.coord([row.from + row.value, n]) as [number, number],
                height = Math.min(20, (tools.size([0, 1])[1] ?? 24) * 0.62);
              const fill =
                  n === rows.length - 1
                    ? look.accent
                    : row.plain
                      ? look.hues[5]
                      : row.value < 0
                        ? look.hues[1]
                        : look.hues[0],
                next = rows[n + 1],
                bottom = (tools.coord([0, n + 1]) as [number, number])[1] + height / 2;
              return {
                type: "group",
                children: [
                  {
                    type: "rect",
                    shape: {
                      x: Math.min(x1, x2),
                      y: y - height / 2,
                      width: Math.max(1.5, Math.abs(x2 - x1)),
                      height,
                      r: 2,
                    },
                    style: { fill },
                  },
                  ...(next && n < rows.length - 1
                    ? [
                        {
                          type: "line",
                          shape: { x1: x2, y1: y - height / 2, x2, y2: bottom },
                          style: { stroke: look.muted, lineWidth: 1, lineDash: [2, 2] },
                        },
                      ]
                    : []),
                  {
                    type: "text",
                    style: {
                      text: fmt.signed(row.value, digits),
                      x: Math.max(x1, x2) + 6,
                      y,
                      textVerticalAlign: "middle",
                      fill: look.ink,
                      font: `12px ${look.font}`,
                    },
                  },
                ],
              };
            },
          },
        ],
      })}
    />
  );
}

function Today({ found }: { found: Decision }) {
  const moved = found.today.moves.filter((row) => row.before !== row.after),
    place = (rank: number | null) => (rank === null ? m().out : `#${rank}`);
  return (
    <section class="stack">
      <h2>{m().today}</h2>
      <p class="takeaway">
        {moved.length ? m().todaySay(fmt.number(moved.length)) : m().todaySame}
      </p>
      {moved.length > 0 && (
        <DataTable
          caption={m().todayHow(found.today.model)}
          rows={found.today.moves}
          id={(row) => row.item}
          columns={[
            { name: m().item, show: (row) => <Title>{row.title}</Title>, head: true },
            {
              name: m().then,
              show: (row) => place(row.before),
              by: (row) => row.before ?? 1e9,
              end: true,
            },
            {
              name: m().now,
              show: (row) => place(row.after),
              by: (row) => row.after ?? 1e9,
              end: true,
            },
          ]}
        />
      )}
      {moved.length === 0 && <p class="small muted">{m().todayHow(found.today.model)}</p>}
    </section>
  );
}
