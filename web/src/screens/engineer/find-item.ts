import { api, ask } from "../../api";

/** Items whose title or label holds the text, for the fields that look for one. */
export const findItem = async (text: string, signal: AbortSignal) =>
  (await ask(api.GET("/v1/search", { params: { query: { q: text, limit: 8 } }, signal }))).items;
