/** Small pieces that the engineer's and the auditor's screens share. */
import type { ComponentChildren } from "preact";
import { troubleOf } from "../../api";
import { byName, dictionary, fmt } from "../../i18n";
import { Button, toast } from "../../ui";
import "./shared.css";
import type { Interval } from "./plots";

export const w = dictionary(
  {
    copy: "Copy link",
    copied: "The link was copied.",
    copyFailed: "The browser does not allow copying; the address bar holds the link.",
    json: "Download as JSON",
    print: "Print or save as PDF",
    version: "Version",
    serving: "serving",
    none: "none",
    interval: "95%, bootstrap over people",
    wilson: "95%, Wilson",
    item: "Item",
    score: "Score",
    semicolon: "; ",
    place: "Place",
    people: "People",
    share: "Share",
    slices: byName({
      history: "Length of history",
      popularity: "Popularity of the item chosen",
      tag: "Tag of the item chosen",
      script: "Script of the title",
      people: "People",
    }),
    groups: byName({
      cold: "cold (fewer than 5 events)",
      tail: "tail (lower half)",
      middle: "middle",
      head: "head (top tenth)",
      latin: "Latin",
      han: "Chinese",
      none: "none",
    }),
    events: (range: string) => `${range} events`,
  },
  {
    copy: "复制链接",
    copied: "链接已复制。",
    copyFailed: "浏览器不允许复制；地址栏中就是此链接。",
    json: "下载 JSON",
    print: "打印或存为 PDF",
    version: "版本",
    semicolon: "；",
    serving: "服务中",
    none: "无",
    interval: "95%，按人自助抽样",
    wilson: "95%，Wilson 法",
    item: "项目",
    score: "得分",
    place: "位次",
    people: "人数",
    share: "份额",
    slices: {
      history: "历史长度",
      popularity: "所选项目的热度",
      tag: "所选项目的标签",
      script: "标题的文字",
      people: "人群",
    },
    groups: {
      cold: "冷门（少于 5 次）",
      tail: "长尾（后一半）",
      middle: "中间",
      head: "热门（前十分之一）",
      latin: "拉丁文字",
      han: "中文",
      none: "无",
    },
    events: (range: string) => `${range} 条记录`,
  },
);

export const groupName = (slice: string, group: string) =>
  slice === "history"
    ? w().events(group.replace("-", "–"))
    : ((slice === "popularity" || slice === "script" ? w().groups[group] : undefined) ?? group);
export const sliceName = (slice: string) =>
  slice.startsWith("people: ")
    ? `${w().slices["people"]}: ${slice.slice(8)}`
    : (w().slices[slice] ?? slice);

/** "0.21 (0.18 – 0.24)" */
export const interval = (value: Interval | null | undefined, show: (value: number) => string) =>
  value?.mean == null
    ? "–"
    : value.low === null || value.high === null
      ? show(value.mean)
      : `${show(value.mean)} (${show(value.low)} – ${show(value.high)})`;

export const Stat = ({
  name,
  value,
  note,
  tone,
}: {
  name: string;
  value: string;
  note?: ComponentChildren;
  tone?: "bad" | "good";
}) => (
  <div class={`stat ${tone ?? ""}`}>
    <dt>{name}</dt>
    <dd>
      {value}
      {note && <span class="stat-note">{note}</span>}
    </dd>
  </div>
);
export const Stats = ({ children }: { children: ComponentChildren }) => (
  <dl class="stats">{children}</dl>
);

export function CopyLink() {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      toast(w().copied);
    } catch {
      toast(w().copyFailed); // not allowed, or no clipboard: browsers give one to safe addresses alone
    }
  };
  return (
    <Button small onClick={copy}>
      {w().copy}
    </Button>
  );
}

/** Save what is shown as a file. */
export function SaveJson({ name, data }: { name: string; data: unknown }) {
  const save = () => {
    try {
      const link = document.createElement("a"),
        address = URL.createObjectURL(
          new Blob([JSON.stringify(data, null, 1)], { type: "application/json" }),
        );
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    } catch (error) {
      toast(troubleOf(error).message);
    }
  };
  return (
    <Button small onClick={save}>
      {w().json}
    </Button>
  );
}

export const PrintButton = () => (
  <Button small class="no-print" onClick={() => print()}>
    {w().print}
  </Button>
);

/** A hash, short, whole in its title. */
export const Hash = ({ children, most = 12 }: { children: string; most?: number }) => (
  <code class="hash" title={children}>
    {children.slice(0, most)}
  </code>
);

export const Choice = ({
  label,
  value,
  options,
  change,
}: {
  label: string;
  value: string;
  options: readonly [string, string][];
  change: (value: string) => void;
}) => (
  <label class="choice">
    <span>{label}</span>
    <select class="input" value={value} onChange={(event) => change(event.currentTarget.value)}>
      {options.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

/** What a model cannot show, and how to get it. */
export const Missing = ({ why, fix, how }: { why: string; fix: string | null; how: string }) => (
  <div class="state">
    <p>{why}</p>
    {fix && (
      <p class="small">
        <b>{how}</b> {fix}
      </p>
    )}
  </div>
);

export const seconds = (value: number) =>
  value < 120
    ? `${fmt.number(value)} s`
    : value < 7200
      ? `${fmt.number(value / 60)} min`
      : value < 172_800
        ? `${fmt.number(value / 3600, 1)} h`
        : `${fmt.number(value / 86_400, 1)} d`;
export const ms = (value: number | null) =>
  value === null ? "–" : `${value < 10 ? fmt.number(value, 1) : fmt.number(value)} ms`;
