/** What people do in each domain, and what the things are called there. */
import { fmt } from "../../i18n";
import { me } from "../../session";

const EN_DONE: Record<string, string> = { film: "watched", book: "read", music: "listened to", shop: "bought", game: "played" };
const EN_THING: Record<string, [string, string]> = { film: ["film", "films"], book: ["book", "books"], music: ["piece", "pieces"], shop: ["product", "products"], game: ["game", "games"] };
const ZH_DONE: Record<string, string> = { film: "看过", book: "读过", music: "听过", shop: "买过", game: "玩过" };
const ZH_THING: Record<string, [string, string]> = { film: ["部", "影片"], book: ["本", "图书"], music: ["首", "音乐"], shop: ["件", "商品"], game: ["款", "游戏"] };

const domain = () => me.value?.domain ?? "other";
export const done = () => EN_DONE[domain()] ?? "chose";
export const things = (n: number) => `${fmt.number(n)} ${(EN_THING[domain()] ?? ["item", "items"])[n === 1 ? 0 : 1]}`;
export const thing = () => (EN_THING[domain()] ?? ["item"])[0];
export const many = () => (EN_THING[domain()] ?? ["", "items"])[1];
export const zhDone = () => ZH_DONE[domain()] ?? "选过";
export const zhThings = (n: number) => `${fmt.number(n)} ${(ZH_THING[domain()] ?? ["个", "项目"]).join("")}`;
export const zhThing = () => (ZH_THING[domain()] ?? ["个", "项目"])[1];
export const when = (time: number | null | undefined) => (time && me.value?.clock ? fmt.day(time) : "");
