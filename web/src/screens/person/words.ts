import { dictionary } from "../../i18n";

export const m = dictionary(
  { feed: { nav: "For you", title: "For you" } },
  { feed: { nav: "推荐", title: "为您推荐" } },
);
