import { useEffect, useState } from "preact/hooks";
import { apiPath, apiQuery } from "../../api/client.ts";
import { readServerEvents } from "../../api/server_events.ts";
import { api } from "../../api/session.ts";
import { addEvents, NOTHING_SEEN, type Seen } from "./sample.ts";

/** Number of messages that are shown in a second at most. */
export const RATE_MAX = 20;

/** Length to which bodies are cut. In bytes. */
const TRUNCATE_BYTES = 2000;

/** A queue or an exchange to look at. */
export interface Tapped {
  readonly vhost: string;
  readonly kind: "queue" | "exchange";
  readonly name: string;
}

export interface Tap {
  /** True while the broker shows what passes. */
  readonly isOpen: boolean;
  readonly seen: Seen;
  readonly error: unknown;
}

const NO_TAP: Tap = { isOpen: false, seen: NOTHING_SEEN, error: undefined };

/** Looks at what passes a queue or an exchange, while the page is seen. */
export function useTap(tapped: Tapped | undefined): Tap {
  const [tap, setTap] = useState(NO_TAP);
  useEffect(() => {
    if (tapped === undefined) return;
    setTap(NO_TAP);
    const { vhost, kind, name } = tapped;
    const path = kind === "queue" ? apiPath`queues/${vhost}/${name}/tap` : apiPath`exchanges/${vhost}/${name}/tap`;
    let open: AbortController | undefined;
    const start = async () => {
      const { signal } = open = new AbortController();
      try {
        const query = apiQuery({ rate: RATE_MAX, truncate: TRUNCATE_BYTES });
        const { body } = await api.send("GET", path + query, { signal });
        setTap(({ seen }) => ({ isOpen: true, seen, error: undefined }));
        for await (const events of readServerEvents(body!)) {
          if (signal.aborted) return;
          setTap(({ seen }) => ({ isOpen: true, seen: addEvents(seen, events), error: undefined }));
        }
        setTap(({ seen }) => ({ isOpen: false, seen, error: undefined }));
      } catch (error) {
        if (!signal.aborted) setTap(({ seen }) => ({ isOpen: false, seen, error }));
      }
    };
    const follow = () => {
      open?.abort();
      if (!document.hidden) void start();
    };
    document.addEventListener("visibilitychange", follow);
    void start();
    return () => {
      document.removeEventListener("visibilitychange", follow);
      open?.abort();
    };
  }, [tapped]);
  return tap;
}
