import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { common } from "../i18n";
import { Button } from "./basic";

/** A modal dialog: the browser's own, so that focus stays in it, Escape closes it and focus goes back. Render it only while open. */
export function Dialog({
  title,
  close,
  children,
  footer,
}: {
  title: ComponentChildren;
  close: () => void;
  children: ComponentChildren;
  footer?: ComponentChildren;
}) {
  const box = useRef<HTMLDialogElement>(null),
    id = useId();
  useLayoutEffect(() => {
    const dialog = box.current,
      before = document.activeElement as HTMLElement | null;
    dialog?.showModal();
    return () => {
      dialog?.close(); // first: what is behind a modal dialog takes no focus
      if (before?.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClose={close}
      onClick={(event) => event.target === box.current && close()}
    >
      <div class="dialog-in">
        <header>
          <h2 id={id}>{title}</h2>
          <Button kind="quiet" icon aria-label={common().close} onClick={close}>
            ×
          </Button>
        </header>
        {children}
        {footer && <footer>{footer}</footer>}
      </div>
    </dialog>
  );
}
