import type { Lang } from "../i18n";
import { sentences } from "../i18n/sentences";

/** Why, in the service's own words: its first sentence plainly, what follows smaller. Nothing is rewritten or left out. */
export function Told({
  text,
  lang,
}: {
  text: string;
  /** Where it is not the page's language. */ lang?: Lang | undefined;
}) {
  const [first = "", ...more] = sentences(text);
  return (
    <span class="told" {...(lang ? { lang: lang === "zh" ? "zh-Hans" : "en" } : {})}>
      <span class="told-first">{first}</span>
      {more.length > 0 && <span class="told-more">{more.join("")}</span>}
    </span>
  );
}
