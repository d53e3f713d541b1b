import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Trouble, troubleOf } from ".";

export interface Loaded<T> {
  data: T | undefined;
  trouble: Trouble | undefined;
  /** Nothing to show yet. */
  loading: boolean;
  /** What is shown is of before: newer data is on the way. */
  stale: boolean;
  reload: () => Promise<void>;
  /** Put data in place at once, e.g. after a write whose answer is the new state. */
  set: (data: T) => void;
}

/** Load when `deps` change. The data of before stays until the new is there; an answer that comes too late is dropped. */
export function useData<T>(
  load: (signal: AbortSignal) => Promise<T>,
  deps: readonly unknown[],
): Loaded<T> {
  const [state, setState] = useState<{ data?: T; trouble?: Trouble; busy: boolean }>({
    busy: true,
  });
  const running = useRef<AbortController | undefined>(undefined);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(async () => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setState((before) => ({ ...before, busy: true }));
    try {
      const data = await latest.current(mine.signal);
      if (!mine.signal.aborted) setState({ data, busy: false });
    } catch (error) {
      if (!mine.signal.aborted)
        setState((before) => ({ data: before.data, trouble: troubleOf(error), busy: false }));
    }
  }, []);
  const loaded = useRef<readonly unknown[]>(deps);
  useEffect(() => {
    loaded.current = deps;
    void reload();
    return () => running.current?.abort();
  }, deps);
  // The effect runs after this render is painted: what is painted until then is of before, too.
  const busy = state.busy || deps.some((one, at) => one !== loaded.current[at]);
  const set = useCallback((data: T) => setState({ data, busy: false }), []);
  return {
    data: state.data,
    trouble: state.trouble,
    reload,
    set,
    loading: busy && state.data === undefined,
    stale: busy && state.data !== undefined,
  };
}
