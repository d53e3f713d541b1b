import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { fmt } from "../../i18n";
import { m as feedWords } from "../../i18n/messages/person-feed";
import { m } from "../../i18n/messages/person-profile";
import { account } from "../../session";
import { Badge, Button, Empty, Figure, Loadable, Skeleton, Title, toast } from "../../ui";
import { attempt } from "./attempt";
import { changes, edit, user } from "./controls";
import { things, when } from "./verbs";

type Taste = Schema["Taste"];
const FIRST = 12;

/** The tag whose share of the history is furthest above its share of the catalogue, where that is telling. */
function standsOut(rows: readonly Taste[]): Taste | undefined {
  const best = [...rows].sort((a, b) => b.share - b.usual - (a.share - a.usual))[0];
  return best && best.count >= 3 && best.share - best.usual >= 0.05 ? best : undefined;
}

export function Tastes({ blocked }: { blocked: readonly string[] }) {
  const words = m(),
    [all, showAll] = useState(false);
  const found = useData(
    (signal) =>
      ask(api.GET("/v1/users/{user}/tastes", { params: { path: { user: user() } }, signal })),
    [changes.value],
  );
  return (
    <Loadable of={found} skeleton={<Skeleton rows={8} block />}>
      {(data) => {
        const top = standsOut(data.tastes),
          shown = all ? data.tastes : data.tastes.slice(0, FIRST),
          most = Math.max(0.01, ...data.tastes.map((one) => Math.max(one.share, one.usual)));
        if (!data.tastes.length)
          return (
            <Empty title={data.choices ? words.noTags : words.noTastes}>
              <p>
                {data.choices
                  ? words.noTagsFix({ n: data.choices, count: fmt.number(data.choices) })
                  : words.noTastesFix}
              </p>
            </Empty>
          );
        return (
          <Figure
            title={words.tastes}
            takeaway={
              top
                ? words.takeaway({
                    tag: top.tag,
                    share: fmt.percent(top.share),
                    usual: fmt.percent(top.usual),
                    things: things(),
                  })
                : words.takeawayEven
            }
            about={{
              how: words.tastesHow,
              model: `${account().model.name} ${account().model.version}`,
              n: data.choices,
              time: fmt.moment(account().now),
            }}
            table={{
              caption: words.tastes,
              rows: data.tastes,
              columns: [
                {
                  name: words.columns.tag,
                  show: (one) => <bdi>{one.tag}</bdi>,
                  by: (one) => one.tag,
                  head: true,
                },
                {
                  name: words.columns.count,
                  show: (one) => fmt.number(one.count),
                  by: (one) => one.count,
                  end: true,
                },
                {
                  name: words.columns.share,
                  show: (one) => fmt.percent(one.share),
                  by: (one) => one.share,
                  end: true,
                },
                {
                  name: words.columns.usual,
                  show: (one) => fmt.percent(one.usual),
                  by: (one) => one.usual,
                  end: true,
                },
              ],
            }}
          >
            <ul class="tastes">
              {shown.map((one) => (
                <One key={one.tag} one={one} most={most} blocked={blocked.includes(one.tag)} />
              ))}
            </ul>
            {!all && data.tastes.length > FIRST && (
              <div>
                <Button onClick={() => showAll(true)}>
                  {words.allTags({ n: data.tastes.length })}
                </Button>
              </div>
            )}
          </Figure>
        );
      }}
    </Loadable>
  );
}

function One({ one, most, blocked }: { one: Taste; most: number; blocked: boolean }) {
  const words = m(),
    width = (share: number) => ({ width: `${(share / most) * 100}%` });
  const hide = () =>
    attempt(async () =>
      blocked
        ? toast(words.unhidden({ name: one.tag }), await edit("blocked_tags", [], [one.tag]))
        : toast(feedWords().hiddenTag({ tag: one.tag }), await edit("blocked_tags", [one.tag])),
    );
  const takeAll = () =>
    attempt(async () =>
      toast(
        words.tookAll({
          n: one.event_ids.length,
          count: fmt.number(one.event_ids.length),
          tag: one.tag,
        }),
        await edit("excluded_events", one.event_ids),
      ),
    );
  return (
    <li>
      <div class="taste">
        <span class="taste-name">
          <bdi>{one.tag}</bdi>
          {blocked && (
            <>
              {" "}
              <Badge tone="warn">{words.isHidden}</Badge>
            </>
          )}
        </span>
        <div class="taste-bars">
          <div class="taste-bar">
            <span aria-hidden="true">
              <i style={width(one.share)} />
            </span>
            <span>
              {fmt.percent(one.share)} {words.mine}
            </span>
          </div>
          <div class="taste-bar usual">
            <span aria-hidden="true">
              <i style={width(one.usual)} />
            </span>
            <span>
              {fmt.percent(one.usual)} {words.usual}
            </span>
          </div>
        </div>
        <Button
          small
          aria-label={
            blocked ? words.unhideOf({ name: one.tag }) : words.hideTagOf({ tag: one.tag })
          }
          onClick={hide}
        >
          {blocked ? words.unhide : words.hideTag}
        </Button>
      </div>
      <details class="taste-from">
        <summary class="plain">
          {words.comes({ n: one.count, count: fmt.number(one.count) })}
        </summary>
        <div class="stack" style={{ "--gap": "8px" }}>
          <ul class="small">
            {one.events.map((event, n) => (
              <li key={event.event_id ?? n}>
                <Title>{event.title}</Title>
                {when(event.time) && <span class="muted"> · {when(event.time)}</span>}
              </li>
            ))}
          </ul>
          {one.event_ids.length > 0 && (
            <div>
              <Button
                small
                aria-label={words.takeAllOf({ n: fmt.number(one.event_ids.length), tag: one.tag })}
                onClick={takeAll}
              >
                {words.takeAll({ n: fmt.number(one.event_ids.length) })}
              </Button>
            </div>
          )}
        </div>
      </details>
    </li>
  );
}
