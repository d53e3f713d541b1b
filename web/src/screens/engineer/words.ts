import { dictionary } from "../../i18n";

/** Names of the screens; each screen holds its own further words, so that they load with it. */
export const m = dictionary(
  {
    operations: "Operations",
    inspector: "Inspector",
    atlas: "Atlas",
    quality: "Quality",
    models: "Models",
  },
  { operations: "运行", inspector: "透视", atlas: "图谱", quality: "质量", models: "模型" },
);
