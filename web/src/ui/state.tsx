import type { ComponentChildren } from "preact";
import type { Trouble } from "../api";
import type { Loaded } from "../api/useData";
import { common } from "../i18n";
import { Button } from "./basic";

/** Nothing to show, and what to do about it. top: it is the whole screen, and its title the screen's. */
export const Empty = ({
  title,
  top,
  children,
}: {
  title: string;
  top?: boolean;
  children?: ComponentChildren;
}) => (
  <div class="state">
    {top ? <h1 tabIndex={-1}>{title}</h1> : <h2>{title}</h2>}
    {children}
  </div>
);

export const Skeleton = ({ rows = 4, block = false }: { rows?: number; block?: boolean }) => (
  <div role="status">
    <span class="vh">{common().loading}</span>
    {Array.from({ length: rows }, (_, n) => (
      <span key={n} class={`skeleton ${block ? "block" : "line"}`} />
    ))}
  </div>
);

/** An error as the service tells it: what was wrong and what to do. */
export const Failed = ({ trouble, retry }: { trouble: Trouble; retry?: () => void }) => (
  <div class="note bad stack" role="alert">
    <div>
      <b>{trouble.title}</b>
      <p>{trouble.message !== trouble.title ? trouble.message : null}</p>
    </div>
    {trouble.fix && (
      <p class="small">
        <b>{common().error.fix}:</b> {trouble.fix}
      </p>
    )}
    {retry && (
      <div>
        <Button small onClick={retry}>
          {common().retry}
        </Button>
      </div>
    )}
  </div>
);

/** What was loaded: a skeleton before, the error where there is one, and pale while newer data is on the way. */
export function Loadable<T>({
  of,
  skeleton,
  children,
}: {
  of: Loaded<T>;
  skeleton?: ComponentChildren;
  children: (data: T) => ComponentChildren;
}) {
  return (
    <>
      {of.trouble && <Failed trouble={of.trouble} retry={() => void of.reload()} />}
      {of.loading && (skeleton ?? <Skeleton />)}
      {of.data !== undefined && (
        <div class={of.stale ? "stale" : ""} aria-busy={of.stale}>
          {children(of.data)}
        </div>
      )}
    </>
  );
}
