import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { common, fmt, lang } from "../i18n";
import { DataTable, type Column } from "./table";

/** What every chart says of itself: which model, from how many, how sure, when, and how. */
export interface About {
  how: string;
  model?: string;
  n?: number | string;
  interval?: string;
  time?: string;
}

export interface FigureProps<R> {
  title: ComponentChildren;
  /** One sentence: what to see in it. */
  takeaway: ComponentChildren;
  about: About;
  /** The same data as a table, folded away below. Left out where the figure is itself a table. */
  table?: { caption: string; rows: readonly R[]; columns: readonly Column<R>[] };
  children: ComponentChildren;
}

/** The frame of every chart: title, takeaway, picture, the same data as a table, and how it was computed. */
export function Figure<R>({ title, takeaway, about, table, children }: FigureProps<R>) {
  const id = useId();
  const facts: [string, string | number | undefined][] = [
    [common().model, about.model],
    [common().n, about.n],
    [common().interval, about.interval],
    [common().time, about.time],
  ];
  return (
    <figure class="figure" aria-labelledby={id}>
      <div class="stack">
        <h3 id={id}>{title}</h3>
      </div>
      <p class="takeaway">{takeaway}</p>
      {children}
      {table && (
        <details class="figure-table">
          <summary>{common().table}</summary>
          <DataTable {...table} />
        </details>
      )}
      <figcaption class="about">
        <span>
          {common().how}
          {lang.value === "zh" ? "：" : ": "}
          {about.how}
        </span>
        {facts.map(
          ([name, value]) =>
            value !== undefined &&
            value !== "" && (
              <span key={name}>
                {name} <span class="num">{value}</span>
              </span>
            ),
        )}
      </figcaption>
    </figure>
  );
}

export interface SignedRow {
  id: string;
  what: ComponentChildren;
  value: number;
  /** Says in a word how much that is. */ word?: string | undefined;
  /** "rest": grey, no reason of its own. */ kind?: "reason" | "rest";
  total?: boolean;
  /** A number without a bar: it would dwarf the others. */ plain?: boolean;
  gone?: boolean;
  act?: ComponentChildren;
}

/** Bars to the right of a line for what speaks for it, to the left for what speaks against: a table at the same time. */
export function SignedBars({
  rows,
  caption,
  digits = 2,
  columns,
}: {
  rows: readonly SignedRow[];
  caption: string;
  digits?: number;
  columns: readonly [string, string, string];
}) {
  const drawn = rows.filter((row) => !row.plain).map((row) => row.value),
    most = Math.max(1e-12, ...drawn),
    least = Math.min(0, ...drawn);
  const width = Math.max(most, 0) - least,
    zero = (-least / width) * 100;
  return (
    <table class={`signed ${rows.some((row) => row.act) ? "acts" : ""}`}>
      <caption class="vh">{caption}</caption>
      <thead class="vh">
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          {rows.some((row) => row.act) && <th />}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} class={`${row.total ? "total" : ""} ${row.gone ? "gone" : ""}`}>
            <th scope="row" class="what">
              {row.what}
            </th>
            <td class="bars">
              {!row.plain && (
                <div class="bar" aria-hidden="true" style={{ backgroundPosition: `${zero}% 0` }}>
                  <i
                    class={row.kind === "rest" ? "rest" : row.value < 0 ? "minus" : "plus"}
                    style={{
                      left: `${row.value < 0 ? zero + (row.value / width) * 100 : zero}%`,
                      width: `${(Math.abs(row.value) / width) * 100}%`,
                    }}
                  />
                </div>
              )}
            </td>
            <td class="value">
              {fmt.signed(row.value, digits)}
              {row.word && <span class="word">{row.word}</span>}
            </td>
            {rows.some((other) => other.act) && <td class="act">{row.act}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
