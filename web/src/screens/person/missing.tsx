import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { byName, fmt, lang, quoted } from "../../i18n";
import { m as names } from "../../i18n/messages/person";
import { m } from "../../i18n/messages/person-missing";
import { query, setQuery } from "../../router";
import { Button, Combo, Cover, Head, Loadable, Skeleton, Title, toast } from "../../ui";
import { attempt } from "./attempt";
import { changes, edit, profile, user } from "./controls";
import { Parts, partsOf, type WhyNot } from "./parts";
import { done, thing } from "./verbs";
import "./person.css";

const N = 20;
type Card = Schema["Card"];
interface Found {
  whole: WhyNot;
  card: Card | undefined;
  blocked: string[];
  times: Map<string, number>;
}

async function load(item: string, signal: AbortSignal): Promise<Found | null> {
  if (!item) return null;
  const who = user();
  const [whole, cards, about, history] = await Promise.all([
    ask(api.POST("/v1/why-not", { body: { user: who, item, n: N, lang: lang.value }, signal })),
    ask(api.GET("/v1/cards", { params: { query: { item: [item] } }, signal })),
    profile(signal),
    ask(
      api.GET("/v1/users/{user}/history", {
        params: { path: { user: who }, query: { limit: 500 } },
        signal,
      }),
    ),
  ]);
  return {
    whole,
    card: cards.items[0],
    blocked: about.blocked_tags,
    times: new Map(history.events.map((one) => [one.event_id, one.time])),
  };
}

export default function Missing() {
  const words = m(),
    item = query("item");
  const found = useData((signal) => load(item, signal), [item, lang.value, changes.value]);
  return (
    <>
      <Head title={names().missing.title} lead={words.lead} />
      <div class="measure section">
        <Combo<Card>
          label={words.find({ thing: thing() })}
          hint={words.hint}
          id={(one) => one.item}
          pick={(one) => setQuery({ item: one.item }, { replace: false })}
          find={(text, signal) =>
            ask(
              api.GET("/v1/search", {
                params: { query: { q: text.slice(0, 200), limit: 12 } },
                signal,
              }),
            ).then((answer) => answer.items)
          }
          show={(one) => (
            <>
              <Title>{one.title}</Title>{" "}
              <span class="small muted">
                <bdi>{one.categories.slice(0, 3).join(" · ")}</bdi>
              </span>
            </>
          )}
        />
      </div>
      {item && (
        <Loadable of={found} skeleton={<Skeleton rows={4} block />}>
          {(data) => data && <Answer found={data} />}
        </Loadable>
      )}
    </>
  );
}

function cause(code: string, whole: WhyNot): string {
  const words = m().causes;
  if (code === "seen") return words.seen({ done: done() });
  if (code === "outranked") return words.outranked({ rank: fmt.number(whole.rank ?? 0), n: N });
  const said = byName(m().causes, code);
  return typeof said === "string" ? said : code;
}

function Answer({ found }: { found: Found }) {
  const words = m(),
    { whole, card, blocked } = found,
    parts = partsOf(whole),
    first = parts[0];
  const show = (list: "blocked_items" | "blocked_tags", label: string) =>
    attempt(async () => toast(words.shown, await edit(list, [], [label])));
  const codes = new Set(whole.causes.map((one) => one["code"]));
  return (
    <article class="stack" style={{ "--gap": "32px" }} aria-live="polite">
      <header class="why-head">
        <Cover title={whole.title} size={64} />
        <div class="stack" style={{ "--gap": "8px" }}>
          <h2>
            <Title>{whole.title}</Title>
          </h2>
          {card && card.categories.length > 0 && (
            <p class="muted">
              <bdi>{card.categories.join(" · ")}</bdi>
            </p>
          )}
          {whole.listed && (
            <p>
              {words.listed({ title: quoted(whole.title), rank: whole.rank ?? 0 })}{" "}
              <a href={`/why/${encodeURIComponent(whole.item)}`}>{words.seeWhy}</a>
            </p>
          )}
          <ul class="reasons">
            {whole.causes.map((one) => (
              <li key={one["code"]} class="minus">
                {cause(one["code"] ?? "", whole)}
                {lang.value === "zh" ? "" : " "}
                {one["code"] === "outranked" &&
                  whole.missing !== null &&
                  whole.missing > 0 &&
                  words.lacks({ gap: fmt.short(whole.missing) })}
              </li>
            ))}
          </ul>
          <div class="row">
            {codes.has("blocked-item") && (
              <Button onClick={() => show("blocked_items", whole.item)}>{words.unhide}</Button>
            )}
            {codes.has("blocked-tag") &&
              blocked
                .filter((tag) => card?.categories.includes(tag))
                .map((tag) => (
                  <Button key={tag} onClick={() => show("blocked_tags", tag)}>
                    {words.unhideTag({ tag })}
                  </Button>
                ))}
          </div>
        </div>
      </header>
      {whole.score !== null && (
        <Parts
          of={whole}
          times={found.times}
          title={words.bars}
          takeaway={
            first
              ? words.takeaway({
                  title: quoted(first.title),
                  up: first.contribution > 0,
                  outranked: codes.has("outranked"),
                })
              : words.takeawayNone
          }
        />
      )}
    </article>
  );
}
