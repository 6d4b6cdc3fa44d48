import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api } from "./session.ts";
import { Poll } from "./poll.ts";

/** Interval in which pages read. In milliseconds; the broker takes its samples as often. */
export const INTERVAL_MS = 5_000;

/** What a page knows of something that it reads again and again. */
export interface Polled<Answer> {
  /** The last answer; `undefined` before the first one. */
  readonly data: Answer | undefined;
  /** The last failure; `undefined` after a success. */
  readonly error: unknown;
  /** Reads now, such as after a change. */
  readonly reload: () => void;
}

interface State<Answer> {
  readonly subject: string;
  readonly data: Answer | undefined;
  readonly error: unknown;
}

/**
 * Reads a path of the API until the component is gone. While a new path of the same subject is read, such as another order
 * of a list, the old answer stays.
 *
 * @param path `undefined` for nothing.
 * @param options.subject Default: the path up to its question mark.
 */
export function usePoll<Answer>(
  path: string | undefined,
  { intervalMs = INTERVAL_MS, subject = path?.split("?")[0] ?? "" }: {
    readonly intervalMs?: number;
    readonly subject?: string;
  } = {},
): Polled<Answer> {
  const [state, setState] = useState<State<Answer>>({ subject, data: undefined, error: undefined });
  const poll = useRef<Poll<Answer>>(undefined);
  useEffect(() => {
    if (path === undefined) return;
    const running = poll.current = new Poll<Answer>({
      read: (signal) => api.get<Answer>(path, signal),
      intervalMs,
      onAnswer: (data) => setState({ subject, data, error: undefined }),
      onError: (error) =>
        setState((last) => ({ subject, data: last.subject === subject ? last.data : undefined, error })),
      after(ms, call) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    });
    const follow = () => document.hidden ? running.pause() : running.resume();
    document.addEventListener("visibilitychange", follow);
    void running.now();
    return () => {
      document.removeEventListener("visibilitychange", follow);
      running.stop();
    };
  }, [path, intervalMs, subject]);
  const reload = useCallback(() => void poll.current?.now(), []);
  const isCurrent = state.subject === subject;
  return { data: isCurrent ? state.data : undefined, error: isCurrent ? state.error : undefined, reload };
}
