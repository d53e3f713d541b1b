import { api, ask } from "../../api";
import { useData, type Loaded } from "../../api/useData";
import { m } from "../../i18n/messages/person-profile";
import { Button, Empty, Loadable, Title, toast } from "../../ui";
import { attempt } from "./attempt";
import { edit, type Lists, type Profile } from "./controls";
import { things } from "./verbs";

export function Hidden({ about }: { about: Loaded<Profile> }) {
  const words = m();
  return (
    <Loadable of={about}>
      {(data) =>
        data.blocked_items.length + data.blocked_tags.length === 0 ? (
          <Empty title={words.nothingHidden}>
            <p>{words.nothingHiddenFix}</p>
          </Empty>
        ) : (
          <div class="stack" style={{ "--gap": "32px" }}>
            <p class="muted">{words.hiddenText({ things: things() })}</p>
            <Chips
              title={words.tags}
              list="blocked_tags"
              rows={data.blocked_tags.map((tag) => [tag, tag])}
            />
            <HiddenItems items={data.blocked_items} />
          </div>
        )
      }
    </Loadable>
  );
}

/** Items are shown by their titles, so they wait for them. */
function HiddenItems({ items }: { items: readonly string[] }) {
  const titles = useData(
    async (signal) => {
      const found = new Map<string, string>();
      for (let at = 0; at < items.length; at += 100) {
        const page = await ask(
          api.GET("/v1/cards", { params: { query: { item: items.slice(at, at + 100) } }, signal }),
        );
        for (const one of page.items) found.set(one.item, one.title);
      }
      return found;
    },
    [items.join("\n")],
  );
  return (
    <Loadable of={titles}>
      {(known) => (
        <Chips
          title={m().items}
          list="blocked_items"
          rows={items.map((item) => [item, known.get(item) ?? item])}
        />
      )}
    </Loadable>
  );
}

function Chips({
  title,
  list,
  rows,
}: {
  title: string;
  list: Lists;
  rows: readonly (readonly [string, string])[];
}) {
  const words = m();
  const show = (label: string, name: string) =>
    attempt(async () => toast(words.unhidden({ name }), await edit(list, [], [label])));
  if (!rows.length) return null;
  return (
    <section class="stack" style={{ "--gap": "12px" }}>
      <h2 class="h3">{title}</h2>
      <ul class="chips">
        {rows.map(([label, name]) => (
          <li key={label} class="chip">
            <Title>{name}</Title>
            <Button
              small
              kind="quiet"
              aria-label={words.unhideOf({ name })}
              onClick={() => show(label, name)}
            >
              {words.unhide}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
