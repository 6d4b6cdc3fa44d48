import { rateOf } from "../../api/message_stats.ts";
import type { LoginAttempts, NodeState, Queue } from "../../api/types.ts";

/** Something that an operator should know of. */
export type Problem =
  | { readonly kind: "memoryAlarm" | "diskAlarm"; readonly node: string }
  | {
    readonly kind: "noConsumers" | "growing" | "idle" | "slow";
    readonly vhost: string;
    readonly queue: string;
    /** Number of messages, their growth a second, or the consumers' capacity, as the kind says. */
    readonly value: number;
  }
  | { readonly kind: "refusedLogins"; readonly protocol: string; readonly value: number };

/** Growth of a queue that is worth a word. In messages per second. */
const GROWTH_MIN = 1;

/** Length of a queue below which its growth is no problem. In messages. */
const LENGTH_MIN = 100;

/** Part of the time in which good consumers could take messages. */
const CAPACITY_MIN = 0.5;

/** The members of a queue that tell of problems. */
export type WatchedQueue = Pick<
  Queue,
  | "name"
  | "vhost"
  | "messages"
  | "messages_ready"
  | "messages_unacknowledged"
  | "messages_details"
  | "consumers"
  | "consumer_capacity"
  | "message_stats"
  | "type"
>;

/** Columns of a list of queues that {@linkcode findProblems} needs. */
export const WATCHED_COLUMNS = [
  "name",
  "vhost",
  "type",
  "messages",
  "messages_ready",
  "messages_unacknowledged",
  "messages_details.rate",
  "consumers",
  "consumer_capacity",
  "message_stats.ack_details.rate",
  "message_stats.deliver_get_details.rate",
].join();

/** Returns the problems of a broker, the gravest first. */
export function findProblems({ nodes, queues, logins }: {
  readonly nodes: readonly NodeState[];
  readonly queues: readonly WatchedQueue[];
  readonly logins: readonly LoginAttempts[];
}): Problem[] {
  const seen = new Set<string>();
  const found = queues.flatMap((queue) => {
    const key = JSON.stringify([queue.vhost, queue.name]);
    if (seen.has(key)) return [];
    seen.add(key);
    return problemOf(queue) ?? [];
  });
  return [
    ...nodes.flatMap(alarmsOf),
    ...QUEUE_PROBLEMS.flatMap((kind) => found.filter((problem) => problem.kind === kind)),
    ...logins
      .filter(({ auth_attempts_failed }) => auth_attempts_failed > 0)
      .map(({ protocol, auth_attempts_failed }): Problem => {
        return { kind: "refusedLogins", protocol, value: auth_attempts_failed };
      }),
  ];
}

/** Problems of queues, the gravest first. */
const QUEUE_PROBLEMS = ["noConsumers", "idle", "growing", "slow"] as const;

function alarmsOf({ name, mem_alarm, disk_free_alarm }: NodeState): Problem[] {
  const alarms: Problem[] = [];
  if (mem_alarm) alarms.push({ kind: "memoryAlarm", node: name });
  if (disk_free_alarm) alarms.push({ kind: "diskAlarm", node: name });
  return alarms;
}

/** Returns the gravest problem of a queue. A stream keeps its messages, so it has none of these. */
function problemOf(queue: WatchedQueue): Problem | undefined {
  const { vhost, name, type, consumers, messages_ready, messages_unacknowledged, consumer_capacity = 1 } = queue;
  if (type === "stream") return undefined;
  const place = { vhost, queue: name };
  if (messages_ready > 0 && consumers === 0) return { kind: "noConsumers", ...place, value: messages_ready };
  const acks = rateOf(queue.message_stats, "ack") ?? 0;
  const deliveries = rateOf(queue.message_stats, "deliver_get") ?? 0;
  if (messages_ready > 0 && messages_unacknowledged > 0 && acks === 0 && deliveries === 0) {
    return { kind: "idle", ...place, value: messages_unacknowledged };
  }
  const growth = queue.messages_details?.rate ?? 0;
  if (growth >= GROWTH_MIN && queue.messages >= LENGTH_MIN) return { kind: "growing", ...place, value: growth };
  if (consumers > 0 && messages_ready > LENGTH_MIN && consumer_capacity < CAPACITY_MIN) {
    return { kind: "slow", ...place, value: consumer_capacity };
  }
  return undefined;
}
