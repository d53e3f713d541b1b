/** The value, which the code around knows to be there: an index within bounds, a key that was just set. Throws where it is not. */
export function defined<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("A value is missing.");
  return value;
}
