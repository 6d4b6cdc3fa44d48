import { apiPath } from "./client.ts";
import { usePoll } from "./use_poll.ts";

/** What the user who is logged in may do with a queue or an exchange (RabbitMQ: Access Control). */
export interface ObjectRights {
  readonly configure: boolean;
  readonly write: boolean;
  readonly read: boolean;
}

const NONE: ObjectRights = { configure: false, write: false, read: false };

/** Interval in which permissions are read again. In milliseconds. */
const INTERVAL_MS = 60_000;

/** Returns what the user may do; nothing while that is not known, so that no button is shown in vain. */
export function useRights(kind: "queues" | "exchanges", vhost: string, name: string): ObjectRights {
  const path = `${kind}/` + apiPath`${vhost}/${name}/rights`;
  return usePoll<ObjectRights>(path, { intervalMs: INTERVAL_MS }).data ?? NONE;
}

/** Name of the default exchange in the API: what goes to a queue by its name goes through it. */
const DEFAULT_EXCHANGE = "amq.default";

/** Returns what the user may do with a queue and its messages. */
export function useQueueRights(vhost: string, name: string) {
  const { configure, write, read } = useRights("queues", vhost, name);
  const maySend = useRights("exchanges", vhost, DEFAULT_EXCHANGE).write;
  return { mayDelete: configure, mayBind: write, mayRead: read, maySend, mayMove: read && maySend };
}
