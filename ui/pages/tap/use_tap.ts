import { useEffect, useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { Poll } from "../../api/poll.ts";
import { api } from "../../api/session.ts";
import type { Binding, Message, Queue } from "../../api/types.ts";
import { addLook, NOTHING_SEEN, type Seen } from "./sample.ts";

/** Interval between looks. In milliseconds. */
const INTERVAL_MS = 1000;

/** Number of messages in a look at a queue. */
export const LOOK_MAX = 20;

/** Number of queues of an exchange that are looked at. */
export const QUEUES_MAX = 8;

/** Length to which bodies are cut. In bytes. */
const TRUNCATE_BYTES = 2000;

/** A queue or an exchange to look at. */
export interface Tapped {
  readonly vhost: string;
  readonly kind: "queue" | "exchange";
  readonly name: string;
}

export interface Tap {
  readonly seen: Seen;
  readonly error: unknown;
  /** Queues that are looked at; `undefined` while that is not known. */
  readonly queues: readonly string[] | undefined;
}

const NO_TAP: Tap = { seen: NOTHING_SEEN, error: undefined, queues: undefined };

/** Looks at a queue or an exchange each second, while the page is seen. */
export function useTap(tapped: Tapped | undefined): Tap {
  const [tap, setTap] = useState(NO_TAP);
  useEffect(() => {
    if (tapped === undefined) return;
    setTap(NO_TAP);
    const { vhost, kind, name } = tapped;
    let queues: readonly string[] | undefined;
    const poll = new Poll<readonly (readonly [queue: string, look: readonly Message[]])[]>({
      async read(signal) {
        queues ??= await queuesOf(tapped, signal);
        return await Promise.all(queues.map(async (queue) => {
          const body = { count: LOOK_MAX, ackmode: "peek", encoding: "auto", truncate: TRUNCATE_BYTES };
          const options = { body, signal };
          const look = await api.request<Message[]>("POST", apiPath`queues/${vhost}/${queue}/get`, options);
          return [queue, look.filter(({ exchange }) => kind === "queue" || exchange === name)] as const;
        }));
      },
      intervalMs: INTERVAL_MS,
      onAnswer: (looks) =>
        setTap(({ seen }) => ({
          seen: looks.reduce((seen, [queue, look]) => addLook(seen, queue, look), seen),
          error: undefined,
          queues,
        })),
      onError: (error) => setTap(({ seen }) => ({ seen, error, queues })),
      after(ms, call) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    });
    const follow = () => document.hidden ? poll.pause() : poll.resume();
    document.addEventListener("visibilitychange", follow);
    void poll.now();
    return () => {
      document.removeEventListener("visibilitychange", follow);
      poll.stop();
    };
  }, [tapped]);
  return tap;
}

/** Returns the queues to look at, without streams, which have no next message. */
async function queuesOf({ vhost, kind, name }: Tapped, signal: AbortSignal): Promise<readonly string[]> {
  const names = kind === "queue" ? [name] : await boundQueues(vhost, name, signal);
  const queues = await Promise.all(names.map((queue) => api.get<Queue>(apiPath`queues/${vhost}/${queue}`, signal)));
  return queues.filter(({ type }) => type !== "stream").map((queue) => queue.name);
}

async function boundQueues(vhost: string, exchange: string, signal: AbortSignal): Promise<readonly string[]> {
  const bindings = await api.get<readonly Binding[]>(apiPath`exchanges/${vhost}/${exchange}/bindings/source`, signal);
  const toQueues = bindings.filter(({ destination_type }) => destination_type === "queue");
  return [...new Set(toQueues.map(({ destination }) => destination))].slice(0, QUEUES_MAX);
}
