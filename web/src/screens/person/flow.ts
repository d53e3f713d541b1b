/** Where everything stands in the picture of paths: you, what you chose, what it leads through, the item. Nothing is drawn here. */
import type { Schema } from "../../api";
import { defined } from "../../defined";

export type Path = Schema["PathOut"];

/** A box of the picture. event: the one that pressing it leaves out; path: the one that it cuts. hue: 1 to 5; 6 is the many small ones. */
export interface Box {
  id: string;
  column: number;
  x: number;
  y: number;
  width: number;
  height: number;
  title: string;
  weight: number;
  hue: number;
  event: string | null;
  path: string | null;
}
/** A ribbon between two boxes, as wide as what it carries. */
export interface Line {
  from: string;
  to: string;
  weight: number;
  hue: number;
  d: string;
}
export interface Flow {
  boxes: Box[];
  lines: Line[];
  height: number;
}

const SHOWN = 5,
  EVENTS = 2,
  GAP = 12,
  LEAST = 46,
  INNER = 8; // paths; events of each; pixels between boxes, of a box, above and below its lines
export const FRIENDS = "friends",
  OTHERS = "others",
  YOU = "you",
  ITEM = "item";

interface Edge {
  from: string;
  to: string;
  weight: number;
  hue: number;
}

/** The strongest paths that speak for it. Those that lead through people or order share one box each kind. */
export const strongestPaths = (paths: readonly Path[]): Path[] =>
  paths.filter((one) => one.weight > 0).slice(0, SHOWN);

export function flow(all: readonly Path[], width: number): Flow {
  const paths = strongestPaths(all),
    narrow = width < 520;
  const boxes = new Map<string, Box>(),
    edges: Edge[] = [];
  const box = (id: string, column: number, given: Partial<Box>): Box => {
    const there = boxes.get(id);
    if (there) return there;
    const made = {
      id,
      column,
      x: 0,
      y: 0,
      width: 0,
      height: LEAST,
      title: "",
      weight: 0,
      hue: 6,
      event: null,
      path: null,
      ...given,
    };
    boxes.set(id, made);
    return made;
  };
  const edge = (from: string, to: string, weight: number, hue: number) => {
    const there = edges.find((one) => one.from === from && one.to === to);
    if (there) there.weight += weight;
    else edges.push({ from, to, weight, hue });
  };
  box(YOU, 0, {});
  for (const path of paths) {
    const cuts = path.kind === "link" || path.kind === FRIENDS,
      id = cuts ? path.id : path.kind;
    const mid = box(id, 2, {
      title: path.through,
      path: cuts ? path.id : null,
      hue: 1 + [...boxes.values()].filter((one) => one.column === 2).length,
    });
    mid.weight += path.weight;
    edge(id, ITEM, path.weight, mid.hue);
    if (path.kind === FRIENDS) {
      edge(YOU, id, path.weight, mid.hue);
      continue;
    }
    const named = path.events.slice(0, EVENTS),
      rest = path.weight - named.reduce((sum, one) => sum + one.contribution, 0);
    for (const one of named) {
      const from = box(`event-${one.event_id ?? one.item}`, 1, {
        title: one.title,
        event: one.event_id,
      });
      from.weight += one.contribution;
      edge(YOU, from.id, one.contribution, 6);
      edge(from.id, id, one.contribution, mid.hue);
    }
    if (path.events.length > EVENTS && rest > 0) {
      box(OTHERS, 1, {}).weight += rest;
      edge(YOU, OTHERS, rest, 6);
      edge(OTHERS, id, rest, mid.hue);
    }
  }
  box(ITEM, 3, { weight: paths.reduce((sum, one) => sum + one.weight, 0) });
  return place([...boxes.values()], edges, width, narrow);
}

function place(boxes: Box[], edges: Edge[], width: number, narrow: boolean): Flow {
  const total = boxes.at(-1)?.weight || 1,
    [you, item, first, second] = narrow ? [30, 52, 18, 26] : [44, 72, 44, 60],
    scale = (item * 1.25 - INNER) / total;
  const room = width - you - item - first - 2 * second,
    widths = [you, room * 0.48, room * 0.52, item],
    lefts = [0, you + first, width - item - second - room * 0.52, width - item];
  const at = new Map(boxes.map((one) => [one.id, one])),
    column = (n: number) => boxes.filter((one) => one.column === n),
    gap = narrow ? GAP - 2 : GAP;
  // Friends stand last: their line runs below what you chose. Events stand near what they lead to, and the many small ones last.
  const mids = column(2).sort(
    (a, b) => Number(a.path === FRIENDS) - Number(b.path === FRIENDS) || b.weight - a.weight,
  );
  const middle = (one: Box): number => {
    const out = edges.filter((edge) => edge.from === one.id);
    return one.id === OTHERS
      ? Infinity
      : out.reduce(
          (sum, edge) => sum + edge.weight * mids.findIndex((mid) => mid.id === edge.to),
          0,
        ) / one.weight;
  };
  const events = column(1).sort((a, b) => middle(a) - middle(b));
  for (const one of boxes)
    one.height =
      one.column % 3 === 0
        ? item * 1.25
        : Math.max(LEAST + (one.column === 2 ? 14 : 0), one.weight * scale + INNER);
  const last = mids.at(-1),
    lane =
      last?.path === FRIENDS && events.length ? last.height / 2 + (last.weight * scale) / 2 : 0;
  const tall = (list: readonly Box[]) => list.reduce((sum, one) => sum + one.height + gap, -gap);
  const height = Math.max(tall(mids), tall(events) + (lane && lane + gap), item * 1.25);
  for (const [n, list] of [column(0), events, mids, column(3)].entries()) {
    let y =
      lane && n === 2 ? height - tall(list) : (height - tall(list) - (n === 1 ? lane : 0)) / 2;
    for (const one of list) {
      Object.assign(one, { x: lefts[n], y, width: widths[n] });
      y += one.height + gap;
    }
  }
  return { boxes, lines: lines(edges, at, scale), height };
}

/** Ribbons leave and reach a box one below the other, in the order of where they go, so that none hides another. */
function lines(edges: readonly Edge[], at: ReadonlyMap<string, Box>, scale: number): Line[] {
  const middle = (id: string) => {
      const { y, height } = defined(at.get(id));
      return y + height / 2;
    },
    thick = (one: Edge) => Math.max(1, one.weight * scale);
  const ends = new Map<Edge, [number, number]>(edges.map((one) => [one, [0, 0]]));
  for (const side of [0, 1] as const) {
    for (const id of at.keys()) {
      const mine = edges
        .filter((one) => (side ? one.to : one.from) === id)
        .sort((a, b) => middle(side ? a.from : a.to) - middle(side ? b.from : b.to));
      let y = middle(id) - mine.reduce((sum, one) => sum + thick(one), 0) / 2;
      for (const one of mine) {
        defined(ends.get(one))[side] = y;
        y += thick(one);
      }
    }
  }
  const start = Math.min(...[...at.values()].filter((one) => one.column === 1).map((one) => one.x));
  return edges.map((one) => {
    const from = defined(at.get(one.from)),
      to = defined(at.get(one.to)),
      [y1, y2] = defined(ends.get(one)),
      h = thick(one);
    // What passes a column by is level before it comes there.
    const x1 = from.x + from.width,
      x2 = to.column - from.column > 1 && start < to.x ? start : to.x,
      bend = (x1 + x2) / 2;
    return {
      ...one,
      d: `M${x1} ${y1} C${bend} ${y1} ${bend} ${y2} ${x2} ${y2} H${to.x} V${y2 + h} H${x2} C${bend} ${y2 + h} ${bend} ${y1 + h} ${x1} ${y1 + h} Z`,
    };
  });
}
