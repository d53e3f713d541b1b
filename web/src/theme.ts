/** Light and dark: as the device, or as chosen. */
import { computed, effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";
const KEPT = "whyrec.theme";
const device = matchMedia("(prefers-color-scheme: dark)");
const deviceDark = signal(device.matches);
device.addEventListener("change", (event) => (deviceDark.value = event.matches));

const kept = localStorage.getItem(KEPT);
export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "auto");
export const dark = computed(() =>
  theme.value === "auto" ? deviceDark.value : theme.value === "dark",
);

effect(() => {
  document.documentElement.dataset.theme = dark.value ? "dark" : "light";
});

export function setTheme(next: Theme): void {
  if (next === "auto") localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, next);
  theme.value = next;
}
