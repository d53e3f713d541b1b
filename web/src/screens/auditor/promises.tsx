import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { byName, fmt, lang } from "../../i18n";
import { m as names } from "../../i18n/messages/auditor";
import { m } from "../../i18n/messages/auditor-promises";
import { Badge, DataTable, Head, Loadable } from "../../ui";
import { CopyLink, PrintButton, SaveJson } from "../shared/parts";

type Promises = Schema["PromisesOut"];
type Row = Schema["PromiseRow"];

export default function PromisesScreen() {
  const loaded = useData((signal) => ask(api.GET("/v1/promises", { signal })), []);
  return (
    <>
      <Head title={names().promisesTitle} lead={m().lead}>
        {loaded.data && (
          <div class="toolbar">
            <PrintButton />
            <SaveJson name="promises.json" data={loaded.data} />
            <CopyLink />
          </div>
        )}
      </Head>
      <Loadable of={loaded}>{(found) => <Shown found={found} />}</Loadable>
    </>
  );
}

function Shown({ found }: { found: Promises }) {
  const here = found.promises.filter((row) => row.state !== "absent"),
    broken = here.filter((row) => row.state === "broken").length,
    good = found.holding === here.length;
  return (
    <div class="sections">
      <div class={`verdict ${good ? "good" : broken ? "bad" : ""}`} role="status">
        <span class="sign" aria-hidden="true">
          {good ? "✓" : broken ? "✕" : "–"}
        </span>
        <div>
          <b>{m().holding({ n: fmt.number(found.holding), all: fmt.number(here.length) })}</b>
          <p class="small">
            {found.date === ""
              ? m().never
              : found.same_code
                ? m().same({ date: found.date, commit: found.commit })
                : m().other({ date: found.date, commit: found.commit })}
          </p>
        </div>
      </div>
      <DataTable
        caption={names().promisesTitle}
        hideCaption
        rows={found.promises}
        id={(row) => row.words}
        columns={[
          {
            name: m().promise,
            show: (row) => (lang.value === "zh" ? row.zh : row.words),
            head: true,
            fit: "wide",
          },
          { name: m().state, show: state, by: (row) => row.state },
          { name: m().pages, show: (row) => row.pages.join(", ") },
          {
            name: m().tests,
            show: (row) => (
              <ul class="plain small">
                {row.tests.map((test) => (
                  <li key={test}>
                    <code>{test}</code>
                  </li>
                ))}
              </ul>
            ),
            fit: "wide",
          },
        ]}
      />
    </div>
  );
}

const state = (row: Row) => (
  <>
    <Badge tone={row.state === "holds" ? "accent" : row.state === "broken" ? "bad" : undefined}>
      {byName(m().states, row.state)}
    </Badge>
    {row.state === "absent" && <div class="small muted">{byName(m().needs, row.needs)}</div>}
  </>
);
