/** Words in English and Chinese. A dictionary is one English object and one Chinese of the same shape: a missing key is a type error. */
import { effect, signal } from "@preact/signals";

export type Lang = "en" | "zh";
type Shape<T> = {
  [K in keyof T]: T[K] extends (...given: infer A) => string
    ? (...given: A) => string
    : T[K] extends string
      ? string
      : Shape<T[K]>;
};

const KEPT = "whyrec.lang";

function first(): Lang {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "zh") return kept;
  for (const name of navigator.languages) {
    if (name.toLowerCase().startsWith("zh")) return "zh";
    if (name.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

export const lang = signal<Lang>(first());

effect(() => {
  document.documentElement.lang = lang.value === "zh" ? "zh-Hans" : "en";
});

export function setLang(next: Lang): void {
  localStorage.setItem(KEPT, next);
  lang.value = next;
}

/** `const m = dictionary({title: "Items"}, {title: "项目"})`; read in a component with `m().title`, so that it changes with the language. */
export function dictionary<T>(en: T, zh: Shape<T>): () => Shape<T> {
  return () => (lang.value === "zh" ? zh : (en as Shape<T>));
}

/** Words by a name that the service sends: any name can be looked up in them. */
export const byName = (words: Record<string, string>) => words;

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

/** A title in its quotes, “Alien” or 《异形》, for sentences: cut where it is very long, and held back from turning the direction of
 * the text around it. */
export function quoted(title: string): string {
  const letters = Array.from(title),
    [open, close] = quotes();
  return `${open}\u2068${letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")}…` : title}\u2069${close}`;
}

export const common = dictionary(
  {
    name: "whyrec",
    skip: "Skip to the content",
    nav: "Screens",
    language: "中文",
    languageLabel: "切换到中文",
    theme: { label: "Colours", light: "Light", dark: "Dark", auto: "As the device" },
    signOut: "Sign out",
    loading: "Loading…",
    retry: "Try again",
    undo: "Undo",
    undone: "Undone.",
    close: "Close",
    cancel: "Cancel",
    dismiss: "Dismiss",
    back: "Back",
    more: "Show more",
    help: "What is this?",
    table: "The same as a table",
    how: "How this was computed",
    model: "Model",
    n: "n",
    interval: "Interval",
    time: "Time",
    noMatch: "Nothing found.",
    matches: (n: number) => `${n} found.`,
    notFound: {
      title: "There is no such screen",
      text: "The address may be mistyped, or it is not for this role.",
      home: "To the first screen",
    },
    error: {
      title: "That did not work",
      fix: "What to do",
      offline: "The service cannot be reached.",
      offlineFix: "Check that it runs, then try again.",
    },
    chartFailed: "The chart could not be loaded; the table holds the same data.",
    areas: { person: "Person", engineer: "Engineer", auditor: "Auditor" },
    demo: {
      mark: "Demo",
      marked: "Demo on this machine: simulated or sample people, and you may be any of them.",
      switch: "Switch identity",
      who: (name: string) => `You are ${name}`,
      title: "Who do you want to be?",
      text: "This demo runs on this machine only. Pick a person to see their list, or a role to look behind it.",
      people: "People",
      find: "Find a person",
      total: (shown: number, total: number) =>
        `${fmt.number(shown)} of ${fmt.number(total)} people. Type to find others.`,
      events: (n: number) => `${n} ${n === 1 ? "event" : "events"}`,
      roles: "Roles",
      engineer: "Engineer: runs the service and looks inside the models",
      auditor: "Auditor: checks what was promised",
      report: "The report of this demo",
    },
    signIn: {
      title: "Recommendations that can prove why",
      text: "Sign in with your key. It is kept in this tab only, until you close it.",
      key: "Key",
      hint: "It begins with wr_. Whoever runs the service gives it to you.",
      go: "Sign in",
      wrong: "The service does not know this key.",
      empty: "Enter your key first.",
      noScreens: (role: string) => `A key of the role ${role} has no screens here.`,
      noScreensFix: "It works with the API. Sign in with another key to see the page.",
      expired: "The key is no longer valid. Sign in again.",
    },
  },
  {
    name: "whyrec",
    skip: "跳到正文",
    nav: "页面",
    language: "English",
    languageLabel: "EN: switch to English",
    theme: { label: "配色", light: "浅色", dark: "深色", auto: "跟随设备" },
    signOut: "退出",
    loading: "正在加载……",
    retry: "重试",
    undo: "撤销",
    undone: "已撤销。",
    close: "关闭",
    cancel: "取消",
    dismiss: "不再显示",
    back: "返回",
    more: "显示更多",
    help: "这是什么？",
    table: "以表格查看相同数据",
    how: "计算方式",
    model: "模型",
    n: "样本数",
    interval: "区间",
    time: "时间",
    noMatch: "没有找到。",
    matches: (n: number) => `找到 ${n} 项。`,
    notFound: {
      title: "没有这个页面",
      text: "地址可能有误，或当前角色无权查看。",
      home: "回到首页",
    },
    error: {
      title: "操作没有成功",
      fix: "解决办法",
      offline: "无法连接服务。",
      offlineFix: "请确认服务正在运行，然后重试。",
    },
    chartFailed: "图表未能加载；表格中有相同的数据。",
    areas: { person: "个人", engineer: "工程师", auditor: "审计员" },
    demo: {
      mark: "演示",
      marked: "本机演示：人物为模拟或示例数据，您可以选择任意身份。",
      switch: "切换身份",
      who: (name: string) => `当前身份：${name}`,
      title: "您想以谁的身份查看？",
      text: "此演示仅在本机运行。选择一个人查看其推荐列表，或选择一个角色了解背后的原理。",
      people: "人物",
      find: "查找人物",
      total: (shown: number, total: number) =>
        `显示 ${fmt.number(total)} 人中的 ${fmt.number(shown)} 人，输入文字可查找其他人。`,
      events: (n: number) => `${n} 条记录`,
      roles: "角色",
      engineer: "工程师：运行服务并查看模型内部",
      auditor: "审计员：核查承诺是否兑现",
      report: "本次演示的报告",
    },
    signIn: {
      title: "能够证明理由的推荐",
      text: "请用密钥登录。密钥只保存在当前标签页，关闭后即清除。",
      key: "密钥",
      hint: "密钥以 wr_ 开头，由服务的运营者提供。",
      go: "登录",
      wrong: "服务不认识此密钥。",
      empty: "请先输入密钥。",
      noScreens: (role: string) => `角色为 ${role} 的密钥没有可查看的页面。`,
      noScreensFix: "它可用于 API。如需查看页面，请换一个密钥登录。",
      expired: "密钥已失效，请重新登录。",
    },
  },
);
