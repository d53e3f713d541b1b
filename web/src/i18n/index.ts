/** The language, numbers, dates and titles of the page. Its words are in src/whyrec/messages: `m().title` of a module in ./messages changes
 * with the language. */
import { signal } from "@preact/signals";
import { lang } from "./lang";

export { lang, setLang, type Lang } from "./lang";
export { m as common } from "./messages/common";

type Camel<S extends string> = S extends `${infer A}${"-" | "_" | " "}${infer B}`
  ? `${A}${Capitalize<Camel<B>>}`
  : S;

/** The words for a name that the service sends, like not_interested: their key is notInterested. Undefined for a name without words. */
export const byName = <W extends object, N extends string>(words: W, name: N) =>
  words[
    name.replace(/[-_ ](\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof W
  ] as Camel<N> extends keyof W ? W[Camel<N>] : W[keyof W] | undefined;

const locale = () => (lang.value === "zh" ? "zh-Hans-CN" : "en-GB");
const held = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const name = locale() + JSON.stringify(options);
  if (!held.has(name)) held.set(name, new Intl.NumberFormat(locale(), options));
  return held.get(name) as Intl.NumberFormat;
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = locale() + JSON.stringify(options);
  if (!held.has(name)) held.set(name, new Intl.DateTimeFormat(locale(), options));
  return held.get(name) as Intl.DateTimeFormat;
}

/** Numbers and dates in the language shown. Times are Unix seconds; days are those of UTC, as in the service's sentences. */
export const fmt = {
  number: (value: number, digits = 0) =>
    numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
  short: (value: number) => numbers({ maximumSignificantDigits: 3 }).format(value),
  signed: (value: number, digits = 2) =>
    numbers({
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: "exceptZero",
    })
      .format(value)
      .replace("-", "−"),
  percent: (share: number, digits = 0) =>
    numbers({ style: "percent", maximumFractionDigits: digits }).format(share),
  bytes: (value: number) =>
    value < 1024
      ? numbers({ style: "unit", unit: "byte" }).format(value)
      : value < 1024 ** 2
        ? numbers({ style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(
            value / 1024,
          )
        : numbers({ style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(
            value / 1024 ** 2,
          ),
  day: (time: number) => dates({ dateStyle: "long", timeZone: "UTC" }).format(time * 1000),
  month: (time: number) =>
    dates({ year: "numeric", month: "short", timeZone: "UTC" }).format(time * 1000),
  moment: (time: number) => dates({ dateStyle: "medium", timeStyle: "short" }).format(time * 1000),
};

/** What the items are and what people do with them, as the service says: keys like film and watched. Set when somebody signs in. */
export const about = signal({ domain: "other", verb: "" });
const WORKS = ["film", "book", "music", "game"],
  WORK_VERBS = ["watched", "read", "played"];
const isWork = ({ domain, verb }: { domain: string; verb: string }) =>
  WORKS.includes(domain) || (domain === "other" && WORK_VERBS.includes(verb));

/** The quotes around a title: in Chinese only works stand in 《》; goods, artists and people stand in “”. */
export const quotes = (): readonly [string, string] =>
  lang.value === "zh" && isWork(about.value) ? ["《", "》"] : ["“", "”"];

const LONGEST = 90; // characters of a title within a sentence

/** A title in its quotes, for sentences: cut where it is very long, and held back from turning the direction of the text around it. */
export function quoted(title: string): string {
  const letters = Array.from(title),
    [open, close] = quotes();
  return `${open}\u2068${letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")}…` : title}\u2069${close}`;
}
