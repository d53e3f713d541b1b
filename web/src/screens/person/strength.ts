/** Numbers in words, by the steps of the service's own sentences: how much of the score a part is. */
import { m } from "../../i18n/messages/person-reason";

const STEPS = [
  [0.995, "all"],
  [0.9, "nearly"],
  [0.51, "more"],
  [0.25, "fair"],
  [0.05, "small"],
  [0, "tiny"],
] as const;
const step = (share: number) => STEPS.find(([least]) => share >= least)?.[1] ?? "tiny";

/** How much of the score a share from 0 to 1 is, as the text says it. */
export function partOf(share: number): string {
  const name = step(Math.max(0, share));
  return m().strength.share[name === "tiny" ? "small" : name];
}

/** The word beside a part's number. whole: the score, or the sizes of all parts where it is not above 0. */
export function strength(value: number, whole: number): string {
  if (whole <= 0 || value === 0) return "";
  const words = m().strength,
    name = step(Math.abs(value) / whole);
  return value < 0 ? words.against[name] : words.for[name];
}
