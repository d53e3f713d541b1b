import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { byName, dictionary, fmt } from "../../i18n";
import { Chart, Head, Loadable } from "../../ui";
import { CopyLink, Hash, interval, PrintButton, SaveJson, w } from "../shared/parts";
import { dots, dotsHeight } from "../shared/plots";
import { m as names } from "./words";

type Card = Schema["CardOut"];
const WHEN = () => Math.floor(Date.now() / 1000);

const m = dictionary(
  {
    lead: "What the recommendations are made from, how much each part counts and why, what people can do about it, and what is not known.",
    facts: "The system",
    model: "Model",
    serves: "serves now",
    not: "does not serve",
    items: "Items",
    itemsOf: (offered: string, all: string) => `${offered} offered of ${all}`,
    trained: "Trained to",
    added: "In the store since",
    data: "Data hash",
    manifest: "Model hash",
    what: "What it does",
    whatText: (history: string) =>
      `It orders items for a person by a score. The score is a sum: what everybody gets, plus what each of the person’s own latest choices adds (at most ${history} of them), plus, in some models, a rest without a reason of its own. Each answer is logged with all it depended on, and can be computed again.`,
    parameters: "Main parameters",
    counts: "How much each part counts",
    say: (part: string, share: string) =>
      `The largest part is “${part}”, with ${share} of the size of the scores.`,
    how: "For up to 100 people the parts of the scores of their first three items are added up in size; share of each. Measured on this store, not claimed.",
    few: (fewest: string) =>
      `Fewer than ${fewest} people have choices that the model knows, so shares are not shown.`,
    part: byName({
      popularity: "Popularity",
      together: "Chosen together",
      order: "Chosen one after the other",
      learned: "Learned weights",
      again: "Used before",
      events: "Own choices",
      rest: "Rest",
    }),
    parameter: "Parameter",
    why: "Why it counts",
    whys: {
      popularity:
        "How often everybody chose the item. It counts so that new people get a sensible list, and it is the same for everybody.",
      together: (half: string) =>
        `Items that the same people chose, whenever they did. It counts because people with one of them often take the other${half}.`,
      order: (half: string) =>
        `What is usually chosen next after an item. It counts because the latest choices tell most of what comes next${half}.`,
      learned: () =>
        "Weights trained to predict the next choice from each earlier one. They count where the two plain counts above miss a pattern.",
      again: () =>
        "The person’s own earlier uses of the very item. They count because people come back to it.",
      events: () =>
        "The person’s own choices. What each is worth was measured by leaving it out, since this model’s scores are no plain sum.",
      rest: () =>
        "What the exact reasons do not account for. It counts because a larger model corrects the sum; no reason is given for it.",
      half: (steps: string) => `; an event counts half after ${steps} further ones`,
    },
    ages: "Latest or older choices",
    agesTitle: "What choices of each age do",
    agesSay: (latest: string, older: string) =>
      `The last five choices make up ${latest} of what the history does; those more than twenty back, ${older}.`,
    age: {
      latest: "the latest choice",
      recent: "2 to 5 back",
      older: "6 to 20 back",
      oldest: "more than 20 back",
    },
    agesHow:
      "Of the sizes of what events add to the first three items, by how many choices came after them.",
    options: "What people can do",
    optionList: [
      "See why: each item says what it is based on. “Because” is said only if leaving out what is named costs the item its place in the list, and more places than leaving out as many random choices does.",
      "Take back a choice or a whole period: the next list is computed without it.",
      "Hide an item or a tag, or say that they dislike it: it is not suggested again.",
      "Switch personalisation off: the list then shows what is chosen most often. Their history only keeps out what they have already chosen; it trains no model and enters no statistics.",
      "Take a copy of everything stored about them, or have it erased; a receipt lists what was erased.",
    ],
    limits: "Limits",
    limitRest: (rest: string) =>
      `Reasons are exact for the parts that are sums; ${rest} of the score’s size has no reason of its own.`,
    limitList: [
      "It knows only what was recorded. Somebody else at the same account changes the list.",
      "Items that few people chose are recommended less; the share is under Faithfulness and fairness.",
      "What was erased stays in the model’s numbers until it is trained again.",
      "Reasons tell what moved the score. They do not tell why a person likes something.",
    ],
    audit: "Last audit",
    auditKinds: byName({
      faithfulness: "Faithfulness of reasons",
      "since-fit": "Accuracy since the fit",
      "next-item": "Accuracy, next item",
      speed: "Speed",
    }),
    never: "not measured yet",
    settings: "Settings",
    printed: (when: string) => `As of ${when}.`,
    days: "choices",
  },
  {
    lead: "推荐依据什么产生、各部分占多大分量及其原因、人们可以如何控制，以及尚不清楚之处。",
    facts: "系统概况",
    model: "模型",
    serves: "正在服务",
    not: "未在服务",
    items: "项目",
    itemsOf: (offered: string, all: string) => `共 ${all} 个，可推荐 ${offered} 个`,
    trained: "训练截至",
    added: "纳入时间",
    data: "数据散列",
    manifest: "模型散列",
    what: "它做什么",
    whatText: (history: string) =>
      `系统按得分为每个人排列项目。得分是一个总和：人人相同的部分，加上本人最近每次选择带来的部分（最多 ${history} 次），某些模型还有一个没有单独理由的其余部分。每次回答都连同其全部依据一起记录，可以重新计算。`,
    parameters: "主要参数",
    counts: "各部分的分量",
    say: (part: string, share: string) => `分量最大的是“${part}”：占得分大小的 ${share}。`,
    how: "对最多 100 人，把其前三个项目得分的各部分按大小相加，取各自的份额。由本存储实测，并非声称。",
    few: (fewest: string) => `有模型所认识的选择的人少于 ${fewest} 人，因此不显示份额。`,
    part: {
      popularity: "热度",
      together: "共同选择",
      order: "先后选择",
      learned: "学习的权重",
      again: "以前用过",
      events: "本人的选择",
      rest: "其余",
    },
    parameter: "参数",
    why: "为何重要",
    whys: {
      popularity: "所有人选择该项目的次数。它让新用户也能得到合理的列表，对所有人都相同。",
      together: (half: string) =>
        `被相同的人选择过的项目，不论先后。选择其一的人常会选择另一个，因此重要${half}。`,
      order: (half: string) =>
        `某项目之后通常接着选择什么。最近的选择最能说明接下来的选择，因此重要${half}。`,
      learned: () =>
        "为从每个先前选择预测下一个选择而训练的权重。在上述两种简单计数遗漏规律之处发挥作用。",
      again: () => "本人以前对该项目的使用。人们会再次使用它，因此重要。",
      events: () => "本人的选择。由于此模型的得分不是简单的总和，每条的分量通过去掉它来测得。",
      rest: () => "精确理由未能说明的部分。较大的模型用它修正总和；这部分不给出理由。",
      half: (steps: string) => `；此后每经过 ${steps} 次选择，一条记录的分量减半`,
    },
    ages: "最近的还是更早的选择",
    agesTitle: "各时期选择的作用",
    agesSay: (latest: string, older: string) =>
      `最近五次选择占历史作用的 ${latest}；二十次以前的占 ${older}。`,
    age: {
      latest: "最近一次选择",
      recent: "倒数第 2 至 5 次",
      older: "倒数第 6 至 20 次",
      oldest: "20 次以前",
    },
    agesHow: "记录为前三个项目增加的大小，按其后又有多少次选择划分。",
    options: "人们可以做什么",
    optionList: [
      "查看理由：每个项目都写明依据。只有去掉所提到的内容会使它离开列表，并且比去掉同样多的随机选择下降得更多时，才会说“因为”。",
      "撤回一次选择或一段时间：下一个列表将不再使用它。",
      "隐藏某个项目或标签，或表示不喜欢：它不会再被推荐。",
      "关闭个性化：列表显示大家最常选的内容。其记录只用来去掉已选过的内容，不用于训练模型，也不计入任何统计。",
      "导出全部存储内容，或要求删除；回执会写明删除了什么。",
    ],
    limits: "局限",
    limitRest: (rest: string) =>
      `对可相加的部分，理由是精确的；得分大小的 ${rest} 没有单独的理由。`,
    limitList: [
      "系统只知道被记录的内容。他人使用同一账号会改变列表。",
      "很少被选择的项目较少获得推荐；份额见“忠实性与公平性”。",
      "已删除的内容在模型重新训练之前仍留在其数值中。",
      "理由说明是什么改变了得分，并不说明人为什么喜欢某物。",
    ],
    audit: "最近审计",
    auditKinds: {
      faithfulness: "理由的忠实性",
      "since-fit": "拟合之后的准确度",
      "next-item": "准确度，下一项",
      speed: "速度",
    },
    never: "尚未测量",
    settings: "设置",
    printed: (when: string) => `截至 ${when}。`,
    days: "次选择",
  },
);

export default function CardScreen() {
  const loaded = useData((signal) => ask(api.GET("/v1/card", { signal })), []);
  return (
    <>
      <Head title={names().card} lead={m().lead}>
        {loaded.data && (
          <div class="toolbar">
            <PrintButton />
            <SaveJson name={`card-${loaded.data.model}.json`} data={loaded.data} />
            <CopyLink />
          </div>
        )}
      </Head>
      <Loadable of={loaded}>{(card) => <Shown card={card} />}</Loadable>
    </>
  );
}

function why(one: Card["parameters"][number]): string {
  const words = m().whys,
    half = one.halves_after === null ? "" : words.half(fmt.number(one.halves_after, 1));
  if (one.part === "popularity") return words.popularity;
  if (one.part === "together" || one.part === "order") return words[one.part](half);
  return one.part === "learned" ||
    one.part === "again" ||
    one.part === "events" ||
    one.part === "rest"
    ? words[one.part]()
    : "";
}

function Shown({ card }: { card: Card }) {
  const about = {
      model: `${card.model_name} ${card.model}`,
      n: fmt.number(card.people),
      interval: w().interval,
      time: fmt.moment(WHEN()),
    },
    percent = (value: number) => fmt.percent(value, 1);
  const first = card.parameters[0],
    age = (name: string) => card.ages.find((one) => one.age === name)?.share.mean ?? 0,
    rest = card.parameters.find((one) => one.part === "rest")?.share.mean ?? 0;
  return (
    <div class="sections">
      <section class="card">
        <h2 class="vh">{m().facts}</h2>
        <dl class="facts">
          <dt>{m().model}</dt>
          <dd>
            <b>{card.model_name}</b> <Hash>{card.model}</Hash> ·{" "}
            {card.state === "active" ? m().serves : m().not}
          </dd>
          <dt>{m().items}</dt>
          <dd>{m().itemsOf(fmt.number(card.offered), fmt.number(card.items))}</dd>
          {card.trained_to !== null && (
            <>
              <dt>{m().trained}</dt>
              <dd>{fmt.day(card.trained_to)}</dd>
            </>
          )}
          <dt>{m().added}</dt>
          <dd>{fmt.moment(card.added)}</dd>
          <dt>{m().data}</dt>
          <dd>
            <Hash most={24}>{card.data_hash}</Hash>
          </dd>
          <dt>{m().manifest}</dt>
          <dd>
            <Hash most={24}>{card.manifest_sha256}</Hash>
          </dd>
        </dl>
      </section>
      <section class="prose">
        <h2>{m().what}</h2>
        <p>{m().whatText(fmt.number(card.history))}</p>
      </section>
      <section class="stack">
        <h2>{m().parameters}</h2>
        {!first ? (
          <p class="note">{m().few(fmt.number(card.fewest))}</p>
        ) : (
          <>
            <Chart
              title={m().counts}
              takeaway={m().say(m().part[first.part] ?? first.part, percent(first.share.mean ?? 0))}
              about={{ how: m().how, ...about }}
              deps={[card]}
              height={dotsHeight(card.parameters.length)}
              table={{
                caption: m().counts,
                rows: card.parameters,
                columns: [
                  {
                    name: m().parameter,
                    show: (one) => m().part[one.part] ?? one.part,
                    head: true,
                  },
                  {
                    name: w().share,
                    show: (one) => interval(one.share, percent),
                    by: (one) => one.share.mean ?? 0,
                    end: true,
                  },
                ],
              }}
              option={(look) =>
                dots(
                  look,
                  card.parameters.map((one) => ({
                    name: m().part[one.part] ?? one.part,
                    values: [one.share],
                  })),
                  [w().share],
                  (value) => fmt.percent(value),
                )
              }
            />
            <dl class="facts wide">
              {card.parameters.map((one) => (
                <>
                  <dt key={one.part}>
                    <b>{m().part[one.part] ?? one.part}</b> · {percent(one.share.mean ?? 0)}
                  </dt>
                  <dd key={`${one.part}-why`}>{why(one)}</dd>
                </>
              ))}
            </dl>
          </>
        )}
      </section>
      {card.ages.length > 0 && (
        <section class="stack">
          <h2>{m().ages}</h2>
          <Chart
            title={m().agesTitle}
            takeaway={m().agesSay(
              fmt.percent(age("latest") + age("recent")),
              fmt.percent(age("oldest")),
            )}
            about={{ how: m().agesHow, ...about }}
            deps={[card]}
            height={dotsHeight(card.ages.length)}
            table={{
              caption: m().agesTitle,
              rows: card.ages,
              columns: [
                { name: m().ages, show: (one) => m().age[one.age], head: true },
                { name: w().share, show: (one) => interval(one.share, percent), end: true },
              ],
            }}
            option={(look) =>
              dots(
                look,
                card.ages.map((one) => ({ name: m().age[one.age], values: [one.share] })),
                [w().share],
                (value) => fmt.percent(value),
              )
            }
          />
        </section>
      )}
      <div class="two">
        <section class="prose">
          <h2>{m().options}</h2>
          <ul>
            {m().optionList.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </section>
        <section class="prose">
          <h2>{m().limits}</h2>
          <ul>
            {[...m().limitList, m().limitRest(percent(rest))].map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </section>
      </div>
      <section class="stack">
        <h2>{m().audit}</h2>
        <dl class="facts wide">
          {Object.entries(m().auditKinds).map(([kind, name]) => (
            <>
              <dt key={kind}>{name}</dt>
              <dd key={`${kind}-when`}>
                {card.last_audit[kind] ? fmt.moment(card.last_audit[kind]) : m().never}
              </dd>
            </>
          ))}
        </dl>
        <p class="small muted">{m().printed(fmt.moment(WHEN()))}</p>
      </section>
      <details>
        <summary class="plain">{m().settings}</summary>
        <pre class="pre" tabIndex={0}>
          {JSON.stringify(card.settings, null, 1)}
        </pre>
      </details>
    </div>
  );
}
