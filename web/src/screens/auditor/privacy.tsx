import { useState } from "preact/hooks";
import { api, ask, troubleOf, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { byName, dictionary, fmt } from "../../i18n";
import { Badge, Button, DataTable, Empty, Head, Loadable } from "../../ui";
import { CopyLink, Hash, PrintButton, SaveJson, Stat, Stats } from "../shared/parts";
import { m as names } from "./words";

type Ledger = Schema["LedgerOut"];
type Verified = Schema["VerifiedOut"];

const m = dictionary(
  {
    lead: "What is stored and for how long, what was erased, and which figures about privacy do not exist yet.",
    erasures: "Erasures",
    off: "People with personalisation off",
    rows: "Rows about people",
    stored: "What is stored",
    table: "Table",
    what: "What it holds",
    count: "Rows",
    oldest: "Oldest",
    personal: "about people",
    other: "not about people",
    holds: byName({
      events: "what people chose, when, and what was shown beside it",
      people: "labels, wishes (blocks, periods, the switch), further fields",
      recommendations: "every answer with all it depended on",
      friends: "who is a friend of whom",
      keys: "keys of the service, as hashes",
      jobs: "lists computed for many people",
      items: "the catalogue",
      links: "facts about items",
      catalogues: "states of the catalogue, for replay",
      models: "versions of the model and their hashes",
      experiments: "experiments and their arms",
      findings: "measurements: sums over 20 people or more",
      audit: "who changed what; people only as keyed hashes",
      receipts: "erasures: time, keyed hash, numbers",
    }),
    retention: "Retention",
    keepAll: "Answers stay in the log without a time limit; the operator can set one (keep_days).",
    keepDays: (n: string) => `Answers leave the log after ${n} days.`,
    retentionText:
      "Events and wishes are kept until their person has them erased, or the operator deletes them; no time limit is set. Erasing removes a person’s rows from every table, from the indexes, and in SQLite from freed pages and the log. It does not reach backups, nor what a model has learned until it is trained again.",
    receipts: "Latest erasures",
    receiptsCaption: "Subject: a keyed hash of the label, from which the label cannot be read",
    receipt: "Receipt",
    time: "Time",
    subject: "Subject",
    erased: "Erased",
    none: "Nobody has asked to be erased yet",
    noneText: "Each erasure leaves a receipt here, without the person’s label.",
    verify: "Check a receipt",
    verifyText: "Paste a receipt as its person holds it (JSON), or its number alone.",
    paste: "Receipt",
    check: "Check",
    notJson: "This is neither a receipt nor its number.",
    good: "The receipt is true",
    goodText: (when: string) =>
      `Everything it says was erased on ${when}, and nothing of this label is stored now.`,
    back: (when: string) =>
      `It is true: this was erased on ${when}. Somebody of the same label has been stored again since.`,
    only: "Only the number was compared; paste the whole receipt to compare what it says.",
    bad: "The receipt is not true",
    badText: (fields: string) => `These do not agree with what was erased: ${fields}.`,
    unknown: "This store gave no such receipt.",
    dp: "Differential privacy of the serving model",
    dpText: (n: string) =>
      `Noise was added so that the model would look nearly the same without any one of the ${n} people: the smaller ε and δ, the less an attacker can tell. Releases of the same data add up; the operator keeps that sum in a ledger file.`,
    unit: "Unit",
    onePerson: "one person, all events",
    missing: "Not measured yet",
    missingText: "No figure is shown where nothing was measured.",
    measures: {
      "differential-privacy":
        "Differential privacy (ε, δ, unit, accountant): none is recorded for the serving model.",
      "membership-attack":
        "Membership attack (AUC): how well an attacker could tell who was in the training data.",
    },
    measuredBy: "will be measured by",
  },
  {
    lead: "存储了什么、保存多久、删除了什么，以及哪些隐私指标尚不存在。",
    erasures: "删除次数",
    off: "已关闭个性化的人数",
    rows: "涉及个人的行数",
    stored: "存储内容",
    table: "表",
    what: "内容",
    count: "行数",
    oldest: "最早",
    personal: "涉及个人",
    other: "不涉及个人",
    holds: {
      events: "人们选择了什么、何时选择，以及当时同时展示的内容",
      people: "标识、意愿（屏蔽、时间段、开关）和其他字段",
      recommendations: "每次回答及其全部依据",
      friends: "好友关系",
      keys: "服务的密钥，仅存散列",
      jobs: "为多人批量计算的列表",
      items: "目录",
      links: "关于项目的事实",
      catalogues: "目录的历史状态，用于重放",
      models: "模型版本及其散列",
      experiments: "实验及其分组",
      findings: "测量结果：至少 20 人的汇总",
      audit: "谁更改了什么；个人仅以带密钥的散列出现",
      receipts: "删除记录：时间、带密钥的散列、数量",
    },
    retention: "保存期限",
    keepAll: "回答在日志中没有保存时限；运营者可以设定（keep_days）。",
    keepDays: (n: string) => `回答在 ${n} 天后移出日志。`,
    retentionText:
      "事件与意愿一直保存，直到本人要求删除或运营者删除；没有设定时限。删除会从每个表、索引，以及 SQLite 的空闲页和日志中移除该人的行；但不涉及备份，也不涉及模型已学到的内容，直到重新训练。",
    receipts: "最近的删除",
    receiptsCaption: "对象：标识的带密钥散列，无法由此读出标识",
    receipt: "回执",
    time: "时间",
    subject: "对象",
    erased: "已删除",
    none: "尚无人要求删除",
    noneText: "每次删除都会在此留下回执，不含本人的标识。",
    verify: "核验回执",
    verifyText: "粘贴本人持有的回执（JSON），或仅粘贴其编号。",
    paste: "回执",
    check: "核验",
    notJson: "这既不是回执，也不是回执编号。",
    good: "回执属实",
    goodText: (when: string) => `其中所列内容均已于 ${when} 删除，现在没有存储此标识的任何内容。`,
    back: (when: string) => `属实：已于 ${when} 删除。此后又存储了同一标识的内容。`,
    only: "仅核对了编号；粘贴完整回执即可核对其内容。",
    bad: "回执不属实",
    badText: (fields: string) => `以下内容与实际删除的不符：${fields}。`,
    unknown: "本存储没有开具过此回执。",
    dp: "正在服务的模型的差分隐私",
    dpText: (n: string) =>
      `训练时加入了噪声：无论去掉这 ${n} 人中的哪一位，模型看上去都几乎一样。ε 与 δ 越小，攻击者能判断的就越少。同一数据的多次发布会累加，总和由运营方记在账本文件中。`,
    unit: "单位",
    onePerson: "一个人的全部记录",
    missing: "尚未测量",
    missingText: "没有测量的地方不显示任何数字。",
    measures: {
      "differential-privacy": "差分隐私（ε、δ、单位、会计方法）：正在服务的模型没有相应记录。",
      "membership-attack": "成员推断攻击（AUC）：攻击者能在多大程度上判断谁在训练数据中。",
    },
    measuredBy: "测量命令：",
  },
);

export default function PrivacyScreen() {
  const loaded = useData((signal) => ask(api.GET("/v1/ledger", { signal })), []);
  return (
    <>
      <Head title={names().privacy} lead={m().lead}>
        {loaded.data && (
          <div class="toolbar">
            <PrintButton />
            <SaveJson name="privacy-ledger.json" data={loaded.data} />
            <CopyLink />
          </div>
        )}
      </Head>
      <Loadable of={loaded}>{(found) => <Shown found={found} />}</Loadable>
    </>
  );
}

function Shown({ found }: { found: Ledger }) {
  const personal = found.stored
    .filter((row) => row.personal)
    .reduce((sum, row) => sum + row.rows, 0);
  return (
    <div class="sections">
      <Stats>
        <Stat name={m().erasures} value={fmt.number(found.erasures)} />
        <Stat name={m().off} value={fmt.number(found.personalisation_off)} />
        <Stat name={m().rows} value={fmt.number(personal)} />
      </Stats>
      <section class="stack">
        <h2>{m().stored}</h2>
        <DataTable
          caption={m().stored}
          hideCaption
          rows={found.stored}
          id={(row) => row.table}
          columns={[
            {
              name: m().table,
              show: (row) => (
                <>
                  <code>{row.table}</code>{" "}
                  {row.personal && <Badge tone="accent">{m().personal}</Badge>}
                </>
              ),
              by: (row) => row.table,
              head: true,
            },
            { name: m().what, show: (row) => m().holds[row.table] ?? "", fit: "wide" },
            {
              name: m().count,
              show: (row) => fmt.number(row.rows),
              by: (row) => row.rows,
              end: true,
            },
            {
              name: m().oldest,
              show: (row) => (row.oldest ? fmt.moment(row.oldest) : "–"),
              by: (row) => row.oldest ?? 0,
              end: true,
            },
          ]}
        />
      </section>
      <section class="prose">
        <h2>{m().retention}</h2>
        <p>
          {found.keep_days ? m().keepDays(fmt.number(found.keep_days)) : m().keepAll}{" "}
          {m().retentionText}
        </p>
      </section>
      <section class="stack">
        <h2>{m().receipts}</h2>
        {found.receipts.length === 0 ? (
          <Empty title={m().none}>
            <p class="muted">{m().noneText}</p>
          </Empty>
        ) : (
          <DataTable
            caption={m().receiptsCaption}
            rows={found.receipts}
            id={(row) => row.receipt_id}
            columns={[
              { name: m().receipt, show: (row) => <code>{row.receipt_id}</code>, head: true },
              {
                name: m().time,
                show: (row) => fmt.moment(row.time),
                by: (row) => row.time,
                fit: "line",
              },
              { name: m().subject, show: (row) => <Hash most={16}>{row.subject}</Hash> },
              {
                name: m().erased,
                show: (row) =>
                  Object.entries(row.erased)
                    .filter(([, n]) => n)
                    .map(([name, n]) => `${name} ${fmt.number(n)}`)
                    .join(", ") || "–",
              },
            ]}
          />
        )}
      </section>
      {found.private && (
        <section class="stack">
          <h2>{m().dp}</h2>
          <p class="prose">{m().dpText(fmt.number(found.private.people))}</p>
          <Stats>
            <Stat name="ε" value={fmt.number(found.private.epsilon, 2)} />
            <Stat name="δ" value={found.private.delta.toExponential(1)} />
            <Stat name={m().unit} value={m().onePerson} />
          </Stats>
        </section>
      )}
      <Check />
      <section class="stack">
        <h2>{m().missing}</h2>
        <p class="muted">{m().missingText}</p>
        <ul class="stack">
          {found.missing.map((one) => (
            <li key={one.measure} class="note stack">
              <p>{m().measures[one.measure]}</p>
              <p class="small muted">
                {m().measuredBy} <code>{one.command}</code>
              </p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** The receipt that was pasted: its JSON, or its number alone. */
function read(text: string): { receipt: Schema["ReceiptIn"]; whole: boolean } | null {
  const plain = text.trim();
  if (/^[0-9a-zA-Z_-]{8,64}$/.test(plain)) return { receipt: { receipt_id: plain }, whole: false };
  try {
    const value = JSON.parse(plain) as Partial<Schema["ReceiptIn"]>;
    if (typeof value.receipt_id !== "string") return null;
    const { receipt_id, time, subject, erased } = value;
    return {
      receipt: {
        receipt_id,
        ...(time ? { time } : {}),
        ...(subject ? { subject } : {}),
        ...(erased ? { erased } : {}),
      },
      whole: Boolean(time && subject && erased),
    };
  } catch {
    return null;
  }
}

function Check() {
  const [text, setText] = useState(""),
    [wrong, setWrong] = useState(""),
    [verdict, setVerdict] = useState<{ found: Verified; whole: boolean } | null>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    setVerdict(null);
    const given = read(text);
    if (!given) {
      setWrong(m().notJson);
      return;
    }
    setWrong("");
    try {
      setVerdict({
        found: await ask(api.POST("/v1/receipts:verify", { body: given.receipt })),
        whole: given.whole,
      });
    } catch (error) {
      setWrong(troubleOf(error).message);
    }
  };
  return (
    <section class="stack no-print">
      <h2>{m().verify}</h2>
      <p class="muted">{m().verifyText}</p>
      <form class="stack" onSubmit={send}>
        <div class="field">
          <label for="receipt">{m().paste}</label>
          <textarea
            id="receipt"
            class="input mono area"
            rows={5}
            value={text}
            spellcheck={false}
            aria-invalid={wrong !== ""}
            aria-describedby="receipt-wrong"
            onInput={(event) => {
              setText(event.currentTarget.value);
              setWrong("");
            }}
          />
          <span class="wrong" id="receipt-wrong" role="alert">
            {wrong}
          </span>
        </div>
        <div>
          <Button type="submit" kind="primary" disabled={!text.trim()}>
            {m().check}
          </Button>
        </div>
      </form>
      <div role="status">{verdict && <Told {...verdict} />}</div>
    </section>
  );
}

function Told({ found, whole }: { found: Verified; whole: boolean }) {
  const good = found.known && found.true,
    when = found.time ? fmt.moment(found.time) : "";
  return (
    <div class={`verdict ${good ? "good" : "bad"}`}>
      <span class="sign" aria-hidden="true">
        {good ? "✓" : "✕"}
      </span>
      <div>
        <b>{good ? m().good : m().bad}</b>
        <p class="small">
          {good
            ? found.again
              ? m().back(when)
              : m().goodText(when)
            : found.known
              ? m().badText(found.different.join(", "))
              : m().unknown}
        </p>
        {good && !whole && <p class="small muted">{m().only}</p>}
      </div>
    </div>
  );
}
