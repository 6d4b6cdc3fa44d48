import type { TopologyRecord } from "../../store/topology_record.ts";

/** Returns the record that undoes a record; `undefined` for one that adds nothing. */
export function removalOf(record: TopologyRecord): TopologyRecord | undefined {
  switch (record.type) {
    case "permission.put": {
      const { user, vhost } = record;
      return { type: "permission.cleared", user, vhost };
    }
    case "topic_permission.put": {
      const { user, vhost, exchange } = record;
      return { type: "topic_permission.cleared", user, vhost, exchange };
    }
    case "parameter.set": {
      const { vhost, component, name } = record;
      return { type: "parameter.cleared", vhost, component, name };
    }
    case "exchange.declared":
      return { type: "exchange.deleted", vhost: record.vhost, exchange: record.exchange };
    case "queue.declared": {
      const { vhost, queue, queueId } = record;
      return { type: "queue.deleted", vhost, queue, queueId };
    }
    case "backing_queue.added":
    case "sequence.added":
      return { type: "sequence.removed", sequenceId: record.sequenceId };
    case "binding.added":
      return { ...record, type: "binding.removed" };
  }
  return undefined;
}
