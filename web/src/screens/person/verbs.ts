/** What people do in each domain, and what the things are called there. */
import { about, fmt } from "../../i18n";
import { me } from "../../session";

const OF_DOMAIN: Record<string, string> = {
  film: "watched",
  book: "read",
  music: "listened",
  artist: "listened",
  shop: "bought",
  game: "played",
};
const EN_DONE: Record<string, string> = {
  chose: "chose",
  watched: "watched",
  read: "read",
  listened: "listened to",
  played: "played",
  bought: "bought",
  ordered: "ordered",
  viewed: "viewed",
  clicked: "clicked",
  liked: "liked",
  rated: "rated",
  saved: "saved",
  shared: "shared",
  applied: "applied for",
  booked: "booked",
  followed: "followed",
  downloaded: "downloaded",
  subscribed: "subscribed to",
  joined: "joined",
  visited: "visited",
  used: "used",
};
const ZH_DONE: Record<string, string> = {
  chose: "选过",
  watched: "看过",
  read: "读过",
  listened: "听过",
  played: "玩过",
  bought: "买过",
  ordered: "订购过",
  viewed: "浏览过",
  clicked: "点击过",
  liked: "喜欢过",
  rated: "评过分",
  saved: "收藏过",
  shared: "分享过",
  applied: "申请过",
  booked: "预订过",
  followed: "关注过",
  downloaded: "下载过",
  subscribed: "订阅过",
  joined: "加入过",
  visited: "去过",
  used: "用过",
};
const EN_THING: Record<string, [string, string]> = {
  film: ["film", "films"],
  book: ["book", "books"],
  music: ["track", "tracks"],
  artist: ["artist", "artists"],
  shop: ["product", "products"],
  game: ["game", "games"],
};
const ZH_THING: Record<string, [string, string]> = {
  film: ["部", "影片"],
  book: ["本", "图书"],
  music: ["首", "曲目"],
  artist: ["位", "音乐人"],
  shop: ["件", "商品"],
  game: ["款", "游戏"],
};

const domain = () => about.value.domain;
const verb = () => about.value.verb || (OF_DOMAIN[domain()] ?? "chose");
export const done = () => EN_DONE[verb()] ?? "chose";
export const thing = () => (EN_THING[domain()] ?? ["item"])[0];
export const many = () => (EN_THING[domain()] ?? ["", "items"])[1];
export const zhDone = () => ZH_DONE[verb()] ?? "选过";
/** “这部影片”: with the measure word of the domain. */
export const zhThis = () => `这${(ZH_THING[domain()] ?? ["个", "项目"]).join("")}`;
export const zhThing = () => (ZH_THING[domain()] ?? ["个", "项目"])[1];
/** The day, where times are dates and this one is known. */
export const when = (time: number | null | undefined) =>
  time != null && me.value?.clock ? fmt.day(time) : "";
