/** Whether the sentences of logged answers are true, as the service's contract has it. */
import { api, ask, Trouble } from ".";

export interface Counted {
  claims: number;
  false: number;
}
/** claims: all, also the unverifiable; places: the last is of that place and all after it; recommendation_id: null of an answer that was
 * made for the check. */
export interface Sentences {
  checked: number;
  sentences: number;
  claims: number;
  false: number;
  unverifiable: number;
  kinds: (Counted & { kind: string })[];
  places: (Counted & { rank: number })[];
  examples: {
    recommendation_id: string | null;
    item: string;
    claim: string;
    said: unknown;
    found: unknown;
  }[];
  /** The share of sentences that say “because”. */
  because?: number | null;
  /** under: the threshold, and the share of reasons on which fewer people agree. */
  support: { under: [number, number]; median: number } | null;
  /** latest: the share of first reasons that are the person's latest choice. */
  recency: { latest: number } | null;
  /** Why claims could not be checked. */
  reasons?: { why: string; claims: number }[];
  when: number;
  model: string;
}

/** As other measurements stand; "absent" where the service does not check sentences. */
export interface Check {
  state: "absent" | "missing" | "running" | "done" | "failed";
  progress: number | null;
  seconds: number | null;
  error: string | null;
  result: Sentences | null;
}

const NOTHING: Check = {
  state: "missing",
  progress: null,
  seconds: null,
  error: null,
  result: null,
};

/** The result alone, or a measurement that holds it. */
function read(body: unknown): Check {
  if (!body || typeof body !== "object") return NOTHING;
  if ("state" in body) return { ...NOTHING, ...(body as Partial<Check>) };
  return "claims" in body ? { ...NOTHING, state: "done", result: body as Sentences } : NOTHING;
}

interface Plain {
  GET: Call;
  POST: Call;
}
type Call = (
  path: string,
  init?: { signal: AbortSignal },
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
const plain = api as unknown as Plain,
  PATH = "/v1/audit/sentences";

export async function sentencesChecked(signal: AbortSignal): Promise<Check> {
  try {
    return read(await ask(plain.GET(PATH, { signal })));
  } catch (error) {
    if (error instanceof Trouble && error.status === 404) return { ...NOTHING, state: "absent" };
    throw error;
  }
}

export const checkSentences = async (): Promise<Check> => read(await ask(plain.POST(PATH)));
