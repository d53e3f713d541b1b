import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { defined } from "../defined";
import { query, setQuery } from "../router";

export interface Tab {
  name: string;
  label: string;
  show: () => ComponentChildren;
}

/** Tabs whose choice stands in the address under `param`. Arrow keys, Home and End move between them. */
export function Tabs({
  tabs,
  param,
  label,
}: {
  tabs: readonly Tab[];
  param: string;
  label: string;
}) {
  const id = useId(),
    list = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    tabs.findIndex((tab) => tab.name === query(param)),
  );
  const open = (n: number) => setQuery({ [param]: n ? defined(tabs[n]).name : null });
  const press = (event: KeyboardEvent) => {
    const last = tabs.length - 1;
    const next = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at ? at - 1 : last,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    open(next);
    (list.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="stack">
      <div class="tablist" role="tablist" aria-label={label} ref={list} onKeyDown={press}>
        {tabs.map((tab, n) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            class="tab"
            id={`${id}-${tab.name}`}
            aria-controls={`${id}-panel`}
            aria-selected={n === at}
            tabIndex={n === at ? 0 : -1}
            onClick={() => open(n)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${defined(tabs[at]).name}`}>
        {defined(tabs[at]).show()}
      </div>
    </div>
  );
}
