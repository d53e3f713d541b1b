/** The sentences of a text of the service, none of them changed: joined they are the text again. A full stop within quotes ends none. */
import { defined } from "../defined";

const QUOTES: Record<string, string> = { "“": "”", "《": "》", "‘": "’", "「": "」" };
const CHINESE = "。！？";

export function sentences(text: string): string[] {
  const letters = Array.from(text),
    found: string[] = [];
  let start = 0,
    close = "";
  for (let at = 0; at < letters.length; at++) {
    const letter = defined(letters[at]);
    if (close) {
      if (letter === close && letters[at + 1] === close)
        at += 1; // the service doubles a closing quote that is part of a title
      else if (letter === close) close = "";
      continue;
    }
    close = QUOTES[letter] ?? "";
    const last = CHINESE.includes(letter) || (".!?".includes(letter) && letters[at + 1] === " ");
    if (!last) continue;
    while (letters[at + 1] === " ") at += 1;
    found.push(letters.slice(start, at + 1).join(""));
    start = at + 1;
  }
  if (start < letters.length) found.push(letters.slice(start).join(""));
  return found;
}
