/** A word beside each number: how much of all that moved the score this part is. */
import { m } from "./words";

const STEPS = [[0.4, "most"], [0.15, "much"], [0.05, "some"], [0, "little"]] as const;

/** value: a part of the score; size: the sizes of all parts above the starting point, added up. */
export function strength(value: number, size: number): string {
  if (size <= 0 || value === 0) return "";
  const share = Math.abs(value) / size, [, name] = STEPS.find(([least]) => share >= least)!;
  return m().strength[value < 0 ? "against" : "for"][name];
}
