/** What takes minutes: shown with its time, started by a button, followed while it runs. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { api, ask, troubleOf, type Schema } from "../../api";
import { useData, type Loaded } from "../../api/useData";
import { defined } from "../../defined";
import { fmt } from "../../i18n";
import { m } from "../../i18n/messages/shared-finding";
import { may } from "../../session";
import { Button, toast } from "../../ui";

export type Kind = Schema["FindingOut"]["kind"];
export type Finding = Schema["FindingOut"];

/** A finding of a version; asked for again every second and a half while it is being measured. */
export function useFinding(version: string, kind: Kind): Loaded<Finding> {
  const loaded = useData(
    (signal) =>
      ask(
        api.GET("/v1/findings/{version}/{kind}", { params: { path: { version, kind } }, signal }),
      ),
    [version, kind],
  );
  const state = loaded.data?.state;
  useEffect(() => {
    if (state !== "running") return;
    const timer = setInterval(() => void loaded.reload(), 1500);
    return () => clearInterval(timer);
  }, [state, version, kind]);
  return loaded;
}

/** Start a measurement; gives the finding as it then stands. */
export const measure = (version: string, kind: Kind) =>
  ask(api.POST("/v1/findings/{version}/{kind}", { params: { path: { version, kind } } }));

interface StartProps {
  of: Loaded<Finding>;
  label?: string;
  /** Said where there is none yet. */ missing?: string;
  children?: ComponentChildren;
}
/** The state of a finding in a line, with the button that measures it. */
export function Measuring({ of, label, missing, children }: StartProps) {
  const found = of.data;
  if (!found) return null;
  const start = () =>
    measure(found.model, found.kind).then(
      (next) => {
        of.set(next);
        toast(m().begun);
      },
      (error: unknown) => toast(troubleOf(error).message),
    );
  const running = found.state === "running";
  return (
    <div class={`note stack measuring ${found.state === "failed" ? "bad" : ""}`} role="status">
      {children}
      <p class="small">
        {found.state === "missing" && (missing ?? m().missing)}
        {running &&
          (found.progress === null || found.progress < 0.005
            ? m().waiting
            : m().running({ done: fmt.percent(found.progress) }))}
        {found.state === "done" &&
          m().took({
            when: fmt.moment(defined(found.time)),
            seconds: fmt.number(defined(found.seconds), 1),
          })}
        {found.state === "failed" && (
          <>
            <b>{m().failed}</b> {found.error}
          </>
        )}
      </p>
      {running && <progress max={1} value={found.progress ?? 0} aria-label={m().waiting} />}
      {may("measure") ? (
        <div>
          <Button small disabled={running} onClick={start}>
            {label ?? (found.state === "missing" ? m().measure : m().again)}
          </Button>
        </div>
      ) : (
        <p class="small muted">{m().nobody}</p>
      )}
    </div>
  );
}

/** The kind of a result is known by whoever asks for it; its shape is described here once. */
export interface Interval {
  mean: number | null;
  low: number | null;
  high: number | null;
}
export interface SliceRow {
  slice: string;
  group: string;
  people: number;
  "ndcg@10": Interval;
  "hr@10": Interval;
}
export interface Exposure {
  group: string;
  items: number;
  share_of_items: number;
  share_of_choices: Interval;
  share_of_places: Interval;
}
export interface Quality {
  protocol: string;
  notes: string;
  people: number;
  events: number;
  candidates: number;
  fewest: number;
  left_out: number;
  overall: Record<string, Interval>;
  slices: SliceRow[];
  exposure: Exposure[];
}
export interface CurvePoint {
  by: "reasons" | "random" | "latest";
  left_out: number;
  drop: Interval;
  still_first: Interval;
}
export interface Faithfulness {
  people: number;
  longest: number;
  additive: boolean;
  curves: CurvePoint[];
  one_event: Record<string, { drop: Interval; first_lost: Interval }>;
  sum_error: number | null;
  sums: number;
  removal_error: number | null;
  methods?: { method: string; serves: boolean; failed: string[] | null }[];
}
export interface Speed {
  people: number;
  items: number;
  ms: { p50: number; p99: number };
}
/** What was measured, null until it is done; its form goes by the kind, which the caller knows. */
export const result = (finding: Finding | undefined): unknown =>
  finding?.state === "done" ? finding.result : null;
