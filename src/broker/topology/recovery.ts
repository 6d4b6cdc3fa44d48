import type { Recovered } from "../../store/recovered.ts";
import { NO_METADATA, type TopologyRecord } from "../../store/topology_record.ts";
import { apply } from "./apply.ts";
import { type DefaultData, IMPORTED, insertDefaultUser, insertDefaultVirtualHost } from "./default_data.ts";
import { RecoveredSequences } from "./recovered_sequences.ts";
import { removalOf } from "./removal.ts";
import type { SequenceIds } from "./sequence_ids.ts";
import type { Topology } from "./topology.ts";
import { applyDefaults, type VirtualHostDefaults } from "./vhost_defaults.ts";
import type { SequenceId } from "../../store/sequence.ts";

/**
 * Recovers the contents of a store: its records are applied like those of commands. A record that refers to something
 * deleted is skipped, and the store drops it too. The last records of a change may be lost.
 */
export function recover(
  topology: Topology,
  { topology: records, queues, lastQueueId }: Recovered,
  ids: SequenceIds,
  defaultData: DefaultData | undefined | typeof IMPORTED,
  vhostDefaults: VirtualHostDefaults | undefined,
): void {
  ids.taken(lastQueueId);
  const recovery = new Recovery(topology, new RecoveredSequences(queues), ids);
  const isNew = !records.some(({ type }) => type === "default_data.inserted");
  const vhost = isNew ? insertDefaultVirtualHost(topology, records, defaultData) : undefined;
  for (const record of records) recovery.takeUp(record);
  recovery.sequences.recover();
  if (!isNew || vhost === undefined || defaultData === IMPORTED) return;
  // First the changes, then the record that they were made: after a crash in between they are made again.
  insertDefaultUser(topology, vhost, defaultData);
  if (vhostDefaults !== undefined) applyDefaults(topology, topology.vhosts.get(vhost)!, vhostDefaults);
  topology.host.commit({ type: "default_data.inserted" });
}

class Recovery {
  readonly sequences: RecoveredSequences;
  readonly #topology: Topology;
  readonly #ids: SequenceIds;

  constructor(topology: Topology, sequences: RecoveredSequences, ids: SequenceIds) {
    this.#topology = topology;
    this.sequences = sequences;
    this.#ids = ids;
  }

  takeUp(record: TopologyRecord): void {
    if (!this.#canBeApplied(record)) return this.#topology.host.store.append(removalOf(record)!);
    apply(this.#topology, record);
    if (record.type === "ids.reserved") this.#ids.taken(record.upTo);
    else if (record.type === "queue.declared") {
      this.sequences.addQueue(this.#topology.vhosts.get(record.vhost)!.queues.get(record.queue)!);
    } else if (isMetadataOfFormat2(record)) this.#carryOver(record);
  }

  #canBeApplied(record: TopologyRecord): boolean {
    const { vhosts, users } = this.#topology;
    switch (record.type) {
      case "permission.put":
      case "topic_permission.put":
        return vhosts.has(record.vhost) && users.users.has(record.user);
      case "parameter.set":
        return record.vhost === "" || vhosts.has(record.vhost);
      case "exchange.declared":
        return vhosts.has(record.vhost);
      case "queue.declared":
        return this.#isOldestOfItsName(record);
      case "backing_queue.added":
        return this.sequences.addBackingQueue(record);
      case "sequence.added":
        return this.sequences.addToExchange(vhosts.get(record.vhost)?.exchanges.get(record.exchange), record);
      case "binding.added": {
        const vhost = vhosts.get(record.vhost);
        const { source, destination, destinationType } = record.binding;
        const things = destinationType === "queue" ? vhost?.queues : vhost?.exchanges;
        return vhost !== undefined && vhost.exchanges.has(source) && things!.has(destination);
      }
    }
    return true;
  }

  /**
   * Returns whether a queue is the oldest of its name. Of two, the older one stays: the creation of the new one is no
   * more certain than the deletion of the old one.
   */
  #isOldestOfItsName(
    { vhost, queue, queueId }: { readonly vhost: string; queue: string; queueId: SequenceId },
  ): boolean {
    const { vhosts, host } = this.#topology;
    const other = vhosts.get(vhost)?.queues.get(queue);
    if (other !== undefined && other.id > queueId) {
      host.commit({ type: "queue.deleted", vhost, queue, queueId: other.id });
      return true;
    }
    return vhosts.has(vhost) && other === undefined;
  }

  /** Converts metadata of virtual hosts, which format 2 kept as parameters. */
  #carryOver({ vhost, component, name, value }: MetadataOfFormat2): void {
    const { default_queue_type: defaultQueueType } = JSON.parse(value);
    const { host } = this.#topology;
    if (typeof defaultQueueType === "string") {
      host.commit({ type: "vhost.put", vhost, ...NO_METADATA, defaultQueueType });
    }
    host.commit({ type: "parameter.cleared", vhost, component, name });
  }
}

type MetadataOfFormat2 = Extract<TopologyRecord, { type: "parameter.set" }>;

const isMetadataOfFormat2 = (record: TopologyRecord): record is MetadataOfFormat2 =>
  record.type === "parameter.set" && record.component === "vhost-metadata";
