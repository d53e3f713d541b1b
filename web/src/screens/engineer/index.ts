import type { Screen } from "..";

export const engineer: readonly Screen[] = [];
