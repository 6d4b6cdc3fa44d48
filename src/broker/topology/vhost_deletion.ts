import type { Actor } from "../events/actor.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { runInSlices } from "../turn/slices.ts";
import { removeExchange } from "./exchange_commands.ts";
import { removeQueue } from "./queue_commands.ts";
import type { Topology } from "./topology.ts";
import type { VirtualHost } from "./vhost.ts";

/**
 * Deletes the contents of a deleted virtual host: queues, exchanges and parameters. Other turns happen in between. If
 * the process ends meanwhile, the next start drops the rest, as its virtual host does not exist.
 */
export class VirtualHostDeletion {
  readonly #topology: Topology;
  readonly #vhost: VirtualHost;
  readonly #actor: Actor;
  readonly #onDone: () => void;

  constructor(topology: Topology, vhost: VirtualHost, actor: Actor, onDone: () => void) {
    this.#topology = topology;
    this.#vhost = vhost;
    this.#actor = actor;
    this.#onDone = onDone;
  }

  start(): void {
    runInSlices(this.#topology.host, this.#deleteEach(), () => this.#finish());
  }

  *#deleteEach(): IterableIterator<void> {
    const vhost = this.#vhost;
    for (const queue of vhost.queues.values()) yield this.#deleteQueue(queue);
    for (const exchange of vhost.exchanges.values()) yield this.#deleteExchange(exchange);
    for (const parameter of this.#topology.parameters.listAll(vhost.name)) {
      yield this.#topology.parameters.clear(parameter, this.#actor);
    }
  }

  #deleteQueue(queue: AnyQueue): void {
    removeQueue(this.#vhost, queue, this.#actor);
  }

  #deleteExchange(exchange: Exchange): void {
    removeExchange(this.#vhost, exchange, this.#actor);
  }

  #finish(): void {
    const { host, deleting } = this.#topology;
    deleting.delete(this.#vhost.name);
    host.events?.notify("vhost.deleted", { name: this.#vhost.name }, this.#actor.user);
    const { declared, durable } = host.store;
    if (declared <= durable) this.#onDone();
    else host.whenDurable(declared, this.#onDone);
  }
}
