import type { VirtualHostRecord } from "../../store/topology_record.ts";
import { type Actor, INTERNAL } from "../events/actor.ts";
import { ParameterError } from "../policy/parameters.ts";
import { isQueueTypeName, type QueueTypeName } from "../queue/queue_type.ts";
import type { CommandHost } from "./changes.ts";
import { notifyVirtualHost } from "./topology_events.ts";

/** A change of a virtual host's metadata. */
export type VirtualHostChanges = Partial<Omit<VirtualHostRecord, "vhost">>;

/** The parts of the broker that metadata uses. */
interface MetadataHost extends CommandHost {
  readonly defaultQueueType: QueueTypeName;
}

/**
 * Metadata of a virtual host: its description, tags and settings for its queues (RabbitMQ: `update_vhost_metadata`).
 */
export class VirtualHostMetadata {
  /** The newest record, set by `apply.ts`. */
  record: VirtualHostRecord;
  readonly #host: MetadataHost;

  constructor(record: VirtualHostRecord, host: MetadataHost) {
    this.record = record;
    this.#host = host;
  }

  get description(): string {
    return this.record.description;
  }
  get tags(): readonly string[] {
    return this.record.tags;
  }
  get isProtectedFromDeletion(): boolean {
    return this.record.protectedFromDeletion;
  }

  /** Type of queues that are declared without one; `undefined` for the node's (RabbitMQ: Default Queue Type). */
  get defaultQueueType(): QueueTypeName | undefined {
    const { defaultQueueType } = this.record;
    return isQueueTypeName(defaultQueueType) ? defaultQueueType : undefined;
  }

  /** Sets the default queue type. Throws {@linkcode ParameterError} with RabbitMQ's text for an unknown type. */
  setDefaultQueueType(type: string | undefined, actor: Actor = INTERNAL): void {
    if (type === "") checkDefaultQueueType("");
    this.update({ defaultQueueType: type ?? "" }, actor);
  }

  /** Changes metadata. Throws {@linkcode ParameterError} with RabbitMQ's text for an unknown queue type. */
  update(changes: VirtualHostChanges, actor: Actor = INTERNAL): void {
    const record = { ...this.record, ...changes };
    if (record.defaultQueueType !== "") checkDefaultQueueType(record.defaultQueueType);
    this.#host.commit({ type: "vhost.put", ...record });
    notifyVirtualHost(this.#host.events, "vhost.updated", record, this.#host.defaultQueueType, actor.user);
  }
}

/** Throws {@linkcode ParameterError} with RabbitMQ's text for an unknown queue type. */
export function checkDefaultQueueType(type: string): void {
  if (isQueueTypeName(type)) return;
  if (type === "") throw new ParameterError("default_queue_type must not be an empty string");
  throw new ParameterError(`${type} is not a valid queue type`);
}
