import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { announce } from "./toast";
import { common } from "../i18n";

export interface ComboProps<T> {
  label: string;
  placeholder?: string;
  hint?: string;
  find: (text: string, signal: AbortSignal) => Promise<readonly T[]>;
  id: (one: T) => string;
  show: (one: T) => ComponentChildren;
  pick: (one: T) => void;
}

/** Type, and choose from what was found: arrow keys, Enter, Escape; the number found is said aloud. */
export function Combo<T>({ label, placeholder, hint, find, id, show, pick }: ComboProps<T>) {
  const base = useId(),
    [text, setText] = useState(""),
    [found, setFound] = useState<readonly T[] | null>(null),
    [at, setAt] = useState(-1);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (!text.trim()) {
      setFound(null);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const rows = await find(text.trim(), stop.signal);
        setFound(rows);
        setAt(rows.length ? 0 : -1);
        announce(rows.length ? common().matches({ n: rows.length }) : common().noMatch);
      } catch {
        if (!stop.signal.aborted) setFound([]);
      }
    }, 120);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  const choose = (one: T | undefined) => {
    if (!one) return;
    setText("");
    setFound(null);
    pick(one);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      setFound(null);
      return;
    }
    if (!found?.length) return;
    if (event.key === "ArrowDown") setAt((at + 1) % found.length);
    else if (event.key === "ArrowUp") setAt(at > 0 ? at - 1 : found.length - 1);
    else if (event.key === "Enter") choose(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div class="field">
      <label for={`${base}-input`}>{label}</label>
      <div class="combo">
        <input
          id={`${base}-input`}
          class="input"
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          placeholder={placeholder}
          value={text}
          aria-expanded={found !== null}
          aria-controls={`${base}-list`}
          aria-autocomplete="list"
          aria-describedby={hint ? `${base}-hint` : undefined}
          aria-activedescendant={found && at >= 0 ? `${base}-${at}` : undefined}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={press}
          onBlur={() => setTimeout(() => setFound(null), 150)}
        />
        <ul
          id={`${base}-list`}
          role="listbox"
          aria-label={label}
          ref={list}
          hidden={found === null}
        >
          {found?.map((one, n) => (
            <li
              key={id(one)}
              id={`${base}-${n}`}
              role="option"
              aria-selected={n === at}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(one);
              }}
            >
              {show(one)}
            </li>
          ))}
          {found?.length === 0 && (
            <li role="option" aria-selected="false" aria-disabled="true" class="muted">
              {common().noMatch}
            </li>
          )}
        </ul>
      </div>
      {hint && (
        <span class="hint" id={`${base}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}
