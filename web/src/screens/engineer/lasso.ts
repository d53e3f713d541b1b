/** A drawn-round part of the map, and how it stands in the address. */
import { defined } from "../../defined";

export type Point = [number, number];

const MOST = 40;

/** Corners to two or three digits, at most forty, as "x,y;x,y". */
export function writePolygon(points: readonly Point[]): string {
  const step = Math.max(1, points.length / MOST);
  const kept = Array.from({ length: Math.min(MOST, points.length) }, (_, n) =>
    defined(points[Math.floor(n * step)]),
  );
  return kept.map(([x, y]) => `${x.toFixed(3)},${y.toFixed(3)}`).join(";");
}

const isPoint = (corner: number[]): corner is Point =>
  corner.length === 2 && corner.every(Number.isFinite);

export function readPolygon(text: string): Point[] {
  const corners = text.split(";").map((pair) => pair.split(",").map(Number));
  return corners.length > 2 && corners.every(isPoint) ? corners : [];
}

/** Whether a place lies inside: an odd number of edges to its right. */
export function inside(polygon: readonly Point[], x: number, y: number): boolean {
  let odd = false;
  for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at++) {
    const [ax, ay] = defined(polygon[at]),
      [bx, by] = defined(polygon[before]);
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}
