/** What each room of the page may import, besides itself; type imports count too. */
const ground = ["charts", "defined", "i18n", "router", "styles", "theme"];
const rooms = {
  charts: [],
  defined: [],
  i18n: ["defined"],
  router: [],
  styles: [],
  theme: [],
  api: ground,
  ui: [...ground, "api"],
  session: [...ground, "api"],
  "sign-in": [...ground, "api", "ui", "session"],
  screens: [...ground, "api", "ui", "session"],
  app: [...ground, "api", "ui", "session", "sign-in", "screens"],
  main: [...ground, "app"],
};

/** A room is a folder or a file of src. */
const path = (names) => `^src/(${names.join("|")})(/|\\.tsx?$)`;

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      comment: "Move what both need into a file of its own.",
      from: {},
      to: { circular: true },
    },
    ...Object.entries(rooms).map(([room, others]) => ({
      name: `direction-of-${room}`,
      severity: "error",
      comment: `${room} may import: ${others.join(", ") || "nothing of the page"}.`,
      from: { path: path([room]) },
      to: { path: "^src/", pathNot: path([room, ...others]) },
    })),
    {
      name: "room-unknown",
      severity: "error",
      comment: "A new file or folder of src needs a line in the rooms above.",
      from: { path: "^src/", pathNot: path(Object.keys(rooms)) },
      to: {},
    },
    {
      name: "parts-apart",
      severity: "error",
      comment:
        "Person, engineer and auditor share through screens/shared, screens/types and the ui.",
      from: { path: "^src/screens/([^/]+)/" },
      to: { path: "^src/screens/", pathNot: "^src/screens/($1/|shared/|types\\.ts$)" },
    },
    {
      name: "charts-loaded-late",
      severity: "error",
      comment: "The chart library is large: it comes when a chart is on the screen.",
      from: { path: "^src/", pathNot: "^src/charts/" },
      to: {
        path: ["^src/charts/", "node_modules/echarts/"],
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "not-found",
      severity: "error",
      comment: "An import that leads nowhere would escape the rules above.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
  },
};
