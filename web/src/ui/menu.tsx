import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";

export interface MenuItem {
  name: string;
  label: ComponentChildren;
  act: () => void;
}

/** A button that opens a few further ones beside it; Escape or a press elsewhere closes them. */
export function Menu({
  label,
  title,
  items,
}: {
  label: ComponentChildren;
  /** For screen readers: of what it is the menu. */ title: string;
  items: readonly MenuItem[];
}) {
  const id = useId(),
    box = useRef<HTMLDivElement>(null),
    button = useRef<HTMLButtonElement>(null);
  const place = (event: Event) => {
    if ((event as ToggleEvent).newState !== "open" || !box.current || !button.current) return;
    const at = button.current.getBoundingClientRect(),
      size = box.current.getBoundingClientRect();
    box.current.style.left = `${Math.max(16, Math.min(at.right - size.width, innerWidth - size.width - 16))}px`;
    box.current.style.top = `${at.bottom + size.height + 8 > innerHeight ? at.top - size.height - 4 : at.bottom + 4}px`;
    box.current.querySelector("button")?.focus();
  };
  return (
    <span class="menu">
      <button type="button" ref={button} class="button quiet" aria-label={title} popovertarget={id}>
        {label}
      </button>
      <div id={id} ref={box} popover="auto" class="menu-box" onToggle={place}>
        {items.map((item) => (
          <button
            key={item.name}
            type="button"
            class="button quiet"
            onClick={() => {
              box.current?.hidePopover();
              item.act();
            }}
          >
            {item.label}
          </button>
        ))}
      </div>
    </span>
  );
}
