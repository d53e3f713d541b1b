import { useState } from "preact/hooks";
import { api, ask, troubleOf, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { byName, fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/auditor";
import { m } from "../../i18n/messages/auditor-privacy";
import { Badge, Button, DataTable, Empty, Head, Loadable } from "../../ui";
import { CopyLink, Hash, PrintButton, SaveJson, Stat, Stats } from "../shared/parts";

type Ledger = Schema["LedgerOut"];
type Verified = Schema["VerifiedOut"];

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
            { name: m().what, show: (row) => byName(m().holds, row.table) ?? "", fit: "wide" },
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
          {found.keep_days ? m().keepDays({ n: fmt.number(found.keep_days) }) : m().keepAll}{" "}
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
          <p class="prose">{m().dpText({ times: fmt.short(Math.exp(found.private.epsilon)) })}</p>
          {found.private.research_only && <p class="note">{m().dpResearch}</p>}
          {found.private.catalogue === null && <p class="note">{m().dpEarlier}</p>}
          <Stats>
            <Stat name="ε" value={fmt.number(found.private.epsilon, 2)} />
            <Stat name="δ" value={found.private.delta.toExponential(1)} />
            <Stat name={m().unit} value={m().onePerson} />
            {found.private.catalogue && <Stat name={m().items} value={found.private.catalogue} />}
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
              <p>{byName(m().measures, one.measure)}</p>
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
              ? m().back({ when })
              : m().goodText({ when })
            : found.known
              ? m().badText({ fields: found.different.join(", ") })
              : m().unknown}
        </p>
        {good && !whole && <p class="small muted">{m().only}</p>}
      </div>
    </div>
  );
}
