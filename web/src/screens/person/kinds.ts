import { lang } from "../../i18n";

/** Kinds of events by name in English and Chinese, every one that the service takes. */
const NAMES: readonly (readonly [en: string, zh: string, kinds: string])[] = [
  ["chosen", "选择", "choice choose chose chosen select selected conversion interaction"],
  ["imported", "导入", "import"],
  ["liked", "喜欢", "like liked thumbs_up upvote love loved 喜欢 点赞"],
  ["saved as a favourite", "收藏", "favorite favorited favourite favourited 收藏"],
  ["saved", "收藏", "bookmark bookmarked save saved"],
  ["on the wish list", "加入心愿单", "wish wishlist add_to_wishlist"],
  ["wants to read", "想读", "to_read"],
  ["followed", "关注", "follow followed"],
  ["subscribed to", "订阅", "subscribe subscribed"],
  ["shared", "分享", "share shared"],
  ["commented on", "评论", "comment commented"],
  ["put in the basket", "加入购物车", "cart add_to_cart basket add_to_basket 加购 加入购物车"],
  ["played", "播放", "play played stream streamed"],
  ["listened to", "收听", "listen listened"],
  ["watched", "观看", "watch watched"],
  ["read", "阅读", "read"],
  ["finished", "完成", "finish finished complete completed done"],
  ["downloaded", "下载", "download downloaded"],
  ["installed", "安装", "install installed"],
  ["used", "使用", "use used"],
  ["visited", "访问", "visit visited"],
  ["applied for", "申请", "apply applied"],
  ["borrowed", "借阅", "borrow borrowed"],
  ["rented", "租用", "rent rented"],
  ["booked", "预订", "book booked booking"],
  ["bought", "购买", "purchase purchased buy bought sale sold transaction checkout 购买"],
  ["ordered", "订购", "order ordered 下单"],
  ["viewed", "浏览", "view viewed page_view item_view detail_view preview look browse 浏览"],
  ["opened", "打开", "open opened"],
  ["clicked", "点击", "click clicked tap 点击"],
  ["rated", "评分", "rating rate rated star stars score 评分 打分"],
  [
    "disliked",
    "不喜欢",
    "dislike disliked thumbs_down downvote hate negative avoid avoided 不喜欢 踩",
  ],
  ["skipped", "跳过", "skip skipped dismiss dismissed 跳过"],
  ["not interested", "不感兴趣", "not_interested"],
  ["hidden", "隐藏", "hide hidden block blocked ban"],
  ["rejected", "拒绝", "reject rejected"],
  ["reported", "举报", "report reported"],
  ["returned", "退货", "return returned 退货"],
  ["refunded", "退款", "refund refunded chargeback 退款"],
  ["cancelled", "取消", "cancel cancelled canceled cancellation 取消"],
  ["taken back", "撤回", "taken_back take_back undo withdraw withdrawn 撤回"],
  ["no longer liked", "取消喜欢", "unlike unliked"],
  ["no longer saved", "取消收藏", "unfavorite unfavourite unsave 取消收藏"],
  ["no longer followed", "取消关注", "unfollow"],
  ["no longer subscribed to", "取消订阅", "unsubscribe"],
  ["uninstalled", "卸载", "uninstall"],
  ["removed", "移除", "remove removed remove_from_cart remove_from_wishlist"],
  [
    "shown to you",
    "向您展示",
    "impression impressed shown show exposure exposed display displayed 曝光",
  ],
];
const OF = new Map(
  NAMES.flatMap(([en, zh, kinds]) => kinds.split(" ").map((kind) => [kind, { en, zh }] as const)),
);

/** The name of a kind in the language shown; one that this page does not know as it came. */
export const kindName = (kind: string): string => OF.get(kind)?.[lang.value] ?? kind;

/** Whether such an event only says that something was shown. */
export const isShown = (kind: string): boolean => OF.get(kind)?.en === "shown to you";
