/** Every screen of the page, by part. A part adds its own in its folder; the navigation shows those that the key may see. */
import type { ComponentType } from "preact";
import type { Area } from "../session";
import { auditor } from "./auditor";
import { engineer } from "./engineer";
import { person } from "./person";

export interface ScreenProps {
  params: Record<string, string>;
}
export interface Screen {
  /** Like "/why/:item". The first screen of a part is where its role starts. */
  path: string;
  area: Area;
  /** Its name in the navigation; left out for screens that one comes to from another. */
  nav?: () => string;
  /** The screen above it in the navigation, marked as current instead. */
  under?: string;
  /** For the window's title. */
  title: () => string;
  load: () => Promise<{ default: ComponentType<ScreenProps> }>;
}

export const screens: readonly Screen[] = [...person, ...engineer, ...auditor];
