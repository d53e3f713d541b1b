import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

export interface Column<R> {
  name: string;
  show: (row: R) => ComponentChildren;
  /** Given, the column can be sorted by it. */
  by?: (row: R) => number | string;
  end?: boolean;
  /** Sentences, which need room; or a line that does not break. */
  fit?: "wide" | "line";
  /** The cell that names the row. */
  head?: boolean;
}

/** Rows under named columns; sorted at the press of a name. The caption says what the table is. */
export function DataTable<R>({
  rows,
  columns,
  caption,
  id,
  hideCaption,
}: {
  rows: readonly R[];
  columns: readonly Column<R>[];
  caption: string;
  id?: (row: R) => string;
  hideCaption?: boolean;
}) {
  const [sort, setSort] = useState<{ at: number; down: boolean } | null>(null);
  const by = sort ? columns[sort.at]?.by : undefined,
    way = sort?.down ? -1 : 1;
  const order = !by
    ? rows
    : [...rows].sort((a, b) => {
        const [x, y] = [by(a), by(b)];
        return (x < y ? -1 : x > y ? 1 : 0) * way;
      });
  const press = (at: number) =>
    setSort((now) =>
      now?.at === at ? (now.down ? { at, down: false } : null) : { at, down: true },
    );
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={caption}>
      <table class="table">
        <caption class={hideCaption ? "vh" : ""}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, at) => {
              const on = sort?.at === at ? (sort.down ? "descending" : "ascending") : "none";
              return (
                <th
                  key={column.name}
                  scope="col"
                  class={column.end ? "end" : ""}
                  {...(column.by ? { "aria-sort": on } : {})}
                >
                  {column.by ? (
                    <button type="button" class="sort" onClick={() => press(at)}>
                      {column.name}
                      <span aria-hidden="true">
                        {on === "none" ? " ↕" : on === "descending" ? " ↓" : " ↑"}
                      </span>
                    </button>
                  ) : (
                    column.name
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {order.map((row, n) => (
            <tr key={id ? id(row) : n}>
              {columns.map((column) =>
                column.head ? (
                  <th key={column.name} scope="row">
                    {column.show(row)}
                  </th>
                ) : (
                  <td key={column.name} class={`${column.end ? "end" : ""} ${column.fit ?? ""}`}>
                    {column.show(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
