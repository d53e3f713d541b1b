/** Several lists, a row each: what each item's own list says of it. */
import { api, ask, type Schema } from "../../api";
import { itemOf } from "../../api/answer";
import { useData } from "../../api/useData";
import { lang, quoted } from "../../i18n";
import { m as names } from "../../i18n/messages/person";
import { m } from "../../i18n/messages/person-lists";
import { Cover, Empty, Head, Loadable, Skeleton, Title, Told } from "../../ui";
import { TermMarks, Terms } from "../shared/terms";
import { changes, user } from "./controls";
import { digitsFor } from "./parts";
import "./person.css";
import "./lists.css";

type Row = Schema["ListsOut"]["lists"][number];

export default function Lists() {
  const words = m(),
    found = useData(
      (signal) => ask(api.POST("/v1/lists", { body: { user: user(), lang: lang.value }, signal })),
      [changes.value, lang.value],
    );
  return (
    <>
      <p class="small why-back">
        <a href="/feed">← {names().feed.title}</a>
      </p>
      <Head title={names().lists.title} lead={words.lead} />
      <Loadable of={found} skeleton={<Skeleton rows={4} block />}>
        {({ lists }) =>
          lists.length ? (
            <>
              {lists.map((row) => (
                <Shelf key={row.name} row={row} />
              ))}
            </>
          ) : (
            <Empty title={words.empty} />
          )
        }
      </Loadable>
    </>
  );
}

function Shelf({ row }: { row: Row }) {
  const words = m(),
    id = `list-${row.name}`;
  return (
    <section class="shelf" aria-labelledby={id}>
      <h2 id={id}>{row.title}</h2>
      <ol tabIndex={0} aria-labelledby={id}>
        {row.items.map(itemOf).map((item) => (
          <li key={item.item} class="card">
            <div class="shelf-head">
              <Cover title={item.title} />
              <h3>
                <Title>{item.title}</Title>
              </h3>
            </div>
            <TermMarks terms={item.terms} rank={item.rank} />
            <details>
              <summary aria-label={words.whyOf({ title: quoted(item.title) })}>{words.why}</summary>
              <p class="small">
                <Told text={item.text} />
              </p>
              {item.terms.length > 0 && (
                <Terms terms={item.terms} digits={digitsFor(item.terms.map((one) => one.weight))} />
              )}
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}
