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
import { byName, fmt, lang } from "../../i18n";
import { m as names } from "../../i18n/messages/auditor";
import { m } from "../../i18n/messages/auditor-sentences";
import { m as w } from "../../i18n/messages/shared";
import { may } from "../../session";
import { Button, DataTable, Empty, Head, Loadable, toast, type Column } from "../../ui";
import { CopyLink, Hash, PrintButton, SaveJson, Stat, Stats } from "../shared/parts";
import { address } from "./decisions";

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
        {running && (done < 0.005 ? m().waiting : m().running({ done: fmt.percent(done) }))}
        {check.state === "done" && check.result && (
          <>
            {m().made({ when: fmt.moment(check.result.when) })}
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
            {known === 0
              ? m().none
              : good
                ? m().good({ claims: n(known) })
                : m().bad({ wrong: n(found.false), claims: n(known) })}
          </b>
          <p class="small">
            {m().verdict({ sentences: n(found.sentences), answers: n(found.checked) })}
            {found.unverifiable > 0 && (
              <>
                {space()}
                {m().unverifiable({ n: n(found.unverifiable) })}
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
          note={m().of({ share: share(found.false, known) })}
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
                  row.rank === last && last >= 10 ? m().on({ rank: n(row.rank) }) : n(row.rank),
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
                name={m().under({ k: n(found.support.under[0]) })}
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
const kind = (code: string) => byName(m().kinds, code) ?? code;

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
