import type { Binding, Queue } from "../../api/types.ts";

/** Members of a queue that tell where its dead letters go. */
export type DyingQueue = Pick<Queue, "name" | "vhost" | "arguments" | "effective_policy_definition" | "messages_ready">;

/** A queue that takes dead letters. */
export interface DeadLetterQueue {
  readonly name: string;
  readonly vhost: string;
  readonly ready: number;
  /** Names of the queues whose dead letters may come here. */
  readonly sources: readonly string[];
}

/** Returns the queues that are bound to the dead letter exchange of a queue: those with most messages first. */
export function deadLetterQueues(
  queues: readonly DyingQueue[],
  bindings: readonly Binding[],
): readonly DeadLetterQueue[] {
  const bound = Map.groupBy(bindings, ({ vhost, source }) => JSON.stringify([vhost, source]));
  const sources = new Map<string, Set<string>>();
  for (const { name, vhost, arguments: table, effective_policy_definition: policy } of queues) {
    const exchange = table["x-dead-letter-exchange"] ?? policy["dead-letter-exchange"];
    if (typeof exchange !== "string") continue;
    const key = table["x-dead-letter-routing-key"] ?? policy["dead-letter-routing-key"];
    const targets = exchange === "" ? typeof key === "string" ? [key] : [] : queuesBehind(bound, vhost, exchange);
    for (const target of targets) {
      const id = JSON.stringify([vhost, target]);
      sources.set(id, (sources.get(id) ?? new Set()).add(name));
    }
  }
  return queues
    .map(({ name, vhost, messages_ready: ready }) => {
      return { name, vhost, ready, sources: [...sources.get(JSON.stringify([vhost, name])) ?? []] };
    })
    .filter(({ sources }) => sources.length > 0)
    .sort((a, b) => b.ready - a.ready || a.name.localeCompare(b.name));
}

/** Returns the names of the queues that an exchange reaches, through other exchanges too. */
function queuesBehind(
  bound: ReadonlyMap<string, readonly Binding[]>,
  vhost: string,
  exchange: string,
): ReadonlySet<string> {
  const found = new Set<string>();
  const exchanges = new Set([exchange]);
  for (const source of exchanges) {
    for (const { destination, destination_type } of bound.get(JSON.stringify([vhost, source])) ?? []) {
      (destination_type === "queue" ? found : exchanges).add(destination);
    }
  }
  return found;
}
