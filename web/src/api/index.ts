/** The service's API, typed from its OpenAPI page. Errors are thrown as Trouble, with the service's own advice. */
import createClient, { type Middleware } from "openapi-fetch";
import { common, lang } from "../i18n";
import { key, signOut } from "./credentials";
import type { components, paths } from "./schema";

export type Schema = components["schemas"];

/** What went wrong and what to do, as the service says it (application/problem+json). */
export class Trouble extends Error {
  constructor(
    readonly title: string,
    readonly detail: string,
    readonly fix: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(detail || title);
  }
}

const auth: Middleware = {
  onRequest({ request }) {
    if (key.value) request.headers.set("Authorization", `Bearer ${key.value}`);
    request.headers.set("Accept-Language", lang.value); // the service says what went wrong in the language of the page
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: location.origin });
api.use(auth);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer: `await ask(api.GET("/v1/me"))`. Throws Trouble. */
export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    const words = common().error;
    throw new Trouble(words.title, words.offline, words.offlineFix, 0, "offline");
  }
  if (answer.data !== undefined) return answer.data;
  const problem = (answer.error ?? {}) as Partial<Schema["Problem"]>;
  const { status } = answer.response;
  if (status === 401 && key.value) signOut(common().signIn.expired);
  throw new Trouble(
    problem.title ?? common().error.title,
    problem.detail ?? `${status}`,
    problem.fix ?? "",
    status,
    problem.type ?? "",
  );
}

/** The error as Trouble, whatever was thrown. */
export const troubleOf = (error: unknown): Trouble =>
  error instanceof Trouble
    ? error
    : new Trouble(
        common().error.title,
        error instanceof Error ? error.message : String(error),
        "",
        0,
        "page",
      );
