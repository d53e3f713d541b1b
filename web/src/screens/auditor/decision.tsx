import { api, ask, type Schema } from "../../api";
import type { Term } from "../../api/answer";
import { useData } from "../../api/useData";
import { defined } from "../../defined";
import { byName, fmt, lang, quoted, type Lang } from "../../i18n";
import { m as names } from "../../i18n/messages/auditor";
import { m } from "../../i18n/messages/auditor-decision";
import { query, setQuery } from "../../router";
import { axis, Badge, Chart, DataTable, Head, Loadable, tip, Title, Told } from "../../ui";
import { Choice, CopyLink, Hash, PrintButton, SaveJson } from "../shared/parts";
import { clip } from "../shared/plots";
import { termName, TermMarks, Terms } from "../shared/terms";
import type { ScreenProps } from "../types";

type Decision = Schema["DecisionOut"];
type Fall = Schema["Waterfall"];

export default function DecisionScreen({ params }: ScreenProps) {
  const id = params["id"] ?? "",
    loaded = useData(
      (signal) => ask(api.GET("/v1/decisions/{id}", { params: { path: { id } }, signal })),
      [id],
    );
  return (
    <>
      <Head title={names().decision} lead={m().lead}>
        {loaded.data && (
          <div class="toolbar">
            <PrintButton />
            <SaveJson name={`decision-${id}.json`} data={loaded.data} />
            <CopyLink />
          </div>
        )}
      </Head>
      <Loadable of={loaded}>{(found) => <Shown found={found} />}</Loadable>
    </>
  );
}

function Shown({ found }: { found: Decision }) {
  const told = (found.request["lang"] as Lang | undefined) ?? "en",
    here = useData(
      (signal) => spoken(found.recommendation_id, told, signal),
      [found.recommendation_id, lang.value],
    );
  const { replay } = found,
    item = found.waterfalls.find((one) => one.item === query("item")) ?? found.waterfalls[0];
  return (
    <div class="sections">
      <div class={`verdict ${replay.identical ? "good" : "bad"}`} role="status">
        <span class="sign" aria-hidden="true">
          {replay.identical ? "✓" : "✕"}
        </span>
        <div>
          <b>{replay.identical ? m().same : m().differ}</b>
          <p class="small">
            {replay.identical
              ? m().sameText({ n: fmt.number(replay.items), sha: "" })
              : m().differText({ fields: replay.different.join(", ") })}
            {replay.identical && <code class="wrap">{replay.sha256}</code>}
          </p>
        </div>
      </div>
      <section class="card stack">
        <h2>{m().facts}</h2>
        <dl class="facts">
          <dt>{m().id}</dt>
          <dd>
            <code>{found.recommendation_id}</code>
          </dd>
          <dt>{m().time}</dt>
          <dd>{fmt.moment(found.time)}</dd>
          <dt>{m().user}</dt>
          <dd>{found.user === null ? m().nobody : <bdi>{found.user}</bdi>}</dd>
          <dt>{m().model}</dt>
          <dd>
            {found.model_name} <Hash>{found.model}</Hash>
          </dd>
          <dt>{m().catalogue}</dt>
          <dd>
            <Hash>{found.catalogue}</Hash>
          </dd>
          {found.variant && (
            <>
              <dt>{m().variant}</dt>
              <dd>{found.variant}</dd>
            </>
          )}
          <dt>{m().source}</dt>
          <dd>
            {byName(m().sources, found.source) ?? found.source}{" "}
            {found.fallback && (
              <Badge tone="warn">
                {m().fallback({ asked: found.fallback.asked, used: found.fallback.used })}
              </Badge>
            )}
          </dd>
          <dt>{m().personal}</dt>
          <dd>{found.personalised ? m().yes : m().no}</dd>
          <dt>{m().filters}</dt>
          <dd>
            {Object.keys(found.filters).length === 0
              ? m().noFilters
              : Object.entries(found.filters)
                  .map(
                    ([name, values]) =>
                      `${byName(m().filterNames, name) ?? name}: ${values.join(", ")}`,
                  )
                  .join("; ")}
          </dd>
          {found.session.length > 0 && (
            <>
              <dt>{m().session}</dt>
              <dd>{found.session.map((one) => one.title).join(", ")}</dd>
            </>
          )}
        </dl>
      </section>
      <section class="stack">
        <h2>{m().list}</h2>
        <ol class="ranked told">
          {found.items.map((row) => (
            <li key={row.item}>
              <span class="no">{row.rank}</span>
              <span>
                <b>
                  <Title>{row.title}</Title>
                </b>
                <br />
                <Sentence text={row.text ?? "–"} of={told} here={here.data?.get(row.item)?.text} />
                <TermMarks
                  terms={here.data?.get(row.item)?.terms ?? row.terms ?? []}
                  rank={row.rank}
                />
              </span>
              <span class="end" title={m().score}>
                {fmt.number(row.score, 3)}
              </span>
            </li>
          ))}
        </ol>
      </section>
      {item && (
        <section class="stack">
          <Choice
            label={m().item}
            value={item.item}
            options={found.waterfalls.map((one, at) => [
              one.item,
              `${at + 1}. ${clip(one.title, 48)}`,
            ])}
            change={(value) => setQuery({ item: value })}
          />
          <Falling fall={item} found={found} />
          <TermsOf
            terms={
              here.data?.get(item.item)?.terms ??
              found.items.find((one) => one.item === item.item)?.terms ??
              []
            }
          />
        </section>
      )}
      <Today found={found} />
      <section class="stack">
        <h2>{m().history({ n: fmt.number(found.history.length) })}</h2>
        <div class="scroll">
          <DataTable
            caption={m().inputs}
            hideCaption
            rows={[...found.history].reverse()}
            columns={[
              {
                name: m().event,
                show: (row) => <Title>{row.title}</Title>,
                by: (row) => row.title,
                head: true,
              },
              {
                name: m().when,
                show: (row) => (row.time === null ? "–" : fmt.day(row.time)),
                by: (row) => row.time ?? 0,
                fit: "line",
              },
              { name: m().value, show: (row) => fmt.short(row.value), end: true },
            ]}
          />
        </div>
      </section>
    </div>
  );
}

/** The same reasons in the page's language, where the answer was given in the other. */
async function spoken(
  id: string,
  told: Lang,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Schema["ItemOut"]>> {
  if (told === lang.value) return new Map();
  const { items } = await ask(
    api.GET("/v1/recommendations/{id}/explanation", {
      params: { path: { id }, query: { lang: lang.value } },
      signal,
    }),
  );
  return new Map(items.map((one) => [one.item, one]));
}

/** What was said, word for word; before it, where that was in the other language, the same in the page's. */
const Sentence = ({
  text,
  of,
  here,
}: {
  text: string;
  of: Lang;
  here: string | null | undefined;
}) => (
  <span class="muted">
    {here ? (
      <>
        <Told text={here} />
        <span class="told-more">
          {m().asSaid} <span lang={of === "zh" ? "zh-Hans" : "en"}>{text}</span>
        </span>
      </>
    ) : (
      <Told text={text} lang={of} />
    )}
  </span>
);

/** What the forces did to the item. */
function TermsOf({ terms }: { terms: readonly Term[] }) {
  if (!terms.length) return null;
  return (
    <div>
      <h3>{m().forces}</h3>
      <Terms terms={terms} digits={3} />
    </div>
  );
}

function Falling({ fall, found }: { fall: Fall; found: Decision }) {
  const steps = [
    { name: m().base, value: fall.base, from: 0, plain: true },
    ...fall.steps.map((one) => ({ name: one.title, value: one.weight, from: 0, plain: false })),
    ...(fall.other_events > 0
      ? [
          {
            name: m().others({ n: fmt.number(fall.other_events) }),
            value: fall.others,
            from: 0,
            plain: true,
          },
        ]
      : []),
    ...(Math.abs(fall.rest) > 1e-9
      ? [{ name: m().rest, value: fall.rest, from: 0, plain: true }]
      : []),
    ...fall.terms
      .filter((one) => one.weight !== 0)
      .map((one) => ({ name: termName(one), value: one.weight, from: 0, plain: false })),
  ];
  let sum = 0;
  for (const step of steps) {
    step.from = sum;
    sum += step.value;
  }
  const rows = [...steps, { name: m().total, value: fall.score, from: 0, plain: true }],
    digits = Math.abs(fall.score) < 1 ? 3 : 2,
    number = (value: number) => fmt.number(value, digits),
    top = fall.steps[0];
  return (
    <Chart
      title={m().fall({ item: quoted(fall.title) })}
      takeaway={
        top
          ? m().fallSay({
              score: number(fall.score),
              base: number(fall.base),
              top: quoted(top.title),
              value: fmt.signed(top.weight, digits),
            })
          : m().fallPlain({ score: number(fall.score), base: number(fall.base) })
      }
      about={{
        how: fall.additive ? m().exact : m().measured,
        model: `${found.model_name} ${found.model}`,
        n: fmt.number(fall.steps.length + fall.other_events),
        time: fmt.moment(found.time),
      }}
      deps={[fall]}
      height={60 + rows.length * 34}
      table={{
        caption: m().fall({ item: quoted(fall.title) }),
        rows,
        columns: [
          { name: m().step, show: (row) => <Title>{row.name}</Title>, head: true },
          { name: m().adds, show: (row) => fmt.signed(row.value, digits), end: true },
          { name: m().sum, show: (row) => number(row.from + row.value), end: true },
        ],
      }}
      option={(look) => ({
        grid: { left: 8, right: 64, top: 8, bottom: 4, containLabel: true },
        tooltip: tip(look, {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const { name, value, from } = defined(rows[dataIndex]);
            return `${name}\n${fmt.signed(value, digits)} → ${number(from + value)}`;
          },
        }),
        xAxis: axis(look, { type: "value" }),
        yAxis: axis(look, {
          type: "category",
          inverse: true,
          data: rows.map((row) => row.name),
          axisLabel: {
            color: look.ink,
            fontSize: 13,
            width: innerWidth < 760 ? 110 : 220,
            overflow: "truncate",
          },
          axisLine: { show: false },
        }),
        series: [
          {
            type: "custom",
            encode: { x: [1, 2], y: 0 },
            data: rows.map((row, n) => [n, row.from, row.from + row.value]),
            renderItem: (
              _: unknown,
              tools: {
                value: (n: number) => number;
                coord: (at: number[]) => number[];
                size: (of: number[]) => number[];
              },
            ) => {
              const n = tools.value(0),
                row = defined(rows[n]),
                [x1, y] = tools.coord([row.from, n]) as [number, number],
                [x2] = tools.coord([row.from + row.value, n]) as [number, number],
                height = Math.min(20, (tools.size([0, 1])[1] ?? 24) * 0.62);
              const fill =
                  n === rows.length - 1
                    ? look.accent
                    : row.plain
                      ? look.hues[5]
                      : row.value < 0
                        ? look.hues[1]
                        : look.hues[0],
                next = rows[n + 1],
                bottom = (tools.coord([0, n + 1]) as [number, number])[1] + height / 2;
              return {
                type: "group",
                children: [
                  {
                    type: "rect",
                    shape: {
                      x: Math.min(x1, x2),
                      y: y - height / 2,
                      width: Math.max(1.5, Math.abs(x2 - x1)),
                      height,
                      r: 2,
                    },
                    style: { fill },
                  },
                  ...(next && n < rows.length - 1
                    ? [
                        {
                          type: "line",
                          shape: { x1: x2, y1: y - height / 2, x2, y2: bottom },
                          style: { stroke: look.muted, lineWidth: 1, lineDash: [2, 2] },
                        },
                      ]
                    : []),
                  {
                    type: "text",
                    style: {
                      text: fmt.signed(row.value, digits),
                      x: Math.max(x1, x2) + 6,
                      y,
                      textVerticalAlign: "middle",
                      fill: look.ink,
                      font: `12px ${look.font}`,
                    },
                  },
                ],
              };
            },
          },
        ],
      })}
    />
  );
}

function Today({ found }: { found: Decision }) {
  const moved = found.today.moves.filter((row) => row.before !== row.after),
    place = (rank: number | null) => (rank === null ? m().out : `#${rank}`);
  return (
    <section class="stack">
      <h2>{m().today}</h2>
      <p class="takeaway">
        {moved.length ? m().todaySay({ n: fmt.number(moved.length) }) : m().todaySame}
      </p>
      {moved.length > 0 && (
        <DataTable
          caption={m().todayHow({ model: found.today.model })}
          rows={found.today.moves}
          id={(row) => row.item}
          columns={[
            { name: m().item, show: (row) => <Title>{row.title}</Title>, head: true },
            {
              name: m().then,
              show: (row) => place(row.before),
              by: (row) => row.before ?? 1e9,
              end: true,
            },
            {
              name: m().now,
              show: (row) => place(row.after),
              by: (row) => row.after ?? 1e9,
              end: true,
            },
          ]}
        />
      )}
      {moved.length === 0 && (
        <p class="small muted">{m().todayHow({ model: found.today.model })}</p>
      )}
    </section>
  );
}
