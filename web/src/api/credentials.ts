/** The key of whoever is signed in. It stays in this tab: never in the address, never on the disk beyond the session. */
import { signal } from "@preact/signals";

const KEPT = "whyrec.key";

/** Sent with every request; "" where nobody is signed in. */
export const key = signal(sessionStorage.getItem(KEPT) ?? "");

/** Said on the sign-in screen: why one is there. */
export const farewell = signal("");

/** Keep the key while this tab is open: the service knows it. */
export function keepKey(): void {
  sessionStorage.setItem(KEPT, key.value);
  farewell.value = "";
}

/** Drop the key; the session ends with it. */
export function signOut(why = ""): void {
  sessionStorage.removeItem(KEPT);
  key.value = "";
  farewell.value = why;
}
