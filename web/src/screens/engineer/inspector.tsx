import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { fmt, lang } from "../../i18n";
import { m as names } from "../../i18n/messages/engineer";
import { m } from "../../i18n/messages/engineer-inspector";
import { m as w } from "../../i18n/messages/shared";
import { query, setQuery } from "../../router";
import { Badge, Combo, DataTable, Empty, Head, Loadable, Tabs, Title } from "../../ui";
import { Choice, CopyLink, Hash, SaveJson } from "../shared/parts";
import { Inside } from "./inspector-inside";
import { Parts } from "./inspector-parts";
import { WhatIf } from "./inspector-what-if";

type Seen = Schema["InspectOut"];
type Model = Schema["InspectedModel"];

export default function Inspector() {
  const user = query("user");
  const versions = useData((signal) => ask(api.GET("/v1/versions", { signal })), []);
  const people = async (text: string, signal: AbortSignal) => {
    const last = text.codePointAt(text.length - 1);
    const first = text.slice(0, -1) + (last === undefined ? "" : String.fromCodePoint(last - 1));
    const { users } = await ask(
      api.GET("/v1/users", { params: { query: { after: first, limit: 200 } }, signal }),
    );
    const found = users.filter((one) => one.startsWith(text)).slice(0, 12);
    return found.includes(text) ? found : [...found, text];
  };
  return (
    <>
      <Head title={names().inspector} lead={m().lead} />
      <Loadable of={versions}>
        {({ models }) => {
          const serving = defined(models.find((one) => one.state === "active")),
            options = models.map(
              (one) =>
                [
                  one.version,
                  `${one.name} ${one.version}${one === serving ? ` · ${w().serving}` : ""}`,
                ] as [string, string],
            );
          const left = query("model") || serving.version,
            right = query("against");
          return (
            <div class="sections">
              <div class="toolbar">
                <Combo
                  label={m().person}
                  placeholder={m().find}
                  hint={user ? undefined : m().findHint}
                  find={people}
                  id={(one) => one}
                  show={(one) => <bdi>{one}</bdi>}
                  pick={(one) =>
                    setQuery(
                      { user: one, item: null, without: null, add: null },
                      { replace: false },
                    )
                  }
                />
                <Choice
                  label={w().version}
                  value={left}
                  options={options}
                  change={(value) =>
                    setQuery({ model: value === serving.version ? null : value, item: null })
                  }
                />
                <Choice
                  label={m().against}
                  value={right}
                  options={[["", w().none], ...options.filter(([name]) => name !== left)]}
                  change={(value) => setQuery({ against: value || null })}
                />
                {user && (
                  <span class="push row">
                    <CopyLink />
                  </span>
                )}
              </div>
              {user ? (
                <Person user={user} models={[left, ...(right ? [right] : [])]} />
              ) : (
                <Empty title={m().first}>
                  <p class="muted">{m().firstText}</p>
                </Empty>
              )}
            </div>
          );
        }}
      </Loadable>
    </>
  );
}

function Person({ user, models }: { user: string; models: string[] }) {
  const loaded = useData(
    (signal) =>
      ask(api.POST("/v1/inspect", { body: { user, models, n: 10, lang: lang.value }, signal })),
    [user, models.join(), lang.value],
  );
  return (
    <Loadable of={loaded}>
      {(seen) => {
        const first = defined(seen.models[0]),
          item = first.items.some((one) => one.item === query("item"))
            ? query("item")
            : (first.items[0]?.item ?? "");
        return (
          <div class="sections">
            <div class="row">
              <h2>
                <bdi>{seen.user}</bdi>
              </h2>
              {!seen.known && <Badge tone="warn">{m().unknown}</Badge>}
              {!seen.personalised && <Badge tone="warn">{m().off}</Badge>}
            </div>
            <div class="two">
              {seen.models.map((one, at) => (
                <List key={one.model} model={one} other={seen.models[1 - at]} item={item} />
              ))}
              {seen.models.length === 1 && <History seen={seen} />}
            </div>
            {seen.models.length > 1 && <History seen={seen} />}
            <Tabs
              param="view"
              label={m().views}
              tabs={[
                {
                  name: "parts",
                  label: m().tabs.parts,
                  show: () => <Parts seen={seen} item={item} />,
                },
                { name: "whatif", label: m().tabs.whatif, show: () => <WhatIf seen={seen} /> },
                {
                  name: "inside",
                  label: m().tabs.inside,
                  show: () => (
                    <div class="sections">
                      {seen.models.map((one) => (
                        <Inside key={one.model} model={one} named={seen.models.length > 1} />
                      ))}
                    </div>
                  ),
                },
                {
                  name: "json",
                  label: m().tabs.json,
                  show: () => (
                    <div class="stack">
                      <div class="row spread">
                        <p class="muted small">{m().jsonText}</p>
                        <SaveJson name={`inspect-${seen.user}.json`} data={seen} />
                      </div>
                      <pre class="pre" tabIndex={0}>
                        {JSON.stringify(seen, null, 1)}
                      </pre>
                    </div>
                  ),
                },
              ]}
            />
          </div>
        );
      }}
    </Loadable>
  );
}

function List({ model, other, item }: { model: Model; other: Model | undefined; item: string }) {
  const there = new Map(other?.items.map((one) => [one.item, one.rank]));
  return (
    <section class="card stack" aria-label={m().list({ name: model.model_name })}>
      <div class="row spread">
        <h3>{m().list({ name: model.model_name })}</h3>
        <Hash>{model.model}</Hash>
      </div>
      {model.fallback && <Badge tone="warn">{m().fell({ used: model.source })}</Badge>}
      <ol class="ranked">
        {model.items.map((one) => (
          <li key={one.item}>
            <span class="no">{one.rank}</span>
            <button
              type="button"
              class="link"
              aria-pressed={one.item === item}
              onClick={() => setQuery({ item: one.item })}
            >
              <Title>{one.title}</Title>
            </button>
            <span class="end">
              {other && (
                <span class="muted small">
                  {there.has(one.item)
                    ? m().alsoAt({ place: String(there.get(one.item)) })
                    : m().notThere}{" "}
                  ·{" "}
                </span>
              )}
              {fmt.number(one.score, 3)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const History = ({ seen }: { seen: Seen }) => (
  <section class="stack">
    <h3>{m().history({ n: fmt.number(seen.history.length) })}</h3>
    <div class="scroll">
      <DataTable
        caption={m().history({ n: fmt.number(seen.history.length) })}
        hideCaption
        rows={[...seen.history].reverse()}
        columns={[
          {
            name: m().item,
            show: (row) => (
              <>
                <Title>{row.title}</Title>
                {!row.known && (
                  <>
                    {" "}
                    <Badge tone="warn">{m().notKnown}</Badge>
                  </>
                )}
              </>
            ),
            by: (row) => row.title,
            head: true,
          },
          { name: m().tags, show: (row) => <span class="muted">{row.tags.join(" · ")}</span> },
          ...(seen.history.some((row) => row.time !== null)
            ? [
                {
                  name: m().when,
                  show: (row: Seen["history"][number]) =>
                    row.time === null ? "–" : fmt.month(row.time),
                  by: (row: Seen["history"][number]) => row.time ?? 0,
                  end: true,
                },
              ]
            : []),
          {
            name: m().value,
            show: (row) => fmt.short(row.value),
            by: (row) => row.value,
            end: true,
          },
        ]}
      />
    </div>
  </section>
);
