import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

const SETTLES = 350; // ms without a further move

interface Props {
  label: string;
  /** What it does, in a sentence. */ hint: ComponentChildren;
  value: number;
  max: number;
  step: number;
  /** A value in words. */ say: (value: number) => string;
  change: (value: number) => void;
}

/** A value chosen by sliding: said in words while it moves, handed over when it rests. */
export function Slider({ label, hint, value, max, step, say, change }: Props) {
  const id = useId(),
    [here, move] = useState(value),
    timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => move(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const slide = (to: number) => {
    move(to);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change(to), SETTLES);
  };
  return (
    <div class="slider">
      <div class="row spread">
        <label for={id}>{label}</label>
        <output for={id}>{say(here)}</output>
      </div>
      <input
        id={id}
        type="range"
        min={0}
        max={max}
        step={step}
        value={here}
        aria-valuetext={say(here)}
        aria-describedby={`${id}-hint`}
        style={{ "--share": `${(here / max) * 100}%` }}
        onInput={(event) => slide(Number(event.currentTarget.value))}
      />
      <div id={`${id}-hint`} class="small muted">
        {hint}
      </div>
    </div>
  );
}
