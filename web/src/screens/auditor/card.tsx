import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { byName, fmt } from "../../i18n";
import { m as names } from "../../i18n/messages/auditor";
import { m } from "../../i18n/messages/auditor-card";
import { m as w } from "../../i18n/messages/shared";
import { Chart, Head, Loadable } from "../../ui";
import { CopyLink, Hash, interval, PrintButton, SaveJson } from "../shared/parts";
import { dots, dotsHeight } from "../shared/plots";

type Card = Schema["CardOut"];
const WHEN = () => Math.floor(Date.now() / 1000);

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

const AUDITS = ["faithfulness", "since-fit", "next-item", "speed"] as const;

function why(one: Card["parameters"][number]): string {
  const halves = byName(m().whysHalf, one.part);
  return halves && one.halves_after !== null
    ? halves({ steps: fmt.number(one.halves_after, 1) })
    : (byName(m().whys, one.part) ?? "");
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
          <dd>{m().itemsOf({ offered: fmt.number(card.offered), all: fmt.number(card.items) })}</dd>
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
        <p>{m().whatText({ history: fmt.number(card.history) })}</p>
      </section>
      <section class="stack">
        <h2>{m().parameters}</h2>
        {!first ? (
          <p class="note">{m().few({ fewest: fmt.number(card.fewest) })}</p>
        ) : (
          <>
            <Chart
              title={m().counts}
              takeaway={m().say({
                part: byName(m().part, first.part) ?? first.part,
                share: percent(first.share.mean ?? 0),
              })}
              about={{ how: m().how, ...about }}
              deps={[card]}
              height={dotsHeight(card.parameters.length)}
              table={{
                caption: m().counts,
                rows: card.parameters,
                columns: [
                  {
                    name: m().parameter,
                    show: (one) => byName(m().part, one.part) ?? one.part,
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
                    name: byName(m().part, one.part) ?? one.part,
                    values: [one.share],
                  })),
                  [w().share],
                  (value) => fmt.percent(value),
                )
              }
            />
            {card.explained_share && (
              <p data-explained={card.explained_share.mean}>
                {m().explained({
                  mean: percent(card.explained_share.mean),
                  p10: percent(card.explained_share.p10),
                  least: percent(card.explained_share.min),
                })}
              </p>
            )}
            <dl class="facts wide">
              {card.parameters.map((one) => (
                <>
                  <dt key={one.part}>
                    <b>{byName(m().part, one.part) ?? one.part}</b> · {percent(one.share.mean ?? 0)}
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
            takeaway={m().agesSay({
              latest: fmt.percent(age("latest") + age("recent")),
              older: fmt.percent(age("oldest")),
            })}
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
            {Object.values(m().optionList).map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </section>
        <section class="prose">
          <h2>{m().limits}</h2>
          <ul>
            {[...Object.values(m().limitList), m().limitRest({ rest: percent(rest) })].map(
              (one) => (
                <li key={one}>{one}</li>
              ),
            )}
          </ul>
        </section>
      </div>
      <section class="stack">
        <h2>{m().audit}</h2>
        <dl class="facts wide">
          {AUDITS.map((kind) => (
            <>
              <dt key={kind}>{byName(m().auditKinds, kind)}</dt>
              <dd key={`${kind}-when`}>
                {card.last_audit[kind] ? fmt.moment(card.last_audit[kind]) : m().never}
              </dd>
            </>
          ))}
        </dl>
        <p class="small muted">{m().printed({ when: fmt.moment(WHEN()) })}</p>
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
