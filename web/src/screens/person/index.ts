import type { Screen } from "..";
import { m } from "./words";

export const person: readonly Screen[] = [
  { path: "/feed", area: "person", nav: () => m().feed.nav, title: () => m().feed.title, load: () => import("./feed") },
];
