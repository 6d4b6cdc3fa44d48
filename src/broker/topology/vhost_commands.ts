import { NO_METADATA } from "../../store/topology_record.ts";
import { type Actor, INTERNAL } from "../events/actor.ts";
import { ParameterError } from "../policy/parameters.ts";
import type { Topology } from "./topology.ts";
import { removalOf } from "./removal.ts";
import { notifyExchangeCreated, notifyVirtualHost } from "./topology_events.ts";
import type { VirtualHost } from "./vhost.ts";
import { VirtualHostDeletion } from "./vhost_deletion.ts";
import { applyDefaults, type VirtualHostDefaults } from "./vhost_defaults.ts";
import { checkDefaultQueueType, type VirtualHostChanges } from "./vhost_metadata.ts";

/** Commands for virtual hosts (RabbitMQ: Virtual Hosts). They throw {@linkcode ParameterError}. */
export class VirtualHostCommands {
  readonly #topology: Topology;
  readonly #max: number;
  readonly #defaults: VirtualHostDefaults | undefined;

  /** @param max maximum number of virtual hosts. */
  constructor(topology: Topology, max: number, defaults?: VirtualHostDefaults) {
    this.#topology = topology;
    this.#max = max;
    this.#defaults = defaults;
  }

  /** Adds a virtual host, or returns the existing one. */
  add(name: string, metadata: VirtualHostChanges = {}, actor: Actor = INTERNAL): VirtualHost {
    const { vhosts, deleting, host } = this.#topology;
    const existing = vhosts.get(name);
    if (existing !== undefined) return existing;
    if (vhosts.size >= this.#max) {
      throw new ParameterError(`cannot create vhost '${name}': vhost limit of ${this.#max} is reached`);
    }
    if (deleting.has(name)) throw new ParameterError(`cannot create vhost '${name}': it is being deleted`);
    const record = { vhost: name, ...NO_METADATA, ...metadata };
    if (record.defaultQueueType !== "") checkDefaultQueueType(record.defaultQueueType);
    host.commit({ type: "vhost.put", ...record });
    const vhost = vhosts.get(name)!;
    const by = actor.user;
    for (const exchange of vhost.exchanges.values()) notifyExchangeCreated(host.events, name, exchange, by);
    notifyVirtualHost(host.events, "vhost.created", record, host.defaultQueueType, by);
    if (this.#defaults !== undefined) applyDefaults(this.#topology, vhost, this.#defaults);
    return vhost;
  }

  /**
   * Deletes a virtual host with all its contents and settings. From now on nobody finds it. Resolves when everything is
   * deleted and the store has the records. Many queues take many turns.
   */
  delete(name: string, actor: Actor = INTERNAL): Promise<void> {
    const topology = this.#topology;
    const vhost = topology.vhosts.get(name);
    if (vhost === undefined) throw new ParameterError(`vhost '${name}' does not exist`);
    if (vhost.metadata.isProtectedFromDeletion) {
      throw new ParameterError(`Refusing to delete virtual host '${name}' because it is protected from deletion`);
    }
    const { users, host } = topology;
    host.commit({ type: "vhost.deleted", vhost: name });
    for (const permission of [...users.permissions()]) {
      if (permission.vhost === name) host.commit(removalOf({ type: "permission.put", ...permission })!);
    }
    for (const permission of [...users.topicPermissions()]) {
      if (permission.vhost === name) host.commit(removalOf({ type: "topic_permission.put", ...permission })!);
    }
    return new Promise((resolve) => new VirtualHostDeletion(topology, vhost, actor, resolve).start());
  }
}
