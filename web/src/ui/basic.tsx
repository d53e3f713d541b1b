import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { common } from "../i18n";

/** A title as it is: another direction of writing in it does not turn the line around it. */
export const Title = ({ children }: { children: string }) => <bdi>{children}</bdi>;

type Tone = "plain" | "accent" | "good" | "bad" | "warn";
export const Badge = ({
  tone = "plain",
  children,
}: {
  tone?: Tone;
  children: ComponentChildren;
}) => <span class={`badge ${tone}`}>{children}</span>;

type ButtonProps = Omit<ButtonHTMLAttributes, "class" | "icon"> & {
  class?: string;
  kind?: "plain" | "primary" | "quiet" | "danger" | "danger primary";
  small?: boolean;
  icon?: boolean;
};
/** icon: only a sign inside; then give it an aria-label. */
export const Button = ({ kind = "plain", small, icon, class: more, ...rest }: ButtonProps) => (
  <button
    type="button"
    class={`button ${kind} ${small ? "small" : ""} ${icon ? "icon" : ""} ${more ?? ""}`}
    {...rest}
  />
);

export const Switch = ({
  on,
  change,
  children,
}: {
  on: boolean;
  change: (on: boolean) => void;
  children: ComponentChildren;
}) => (
  <button type="button" role="switch" aria-checked={on} class="switch" onClick={() => change(!on)}>
    <span class="track" aria-hidden="true" />
    <span>{children}</span>
  </button>
);

/** Top of a screen: its name, what it is for, and what stands beside. */
export const Head = ({
  title,
  lead,
  children,
}: {
  title: ComponentChildren;
  lead?: ComponentChildren;
  children?: ComponentChildren;
}) => (
  <header class="head">
    <h1 tabIndex={-1}>{title}</h1>
    {lead && <p class="lead">{lead}</p>}
    {children}
  </header>
);

/** A question mark that opens a short text; by keyboard too, and it closes with Escape. label: words that open it as well. */
export function Help({ label, children }: { label?: string; children: ComponentChildren }) {
  const id = useId(),
    box = useRef<HTMLDivElement>(null),
    button = useRef<HTMLButtonElement>(null);
  const place = (event: Event) => {
    if ((event as ToggleEvent).newState !== "open" || !box.current || !button.current) return;
    const at = button.current.getBoundingClientRect(),
      size = box.current.getBoundingClientRect();
    box.current.style.left = `${Math.max(16, Math.min(at.left, innerWidth - size.width - 16))}px`;
    box.current.style.top = `${at.bottom + size.height + 8 > innerHeight ? at.top - size.height - 8 : at.bottom + 8}px`;
  };
  return (
    <span class={`help ${label ? "labelled" : ""}`}>
      <button
        type="button"
        ref={button}
        class="button"
        {...(label ? {} : { "aria-label": common().help })}
        popovertarget={id}
      >
        {label && <span>{label}</span>}
        <span class="help-sign" aria-hidden="true">
          ?
        </span>
      </button>
      <div id={id} ref={box} popover="auto" class="help-text" onToggle={place}>
        {children}
      </div>
    </span>
  );
}
