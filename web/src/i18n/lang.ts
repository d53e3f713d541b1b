/** The language shown, and what its numbers ask of words. */
import { effect, signal } from "@preact/signals";

export type Lang = "en" | "zh";

const KEPT = "whyrec.lang";

function first(): Lang {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "zh") return kept;
  for (const name of navigator.languages) {
    if (name.toLowerCase().startsWith("zh")) return "zh";
    if (name.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

export const lang = signal<Lang>(first());

effect(() => {
  document.documentElement.lang = lang.value === "zh" ? "zh-Hans" : "en";
});

export function setLang(next: Lang): void {
  localStorage.setItem(KEPT, next);
  lang.value = next;
}

const rules = { en: new Intl.PluralRules("en"), zh: new Intl.PluralRules("zh") };

/** The plural category of a number: in English one or other. */
export const plural = (n: number): Intl.LDMLPluralRule => rules[lang.value].select(n);
