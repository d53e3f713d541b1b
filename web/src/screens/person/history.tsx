import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api";
import { useData } from "../../api/useData";
import { byName, fmt, quoted } from "../../i18n";
import { m } from "../../i18n/messages/person-profile";
import { account } from "../../session";
import {
  axis,
  Badge,
  Button,
  Chart,
  Empty,
  Loadable,
  Skeleton,
  tip,
  Title,
  toast,
  type Look,
} from "../../ui";
import { attempt } from "./attempt";
import { changes, edit, editPeriods, user, type Profile } from "./controls";
import { isShown, kindName } from "./kinds";

type Event = Schema["HistoryEvent"];
const PAGE = 50,
  DAY = 86_400;

/** All events, page by page: the timeline is of everything. */
async function load(signal: AbortSignal): Promise<Event[]> {
  const all: Event[] = [];
  let after: string | null = "";
  do {
    const page: Schema["HistoryOut"] = await ask(
      api.GET("/v1/users/{user}/history", {
        params: { path: { user: user() }, query: { limit: 500, after } },
        signal,
      }),
    );
    all.push(...page.events);
    after = page.next;
  } while (after && all.length < 10_000);
  return all;
}

/** back: the events that the person has taken back. */
export function History({
  periods,
  back,
}: {
  periods: Profile["excluded_periods"];
  back: readonly string[];
}) {
  const words = m(),
    [shown, show] = useState(PAGE),
    found = useData(load, [changes.value]);
  return (
    <Loadable of={found} skeleton={<Skeleton rows={8} block />}>
      {(events) => {
        if (!events.length) return <Empty title={words.noHistory} />;
        return (
          <div class="stack" style={{ "--gap": "40px" }}>
            {account().clock && <Timeline events={events} />}
            {account().clock && <Periods periods={periods} />}
            <section>
              <h2 class="h3">{words.history}</h2>
              {events.some(switchedOff) && <p class="note warn">{words.off}</p>}
              <ul class="events">
                {events.slice(0, shown).map((one) => (
                  <One key={one.event_id} one={one} out={back.includes(one.event_id)} />
                ))}
              </ul>
              {events.length > shown && (
                <p>
                  <Button onClick={() => show(shown + PAGE)}>{words.more}</Button>
                </p>
              )}
            </section>
          </div>
        );
      }}
    </Loadable>
  );
}

const because = (code: string): string => byName(m().because, code) ?? code;

const switchedOff = (one: Event): boolean => (one.because as string | null) === "off";

/** An event; what says something, also a dislike, can be taken back. */
function One({ one, out }: { one: Event; out: boolean }) {
  const words = m(),
    kind = kindName(one.kind),
    why = out ? "event" : one.because;
  const turn = () =>
    attempt(async () =>
      out
        ? toast(
            words.gaveBack({ title: quoted(one.title) }),
            await edit("excluded_events", [], [one.event_id]),
          )
        : toast(
            words.tookBack({ title: quoted(one.title) }),
            await edit("excluded_events", [one.event_id]),
          ),
    );
  return (
    <li>
      <span class="title">
        <span class={one.counts || (!out && why === "no-choice") ? "" : "out"}>
          <Title>{one.title}</Title>
        </span>
        {why && !switchedOff(one) && (
          <>
            {" "}
            <Badge tone="warn">{because(why)}</Badge>
          </>
        )}
      </span>
      <span class="when small muted">
        {account().clock ? fmt.day(one.time) : ""}
        {one.kind !== "import" && (
          <>
            {account().clock ? " · " : ""}
            <bdi>{kind}</bdi>
          </>
        )}
      </span>
      {out || why === null || (why === "no-choice" && !isShown(one.kind)) ? (
        <Button
          small
          aria-label={
            out
              ? words.putBackOf({ title: quoted(one.title) })
              : words.takeBackOf({ title: quoted(one.title) })
          }
          onClick={turn}
        >
          {out ? words.putBack : words.takeBack}
        </Button>
      ) : (
        <span />
      )}
    </li>
  );
}

interface Month {
  time: number;
  counted: number;
  out: number;
}

function months(events: readonly Event[]): Month[] {
  const found = new Map<number, Month>();
  const month = (time: number) => {
    const day = new Date(time * 1000);
    return Date.UTC(day.getUTCFullYear(), day.getUTCMonth()) / 1000;
  };
  const times = events.map((one) => month(one.time)),
    last = Math.max(...times);
  for (let at = Math.min(...times), n = 0; at <= last && n < 1200; at = month(at + 40 * DAY), n++)
    found.set(at, { time: at, counted: 0, out: 0 });
  for (const one of events) {
    const row = found.get(month(one.time));
    if (row) row[one.counts ? "counted" : "out"] += 1;
  }
  return [...found.values()];
}

function Timeline({ events }: { events: readonly Event[] }) {
  const words = m(),
    rows = months(events),
    out = events.filter((one) => !one.counts).length;
  const option = (look: Look) => ({
    grid: { left: 4, right: 8, top: 32, bottom: 4, containLabel: true },
    legend: { right: 0, top: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: look.muted } },
    tooltip: tip(look, { trigger: "axis", axisPointer: { type: "shadow" } }),
    xAxis: {
      type: "category",
      data: rows.map((row) => fmt.month(row.time)),
      ...axis(look, { splitLine: { show: false } }),
    },
    yAxis: { type: "value", minInterval: 1, ...axis(look) },
    series: [
      {
        name: words.counted,
        type: "bar",
        stack: "all",
        data: rows.map((row) => row.counted),
        itemStyle: { color: look.hues[0] },
        barMaxWidth: 36,
      },
      {
        name: words.uncounted,
        type: "bar",
        stack: "all",
        data: rows.map((row) => row.out),
        itemStyle: {
          color: look.hues[5],
          decal: {
            symbol: "rect",
            dashArrayX: [1, 0],
            dashArrayY: [2, 3],
            rotation: 0.8,
            color: look.ground,
          },
        },
        barMaxWidth: 36,
      },
    ],
  });
  return (
    <Chart
      title={words.timeline}
      takeaway={
        out
          ? words.timelineOut({
              out,
              count: fmt.number(events.length),
              outCount: fmt.number(out),
            })
          : words.timelineAll({ n: events.length, count: fmt.number(events.length) })
      }
      height={200}
      deps={[events]}
      option={option}
      about={{ how: words.timelineHow, n: events.length, time: fmt.moment(account().now) }}
      table={{
        caption: words.timeline,
        rows,
        columns: [
          {
            name: words.month,
            show: (row) => fmt.month(row.time),
            by: (row) => row.time,
            head: true,
          },
          {
            name: words.counted,
            show: (row) => fmt.number(row.counted),
            by: (row) => row.counted,
            end: true,
          },
          {
            name: words.uncounted,
            show: (row) => fmt.number(row.out),
            by: (row) => row.out,
            end: true,
          },
        ],
      }}
    />
  );
}

function Periods({ periods }: { periods: Profile["excluded_periods"] }) {
  const words = m(),
    [from, setFrom] = useState(""),
    [to, setTo] = useState(""),
    [wrong, setWrong] = useState("");
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const first = Date.parse(`${from}T00:00:00Z`) / 1000,
      last = Date.parse(`${to}T00:00:00Z`) / 1000 + DAY - 1;
    if (!(first <= last) || first < 0) {
      setWrong(words.badPeriod);
      return;
    }
    setWrong("");
    void attempt(async () => {
      toast(
        words.periodOut({ from: fmt.day(first), to: fmt.day(last) }),
        await editPeriods((before) => [...before, { first, last }]),
      );
      setFrom("");
      setTo("");
    });
  };
  const days = ({ first, last }: { first: number; last: number }) => {
    const [from, to] = [fmt.day(first), fmt.day(last)];
    return from === to ? from : words.period({ from, to });
  };
  const remove = (at: number) =>
    attempt(async () =>
      toast(words.periodIn, await editPeriods((before) => before.filter((_, n) => n !== at))),
    );
  return (
    <section class="stack" style={{ "--gap": "12px" }}>
      <div>
        <h2 class="h3">{words.periods}</h2>
        <p class="small muted">{words.periodsText}</p>
      </div>
      {periods.length > 0 && (
        <ul class="chips">
          {periods.map((one, n) => (
            <li key={`${one.first}-${one.last}`} class="chip">
              {days(one)}
              <Button
                small
                kind="quiet"
                aria-label={`${words.putBack}: ${days(one)}`}
                onClick={() => remove(n)}
              >
                {words.putBack}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        class="row"
        style={{ "--gap": "12px", alignItems: "flex-end" }}
        onSubmit={add}
        noValidate
      >
        <div class="field">
          <label for="from">{words.from}</label>
          <input
            id="from"
            type="date"
            class="input"
            value={from}
            aria-invalid={wrong !== ""}
            aria-describedby="period-wrong"
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="to">{words.to}</label>
          <input
            id="to"
            type="date"
            class="input"
            value={to}
            aria-invalid={wrong !== ""}
            aria-describedby="period-wrong"
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </div>
        <Button type="submit">{words.addPeriod}</Button>
      </form>
      <p id="period-wrong" class="small bad-text" role="alert">
        {wrong}
      </p>
    </section>
  );
}
