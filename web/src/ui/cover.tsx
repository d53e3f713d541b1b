import { defined } from "../defined";
import { memo } from "./memo";

/** Where there is no picture: a cover from the title alone, always the same for the same title. Decoration, silent for screen readers. */
function hash(text: string): number {
  let h = 2166136261;
  for (const c of text) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 16777619) >>> 0;
  h ^= h >>> 15;
  h = Math.imul(h, 2246822519) >>> 0;
  return (h ^ (h >>> 13)) >>> 0;
}

const SMALL = new Set([
  "a",
  "an",
  "the",
  "of",
  "and",
  "in",
  "on",
  "to",
  "for",
  "la",
  "le",
  "el",
  "der",
  "die",
  "das",
]);

/** At most two letters that stand for the title: first letters of its words, or its first Chinese character. */
export function initials(title: string): string {
  const words = title.normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? [];
  const first = words[0];
  if (!first) return "·";
  if (/^\p{Script=Han}/u.test(first)) return Array.from(first).slice(0, 1).join("");
  const telling = words.filter((word) => !SMALL.has(word.toLowerCase()));
  return (telling.length ? telling : words)
    .slice(0, 2)
    .map((word) => Array.from(word)[0]?.toUpperCase())
    .join("");
}

const PALETTE = [
  ["#31456e", "#6d8bc9"],
  ["#5b3a5e", "#b17fae"],
  ["#25544f", "#6fb0a3"],
  ["#6a3d2b", "#cf8f6a"],
  ["#4d4a1f", "#aaa259"],
  ["#3e3a6b", "#938bd0"],
  ["#1f5068", "#6cb3cf"],
  ["#6b2f45", "#cf7d97"],
] as const;

export const Cover = memo(function Cover({ title, size = 56 }: { title: string; size?: number }) {
  const h = hash(title),
    [deep, light] = defined(PALETTE[h % PALETTE.length]);
  const shape = (h >>> 4) % 4,
    x = 18 + ((h >>> 6) % 40),
    y = 20 + ((h >>> 12) % 50),
    r = 22 + ((h >>> 18) % 22);
  return (
    <svg
      class="cover"
      width={size}
      height={size * 1.25}
      viewBox="0 0 80 100"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="80" height="100" fill={deep} />
      {shape === 0 && <circle cx={x} cy={y} r={r} fill={light} opacity="0.55" />}
      {shape === 1 && <path d={`M0 ${y} L80 ${y - 24} V100 H0 Z`} fill={light} opacity="0.45" />}
      {shape === 2 && (
        <path d={`M${x} 0 a ${r} ${r} 0 0 0 ${r} ${r} h 80 V0 Z`} fill={light} opacity="0.5" />
      )}
      {shape === 3 && (
        <g fill="none" stroke={light} stroke-width="7" opacity="0.5">
          <circle cx={x} cy={y} r={r} />
          <circle cx={x} cy={y} r={r + 18} />
        </g>
      )}
      <text x="9" y="89" fill="#ffffff" font-size="27" font-weight="650" letter-spacing="-0.5">
        {initials(title)}
      </text>
    </svg>
  );
});
