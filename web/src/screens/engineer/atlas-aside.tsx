/** Beside the map: the point selected with its neighbours, and a slice of the catalogue. */
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { fmt } from "../../i18n";
import { m } from "../../i18n/messages/engineer-atlas";
import { m as w } from "../../i18n/messages/shared";
import { query, setQuery } from "../../router";
import { Badge, Button, DataTable, Empty, Loadable, Title } from "../../ui";
import { Choice } from "../shared/parts";
import { inside, type Point } from "./lasso";

type Atlas = Schema["AtlasOut"];

export function Chosen({ atlas, at }: { atlas: Atlas; at: number | undefined }) {
  if (at === undefined)
    return (
      <Empty title={m().none}>
        <p class="muted">{m().noneText}</p>
      </Empty>
    );
  return (
    <section class="card stack">
      <h3>
        <bdi>{atlas.title[at]}</bdi>
      </h3>
      <p class="small muted">
        {m().chosen} {fmt.number(defined(atlas.chosen[at]))}
      </p>
      <a href={`/inspector?user=${encodeURIComponent(defined(atlas.label[at]))}`}>
        {m().toInspector}
      </a>
    </section>
  );
}

export function Near({
  found,
  item,
}: {
  found: ReturnType<typeof useData<Schema["NeighboursOut"] | null>>;
  item: string;
}) {
  if (!item)
    return (
      <Empty title={m().none}>
        <p class="muted">{m().noneText}</p>
      </Empty>
    );
  return (
    <Loadable of={found}>
      {(near) =>
        near && (
          <section class="stack">
            <div>
              <h3>
                <Title>{near.title}</Title>
              </h3>
              <p class="small muted">{near.tags.join(" · ")}</p>
            </div>
            <div class="row">
              <Button small onClick={() => setQuery({ view: "network" })}>
                {m().toNetwork}
              </Button>
              <Button
                small
                onClick={() => setQuery({ side: "slice", nearest: "50", around: null, tag: null })}
              >
                {m().nearestSlice}
              </Button>
            </div>
            <h4 class="label">{m().neighbours}</h4>
            <ol class="ranked scroll">
              {near.neighbours.map((one, at) => (
                <li key={one.item}>
                  <span class="no">{at + 1}</span>
                  <button type="button" class="link" onClick={() => setQuery({ item: one.item })}>
                    <Title>{one.title}</Title>
                  </button>
                  <span class="end" title={m().likeness}>
                    {fmt.number(one.likeness, 2)}
                  </span>
                </li>
              ))}
            </ol>
          </section>
        )
      }
    </Loadable>
  );
}

export function Slice({ atlas, polygon }: { atlas: Atlas; polygon: Point[] }) {
  const tag = query("tag"),
    nearest = query("nearest"),
    item = query("item");
  const loaded = useData(
    async (signal) => {
      let items: string[] = [];
      if (tag)
        items = atlas.label.filter((_, at) => atlas.groups[defined(atlas.group[at])] === tag);
      else if (nearest && item)
        items = [
          item,
          ...(
            await ask(
              api.GET("/v1/atlas/neighbours/{item}", {
                params: { path: { item }, query: { n: 50 } },
                signal,
              }),
            )
          ).neighbours.map((one) => one.item),
        ];
      else if (polygon.length > 2)
        items = atlas.label.filter((_, at) =>
          inside(polygon, defined(atlas.x[at]), defined(atlas.y[at])),
        );
      return items.length ? ask(api.POST("/v1/atlas/slice", { body: { items }, signal })) : null;
    },
    [tag, nearest, item, query("around"), atlas],
  );
  return (
    <div class="stack">
      <Choice
        label={m().sliceTag}
        value={tag}
        options={[["", w().none], ...atlas.groups.map((name) => [name, name] as [string, string])]}
        change={(value) => setQuery({ tag: value || null, around: null, nearest: null })}
      />
      <Loadable of={loaded}>
        {(found) =>
          !found ? (
            <Empty title={m().sliceNone}>
              <p class="muted">{m().sliceText}</p>
            </Empty>
          ) : (
            <section class="stack">
              <div class="row spread">
                <h3>{m().sliceOf({ n: fmt.number(found.items), of: fmt.number(found.of) })}</h3>
                <Button small onClick={() => setQuery({ tag: null, around: null, nearest: null })}>
                  {m().drop}
                </Button>
              </div>
              <p class="small">
                <Badge tone="accent">
                  {m().choices({ share: fmt.percent(found.share_of_choices, 1) })}
                </Badge>{" "}
                {m().median({
                  one: fmt.short(found.median_chosen),
                  all: fmt.short(found.median_of_all),
                })}
              </p>
              <DataTable
                caption={m().tags}
                rows={found.tags.slice(0, 8)}
                id={(row) => row.tag}
                columns={[
                  { name: m().tag, show: (row) => row.tag, head: true },
                  {
                    name: m().here,
                    show: (row) => fmt.percent(row.share),
                    by: (row) => row.share,
                    end: true,
                  },
                  {
                    name: m().all,
                    show: (row) => fmt.percent(row.share_of_all),
                    by: (row) => row.share_of_all,
                    end: true,
                  },
                ]}
              />
              <h4 class="label">{m().top}</h4>
              <ol class="ranked scroll">
                {found.top.map((one, at) => (
                  <li key={one.item}>
                    <span class="no">{at + 1}</span>
                    <button
                      type="button"
                      class="link"
                      onClick={() => setQuery({ item: one.item, side: null })}
                    >
                      <Title>{one.title}</Title>
                    </button>
                    <span class="end">{fmt.number(one.chosen)}</span>
                  </li>
                ))}
              </ol>
            </section>
          )
        }
      </Loadable>
    </div>
  );
}
