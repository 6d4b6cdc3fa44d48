import type { TopologyRecord } from "../../src/store/topology_record.ts";

/**
 * Divides recovered records into those that a broker keeps and those that it drops: bindings from or to what is not there,
 * sequences whose queue or exchange is not, and what has the name of something older.
 */
export function prune(topology: readonly TopologyRecord[]): { kept: TopologyRecord[]; dropped: TopologyRecord[] } {
  const kept: TopologyRecord[] = [];
  const dropped: TopologyRecord[] = [];
  const exchanges = new Set<string>();
  const queues = new Map<string, number>();
  const sequences = new Set<string>();
  for (const record of topology) {
    if (record.type !== "queue.declared") continue;
    const key = `${record.vhost}\0${record.queue}`;
    queues.set(key, Math.min(record.queueId, queues.get(key) ?? Infinity));
  }
  const isExchange = (vhost: string, name: string) => name.startsWith("amq.") || exchanges.has(`${vhost}\0${name}`);
  const canBe = (record: TopologyRecord): boolean => {
    switch (record.type) {
      case "exchange.declared":
        exchanges.add(`${record.vhost}\0${record.exchange}`);
        return true;
      case "queue.declared":
        return queues.get(`${record.vhost}\0${record.queue}`) === record.queueId;
      case "backing_queue.added":
        return [...queues.values()].includes(record.queueId);
      case "sequence.added": {
        const key = `${record.vhost}\0${record.exchange}`;
        if (!exchanges.has(key) || sequences.has(`${key}\0${record.purpose}`)) return false;
        sequences.add(`${key}\0${record.purpose}`);
        return true;
      }
      case "binding.added": {
        const { vhost, binding } = record;
        const hasDestination = binding.destinationType === "queue"
          ? queues.has(`${vhost}\0${binding.destination}`)
          : isExchange(vhost, binding.destination);
        return hasDestination && isExchange(vhost, binding.source);
      }
    }
    return true;
  };
  for (const record of topology) (canBe(record) ? kept : dropped).push(record);
  return { kept, dropped };
}
