import type { Screen } from "..";

export const auditor: readonly Screen[] = [];
