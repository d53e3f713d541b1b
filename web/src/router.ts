/** Where we are: the address is the state, so a screen can be sent on, reloaded and gone back from. */
import { computed, signal } from "@preact/signals";

export const url = signal(new URL(location.href));
export const path = computed(() => url.value.pathname);

addEventListener("popstate", () => (url.value = new URL(location.href)));

/** Open an address of the page. replace: the step before is not kept in the browser's history. */
export function go(to: string, { replace = false } = {}): void {
  const next = new URL(to, location.href);
  if (next.href === url.value.href) return;
  history[replace ? "replaceState" : "pushState"](null, "", next);
  url.value = next;
}

/** A value of the query, "" where there is none. Reading it in a component follows its changes. */
export const query = (name: string): string => url.value.searchParams.get(name) ?? "";

/** A list in one value of the query, each part encoded, so that any label may be in it. */
export const queryList = (name: string): string[] =>
  query(name).split(",").filter(Boolean).map(decodeURIComponent);
export const asList = (values: readonly string[]): string =>
  values.map(encodeURIComponent).join(",");

/** Change values of the query; "" or null takes one out. */
export function setQuery(changes: Record<string, string | null>, { replace = true } = {}): void {
  const next = new URL(url.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.searchParams.set(name, value);
    else next.searchParams.delete(name);
  }
  go(next.href, { replace });
}

/** The parameters of a path like "/why/:item", or null where it does not match. */
export function match(pattern: string, at: string): Record<string, string> | null {
  const wanted = pattern.split("/"),
    given = at.replace(/\/$/, "").split("/");
  if (at !== "/" && wanted.length !== given.length) return null;
  if (at === "/") return pattern === "/" ? {} : null;
  const found: Record<string, string> = {};
  for (const [n, part] of wanted.entries()) {
    const value = given[n] ?? "";
    if (part.startsWith(":")) {
      try {
        found[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return null;
      }
    } else if (part !== value) return null;
  }
  return found;
}

// Links of the page are followed without loading it anew; other keys, other windows and the service's own paths are the browser's.
document.addEventListener("click", (event) => {
  if (
    event.defaultPrevented ||
    event.button ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  const link = (event.target as Element | null)?.closest("a");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin)
    return;
  if (link.pathname.startsWith("/v1/") || link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  go(link.href);
});
