/** Like, dislike, not interested: three quiet buttons of a listed item. What is said counts in the next list. */
import type { Item } from "../../api/answer";
import { byName, quoted } from "../../i18n";
import { m } from "../../i18n/messages/person-reason";
import { Button, toast } from "../../ui";
import { attempt } from "./attempt";
import { say, type Opinion as Kind } from "./controls";

const SIGNS: Record<Kind, string> = {
  like: "M7 11v9H4v-9zM7 12l4-8c1.6 0 2.6 1 2.6 2.6V10h5c1.2 0 2 1 1.8 2.2l-1.1 6A2.2 2.2 0 0 1 17.1 20H7",
  dislike:
    "M17 13V4h3v9zM17 12l-4 8c-1.6 0-2.6-1-2.6-2.600V14h-5c-1.2 0-2-1-1.8-2.200l1.1-6A2.2 2.2 0 0 1 6.9 4H17",
  not_interested: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12",
};

export function Opinion({ item, list, done }: { item: Item; list: string; done: () => void }) {
  const words = m().opinion,
    title = quoted(item.title);
  const press = (kind: Kind) =>
    attempt(async () => {
      const undo = await say(item.item, kind, list);
      done();
      toast(byName(words.said, kind)({ title }), kind === "like" ? undefined : undo); // what is liked and taken back is not offered anew
    });
  return (
    <span class="opinion" role="group" aria-label={words.of({ title })}>
      {(["like", "dislike", "not_interested"] as const).map((kind) => (
        <Button
          key={kind}
          kind="quiet"
          icon
          aria-label={byName(words.press, kind)({ title })}
          title={byName(words.name, kind)}
          onClick={() => press(kind)}
        >
          <svg
            width="18"
            height="18"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="1.8"
            stroke-linejoin="round"
            stroke-linecap="round"
            aria-hidden="true"
          >
            <path d={SIGNS[kind]} />
          </svg>
        </Button>
      ))}
    </span>
  );
}
