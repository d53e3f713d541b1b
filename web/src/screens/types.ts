/** What a screen is, for the parts that list theirs. */
import type { ComponentType } from "preact";
import type { Area } from "../session";

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
