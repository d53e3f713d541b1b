/** The list as it would be with events left out or items added. */
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { fmt, lang, quoted } from "../../i18n";
import { m } from "../../i18n/messages/engineer-inspector";
import { m as w } from "../../i18n/messages/shared";
import { asList, queryList, setQuery } from "../../router";
import { Button, Combo, DataTable, Empty, Figure, Loadable, Title } from "../../ui";
import { findItem } from "./find-item";

type Seen = Schema["InspectOut"];

export function WhatIf({ seen }: { seen: Seen }) {
  const without = queryList("without"),
    added = queryList("add"),
    changed = without.length + added.length > 0;
  const loaded = useData(
    async (signal) =>
      changed
        ? ask(
            api.POST("/v1/what-if", {
              body: {
                user: seen.user,
                remove_events: without,
                add: added.map((item) => ({ item, value: 1 })),
                n: 10,
                lang: lang.value,
              },
              signal,
            }),
          )
        : null,
    [seen.user, without.join(), added.join(), lang.value],
  );
  const toggle = (id: string) =>
    setQuery({
      without:
        asList(without.includes(id) ? without.filter((one) => one !== id) : [...without, id]) ||
        null,
    });
  return (
    <div class="two">
      <section class="card stack">
        <div class="row spread">
          <h3>{m().changes}</h3>
          {changed && (
            <Button small onClick={() => setQuery({ without: null, add: null })}>
              {m().clear}
            </Button>
          )}
        </div>
        <Combo
          label={m().add}
          hint={m().addHint}
          find={findItem}
          id={(one) => one.item}
          show={(one) => <Title>{one.title}</Title>}
          pick={(one) =>
            setQuery({ add: asList([...added.filter((label) => label !== one.item), one.item]) })
          }
        />
        {added.length > 0 && (
          <div class="row">
            {added.map((label) => (
              <Button
                key={label}
                small
                aria-label={m().removeAdded({ title: label })}
                onClick={() =>
                  setQuery({ add: asList(added.filter((one) => one !== label)) || null })
                }
              >
                + <bdi>{label}</bdi> ×
              </Button>
            ))}
          </div>
        )}
        <fieldset class="stack">
          <legend class="label">
            {m().leave} <span class="muted">{m().leaveText}</span>
          </legend>
          <div class="checks scroll">
            {[...seen.history].reverse().flatMap(({ event_id: id, title }) =>
              id ? (
                <label key={id}>
                  <input
                    type="checkbox"
                    checked={without.includes(id)}
                    onChange={() => toggle(id)}
                  />
                  <Title>{title}</Title>
                </label>
              ) : (
                []
              ),
            )}
          </div>
        </fieldset>
      </section>
      <Loadable of={loaded}>
        {(found) => {
          if (!found)
            return (
              <Empty title={m().moves}>
                <p class="muted">{m().movesNone}</p>
              </Empty>
            );
          const moved = found.moves.filter((row) => row.rank_before !== row.rank_after),
            place = (rank: number | null) => (rank === null ? m().out : `#${rank}`);
          return (
            <Figure
              title={m().moves}
              takeaway={
                moved.length
                  ? m().movesSay({
                      n: fmt.number(moved.length),
                      top: quoted(found.after.items[0]?.title ?? "–"),
                    })
                  : m().movesSame
              }
              about={{ how: m().movesHow, model: `${found.after.model_name} ${found.after.model}` }}
            >
              <DataTable
                caption={m().moves}
                hideCaption
                rows={found.moves}
                id={(row) => row.item}
                columns={[
                  { name: m().item, show: (row) => <Title>{row.title}</Title>, head: true },
                  {
                    name: m().before,
                    show: (row) => place(row.rank_before),
                    by: (row) => row.rank_before ?? 1e9,
                    end: true,
                  },
                  {
                    name: m().after,
                    show: (row) => (
                      <>
                        {place(row.rank_after)} <Arrow from={row.rank_before} to={row.rank_after} />
                      </>
                    ),
                    by: (row) => row.rank_after ?? 1e9,
                    end: true,
                  },
                  {
                    name: w().score,
                    show: (row) => fmt.signed(row.score_after - row.score_before, 3),
                    by: (row) => row.score_after - row.score_before,
                    end: true,
                  },
                ]}
              />
            </Figure>
          );
        }}
      </Loadable>
    </div>
  );
}

const Arrow = ({ from, to }: { from: number | null; to: number | null }) => (
  <span aria-hidden="true" class="muted">
    {from === to ? "=" : to === null ? "✕" : from === null || to < from ? "↑" : "↓"}
  </span>
);
