import { m } from "../../i18n/messages/person";
import type { Screen } from "../types";

export const person: readonly Screen[] = [
  {
    path: "/feed",
    area: "person",
    nav: () => m().feed.nav,
    title: () => m().feed.title,
    load: () => import("./feed"),
  },
  {
    path: "/why/:item",
    area: "person",
    under: "/feed",
    title: () => m().why.title,
    load: () => import("./why"),
  },
  {
    path: "/lists",
    area: "person",
    under: "/feed",
    title: () => m().lists.title,
    load: () => import("./lists"),
  },
  {
    path: "/missing",
    area: "person",
    nav: () => m().missing.nav,
    title: () => m().missing.title,
    load: () => import("./missing"),
  },
  {
    path: "/profile",
    area: "person",
    nav: () => m().profile.nav,
    title: () => m().profile.title,
    load: () => import("./profile"),
  },
  {
    path: "/data",
    area: "person",
    nav: () => m().data.nav,
    title: () => m().data.title,
    load: () => import("./data"),
  },
];
