/** What a person just changed, and what it did: the list of before beside the list of now. */
import { useEffect, useRef } from "preact/hooks";
import type { Schema } from "../../api";
import { m } from "../../i18n/messages/person-feed";
import { Button } from "../../ui";
import { BeforeAfter, summary } from "./before-after";

/** focus: whether the keyboard goes on from it, because what was pressed is gone. */
export interface Change {
  said: string;
  made: Schema["WhatIfOut"];
  undo: () => Promise<void>;
  focus: boolean;
}

interface Props {
  change: Change;
  undo: () => void;
  keep: () => void;
}

export function Changed({ change, undo, keep }: Props) {
  const words = m(),
    panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (change.focus) panel.current?.focus();
  }, [change]);
  return (
    <section class="changed" ref={panel} tabIndex={-1} aria-labelledby="changed">
      <div class="row spread">
        <h2 id="changed" class="h3">
          {change.said}
        </h2>
        <span class="row">
          <Button kind="primary" onClick={undo}>
            {change.focus ? words.takeBackUndo : words.changed.undo}
          </Button>
          <Button kind="quiet" onClick={keep}>
            {words.changed.keep}
          </Button>
        </span>
      </div>
      <p class="small">{summary(change.made)}</p>
      <BeforeAfter names={[words.changed.before, words.changed.now]} of={change.made} />
    </section>
  );
}
