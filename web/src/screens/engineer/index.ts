import { m } from "../../i18n/messages/engineer";
import type { Screen } from "../types";

export const engineer: readonly Screen[] = [
  {
    path: "/operations",
    area: "engineer",
    nav: () => m().operations,
    title: () => m().operations,
    load: () => import("./operations"),
  },
  {
    path: "/inspector",
    area: "engineer",
    nav: () => m().inspector,
    title: () => m().inspector,
    load: () => import("./inspector"),
  },
  {
    path: "/atlas",
    area: "engineer",
    nav: () => m().atlas,
    title: () => m().atlas,
    load: () => import("./atlas"),
  },
  {
    path: "/quality",
    area: "engineer",
    nav: () => m().quality,
    title: () => m().quality,
    load: () => import("./quality"),
  },
  {
    path: "/models",
    area: "engineer",
    nav: () => m().models,
    title: () => m().models,
    load: () => import("./models"),
  },
];
