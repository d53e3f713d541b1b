import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { troubleOf } from "../api";
import { common } from "../i18n";

interface Toast {
  id: number;
  text: string;
  undo?: (() => void | Promise<void>) | undefined;
}
const shown = signal<Toast[]>([]);
const spoken = signal("");
let count = 0;
const STAYS = 12_000;

/** Say what was done; with `undo` it can be taken back from there. */
export function toast(text: string, undo?: () => void | Promise<void>): void {
  shown.value = [...shown.value.slice(-2), { id: ++count, text, undo }];
}

/** Say something to screen readers alone: a list changed, a screen opened. */
export function announce(text: string): void {
  spoken.value = spoken.value === text ? `${text}\u00a0` : text;
}

const dismiss = (id: number) => (shown.value = shown.value.filter((one) => one.id !== id));

function One({ one }: { one: Toast }) {
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(one.id), STAYS);
    return () => clearTimeout(timer);
  }, [held]);
  const back = async () => {
    dismiss(one.id);
    try {
      await one.undo?.();
      announce(common().undone);
    } catch (error) {
      toast(troubleOf(error).message);
    }
  };
  return (
    <div
      class="toast"
      onMouseEnter={() => hold(true)}
      onMouseLeave={() => hold(false)}
      onFocusIn={() => hold(true)}
      onFocusOut={() => hold(false)}
    >
      <span class="words">{one.text}</span>
      <span class="row">
        {one.undo && (
          <button type="button" class="button" onClick={back}>
            {common().undo}
          </button>
        )}
        <button
          type="button"
          class="button icon"
          aria-label={common().dismiss}
          onClick={() => dismiss(one.id)}
        >
          ×
        </button>
      </span>
    </div>
  );
}

export const Toasts = () => (
  <>
    <div class="vh" aria-live="polite">
      {spoken.value}
    </div>
    <div class="toasts" role="status">
      {shown.value.map((one) => (
        <One key={one.id} one={one} />
      ))}
    </div>
  </>
);
