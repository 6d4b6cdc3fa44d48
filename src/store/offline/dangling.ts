import type { BindingRecord, TopologyRecord } from "../topology_record.ts";

/**
 * Leaves out of records, which come in an order in which each can be applied, those that count on one that is lost:
 * bindings from or to what is not there, and sequences of messages whose queue or exchange is not.
 */
export function withoutDangling(
  records: Iterable<TopologyRecord>,
): { readonly records: readonly TopologyRecord[]; readonly lostBindingCount: number } {
  const things = new Set<string>();
  const queueIds = new Set<number>();
  const kept: TopologyRecord[] = [];
  let lostBindingCount = 0;
  const isThere = (kind: BindingRecord["destinationType"], vhost: string, name: string) =>
    things.has(thing(kind, vhost, name)) || (kind === "exchange" && (name === "" || name.startsWith("amq.")));
  for (const record of records) {
    if (record.type === "exchange.declared") things.add(thing("exchange", record.vhost, record.exchange));
    else if (record.type === "queue.declared") {
      things.add(thing("queue", record.vhost, record.queue));
      queueIds.add(record.queueId);
    } else if (record.type === "backing_queue.added") {
      if (!queueIds.has(record.queueId)) continue;
    } else if (record.type === "sequence.added") {
      if (!isThere("exchange", record.vhost, record.exchange)) continue;
    } else if (record.type === "binding.added") {
      const { vhost, binding } = record;
      const hasSource = isThere("exchange", vhost, binding.source);
      if (!hasSource || !isThere(binding.destinationType, vhost, binding.destination)) {
        lostBindingCount++;
        continue;
      }
    }
    kept.push(record);
  }
  return { records: kept, lostBindingCount };
}

const thing = (kind: string, vhost: string, name: string): string => [kind, vhost, name].join("\0");
