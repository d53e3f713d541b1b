import { m } from "../../i18n/messages/auditor";
import type { Screen } from "../types";

export const auditor: readonly Screen[] = [
  {
    path: "/card",
    area: "auditor",
    nav: () => m().cardNav,
    title: () => m().card,
    load: () => import("./card"),
  },
  {
    path: "/decisions",
    area: "auditor",
    nav: () => m().decisions,
    title: () => m().decisions,
    load: () => import("./decisions"),
  },
  {
    path: "/decisions/:id",
    area: "auditor",
    under: "/decisions",
    title: () => m().decision,
    load: () => import("./decision"),
  },
  {
    path: "/auditor/sentences",
    area: "auditor",
    nav: () => m().sentences,
    title: () => m().sentencesTitle,
    load: () => import("./sentences"),
  },
  {
    path: "/auditor/promises",
    area: "auditor",
    nav: () => m().promises,
    title: () => m().promisesTitle,
    load: () => import("./promises"),
  },
  {
    path: "/faithfulness",
    area: "auditor",
    nav: () => m().faithful,
    title: () => m().faithfulTitle,
    load: () => import("./faithful"),
  },
  {
    path: "/privacy",
    area: "auditor",
    nav: () => m().privacy,
    title: () => m().privacy,
    load: () => import("./privacy"),
  },
];
