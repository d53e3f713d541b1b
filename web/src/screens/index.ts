/** Every screen of the page, by part. A part adds its own in its folder; the navigation shows those that the key may see. */
import { auditor } from "./auditor";
import { engineer } from "./engineer";
import { person } from "./person";
import type { Screen } from "./types";

export const screens: readonly Screen[] = [...person, ...engineer, ...auditor];
