/** Small pieces that the engineer's and the auditor's screens share. */
import type { ComponentChildren } from "preact";
import { troubleOf } from "../../api";
import { byName, fmt } from "../../i18n";
import { m as w } from "../../i18n/messages/shared";
import { Button, toast } from "../../ui";
import "./shared.css";
import type { Interval } from "./plots";

export const groupName = (slice: string, group: string) =>
  slice === "history"
    ? w().events({ range: group.replace("-", "–") })
    : ((slice === "popularity" || slice === "script" ? byName(w().groups, group) : undefined) ??
      group);
export const sliceName = (slice: string) =>
  slice.startsWith("people: ")
    ? `${w().slices.people}: ${slice.slice(8)}`
    : (byName(w().slices, slice) ?? slice);

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
