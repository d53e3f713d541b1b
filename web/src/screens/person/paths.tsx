/** The paths from what you chose to an item: a picture of them, and each with its exact part of the score. Pressing one takes it away. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Item } from "../../api/answer";
import { fmt, quoted } from "../../i18n";
import { m } from "../../i18n/messages/person-why";
import { account } from "../../session";
import { Button, Cover, Figure, SignedBars, Title, type SignedRow } from "../../ui";
import { flow, FRIENDS, ITEM, OTHERS, strongestPaths, YOU, type Box, type Path } from "./flow";
import type { WhyNot } from "./parts";
import { asLine, lineOf } from "./reason";
import "./paths.css";

const LISTED = 8;

export type Gone = { events: readonly string[]; paths: readonly string[] };
interface Props {
  of: WhyNot;
  row: Item;
  gone: Gone;
  press: (what: keyof Gone, id: string) => void;
}

/** What pressing a path takes away: the link, or the one event it starts from. */
const handle = (path: Path): [keyof Gone, string] | null => {
  if (path.kind === "link" || path.kind === FRIENDS) return ["paths", path.id];
  const id = path.events[0]?.event_id;
  return id ? ["events", id] : null;
};

export function Paths({ of, row, gone, press }: Props) {
  const words = m().paths,
    all = of.paths ?? [],
    first = strongestPaths(all)[0],
    digits = Math.abs(of.score ?? 0) < 1 ? 3 : 2;
  const about = {
    how: words.how,
    model: `${account().model.name} ${account().model.version}`,
    n: fmt.number(all.length),
    time: fmt.moment(account().now),
  };
  return (
    <Figure
      title={words.title}
      about={about}
      takeaway={
        first
          ? words.takeaway({
              base: fmt.number(of.base ?? 0, digits),
              paths: fmt.signed((of.score ?? 0) - (of.base ?? 0), digits),
              score: fmt.number(of.score ?? 0, digits),
            })
          : words.none
      }
    >
      {first && <Picture paths={all} title={row.title} gone={gone} press={press} digits={digits} />}
      <SignedBars
        rows={rowsOf(of, gone, press, digits)}
        caption={words.title}
        digits={digits}
        columns={[m().columns.what, m().columns.part, m().columns.amount]}
      />
    </Figure>
  );
}

function rowsOf(of: WhyNot, gone: Gone, press: Props["press"], digits: number): SignedRow[] {
  const words = m().paths,
    shown = (of.paths ?? []).slice(0, LISTED);
  const others =
    (of.score ?? 0) - (of.base ?? 0) - shown.reduce((sum, path) => sum + path.weight, 0);
  return [
    { id: "base", what: <span>{m().base}</span>, value: of.base ?? 0, plain: true },
    ...shown.map((path) => {
      const at = handle(path),
        out = at !== null && gone[at[0]].includes(at[1]),
        text = lineOf(path);
      const [name, said] =
        at?.[0] === "paths"
          ? [words.cut, words.cutOf({ text })]
          : [m().leave, m().leaveOf({ title: quoted(path.events[0]?.title ?? "") })];
      return {
        id: path.id,
        value: path.weight,
        gone: out,
        what: <Title>{text}</Title>,
        act: at && (
          <Button
            small
            aria-pressed={out}
            aria-label={out ? words.putBackOf({ text }) : said}
            onClick={() => press(at[0], at[1])}
          >
            {out ? m().putBack : name}
          </Button>
        ),
      };
    }),
    ...(Math.abs(others) > 0.5 * 10 ** -digits
      ? [{ id: "others", what: words.further, value: others, kind: "rest" as const }]
      : []),
    { id: "total", what: m().total, value: of.score ?? 0, plain: true, total: true },
  ];
}

interface PictureProps {
  paths: readonly Path[];
  title: string;
  gone: Gone;
  press: Props["press"];
  digits: number;
}

/** Drawn to the width there is. The lines are decoration: the list below holds the same numbers. */
function Picture({ paths, title, gone, press, digits }: PictureProps) {
  const words = m().paths,
    frame = useRef<HTMLDivElement>(null),
    [width, setWidth] = useState(0);
  useEffect(() => {
    const sizes = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    if (frame.current) sizes.observe(frame.current);
    return () => sizes.disconnect();
  }, []);
  const made = width > 0 ? flow(paths, width) : { boxes: [], lines: [], height: 320 };
  const out = (id: string) =>
    made.boxes.some(
      (one) =>
        one.id === id &&
        ((one.path !== null && gone.paths.includes(one.path)) ||
          (one.event !== null && gone.events.includes(one.event))),
    );
  return (
    <>
      <div
        class="flow"
        ref={frame}
        style={{ height: `${made.height}px` }}
        role="group"
        aria-label={words.picture}
      >
        <svg width={width} height={made.height} aria-hidden="true" focusable="false">
          {made.lines.map((line) => (
            <path
              key={`${line.from} ${line.to}`}
              d={line.d}
              class={out(line.from) || out(line.to) ? "gone" : ""}
              fill={`var(--hue-${line.hue})`}
            />
          ))}
        </svg>
        {made.boxes.map((one) => (
          <Drawn
            key={one.id}
            box={one}
            title={title}
            out={out(one.id)}
            press={press}
            digits={digits}
          />
        ))}
      </div>
      <p class="small muted no-print">{words.press}</p>
    </>
  );
}

function Drawn({
  box,
  title,
  out,
  press,
  digits,
}: {
  box: Box;
  title: string;
  out: boolean;
  press: Props["press"];
  digits: number;
}) {
  const words = m().paths,
    style = {
      left: `${box.x}px`,
      top: `${box.y}px`,
      width: `${box.width}px`,
      height: `${box.height}px`,
      "--hue": `var(--hue-${box.hue})`,
    };
  if (box.id === YOU)
    return (
      <div class="flow-you" style={style}>
        {words.you}
      </div>
    );
  if (box.id === ITEM)
    return (
      <div class="flow-item" style={style}>
        <Cover title={title} size={box.width} />
      </div>
    );
  if (box.id === OTHERS)
    return (
      <div class="flow-box others" style={style}>
        <span>{words.others}</span>
      </div>
    );
  const inner = (
    <>
      <span class="flow-title">
        <Title>{box.column === 2 ? asLine(box.title) : box.title}</Title>
      </span>
      {box.column === 2 && <span class="flow-weight num">{fmt.signed(box.weight, digits)}</span>}
    </>
  );
  const kind = `flow-box ${box.column === 2 ? "mid" : "event"} ${out ? "gone" : ""}`;
  const at =
    box.path !== null
      ? (["paths", box.path] as const)
      : box.event !== null
        ? (["events", box.event] as const)
        : null;
  if (!at)
    return (
      <div class={kind} style={style}>
        {inner}
      </div>
    );
  return (
    <button
      type="button"
      class={kind}
      style={style}
      aria-pressed={out}
      title={box.title}
      onClick={() => press(at[0], at[1])}
    >
      {inner}
      <span class="vh">{box.column === 2 ? words.cut : m().leave}</span>
    </button>
  );
}
