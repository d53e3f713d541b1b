import { m } from "../../i18n/messages/person-profile";

type Kind = keyof ReturnType<typeof m>["kind"];

/** The kinds of events that share a name, every one that the service takes, as logs write them. */
const KINDS: Record<Kind, string> = {
  choice: "choice choose chose chosen select selected conversion interaction",
  import: "import",
  like: "like liked thumbs_up upvote love loved 喜欢 点赞",
  favorite: "favorite favorited favourite favourited 收藏",
  bookmark: "bookmark bookmarked save saved",
  wish: "wish wishlist add_to_wishlist",
  toRead: "to_read",
  follow: "follow followed",
  subscribe: "subscribe subscribed",
  share: "share shared",
  comment: "comment commented",
  cart: "cart add_to_cart basket add_to_basket 加购 加入购物车",
  play: "play played stream streamed",
  listen: "listen listened",
  watch: "watch watched",
  read: "read",
  finish: "finish finished complete completed done",
  download: "download downloaded",
  install: "install installed",
  use: "use used",
  visit: "visit visited",
  apply: "apply applied",
  borrow: "borrow borrowed",
  rent: "rent rented",
  book: "book booked booking",
  purchase: "purchase purchased buy bought sale sold transaction checkout 购买",
  order: "order ordered 下单",
  view: "view viewed page_view item_view detail_view preview look browse 浏览",
  open: "open opened",
  click: "click clicked tap 点击",
  rating: "rating rate rated star stars score 评分 打分",
  dislike: "dislike disliked thumbs_down downvote hate negative avoid avoided 不喜欢 踩",
  skip: "skip skipped dismiss dismissed 跳过",
  notInterested: "not_interested",
  hide: "hide hidden block blocked ban",
  reject: "reject rejected",
  report: "report reported",
  return: "return returned 退货",
  refund: "refund refunded chargeback 退款",
  cancel: "cancel cancelled canceled cancellation 取消",
  takenBack: "taken_back take_back undo withdraw withdrawn 撤回",
  unlike: "unlike unliked",
  unfavorite: "unfavorite unfavourite unsave 取消收藏",
  unfollow: "unfollow",
  unsubscribe: "unsubscribe",
  uninstall: "uninstall",
  remove: "remove removed remove_from_cart remove_from_wishlist",
  impression: "impression impressed shown show exposure exposed display displayed 曝光",
};
const OF = new Map(
  (Object.keys(KINDS) as Kind[]).flatMap((name) =>
    KINDS[name].split(" ").map((kind) => [kind, name] as const),
  ),
);

/** The name of a kind in the language shown; one that this page does not know as it came. */
export function kindName(kind: string): string {
  const name = OF.get(kind);
  return name ? m().kind[name] : kind;
}

/** Whether such an event only says that something was shown. */
export const isShown = (kind: string): boolean => OF.get(kind) === "impression";
