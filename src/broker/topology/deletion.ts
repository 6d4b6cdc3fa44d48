import { type Actor, INTERNAL } from "../events/actor.ts";
import type { Binding, Destination } from "../exchange/binding.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { Changes } from "./changes.ts";
import type { IncomingBindings } from "./incoming_bindings.ts";
import { notifyBinding, notifyExchangeDeleted, notifyQueueDeleted } from "./topology_events.ts";

/** The virtual host of the deletion. */
interface DeletionVhost {
  readonly name: string;
  readonly incoming: IncomingBindings;
}

/**
 * Determines what is deleted with an exchange, a queue or a binding: the bindings from and to it, and the auto-delete
 * exchanges that lose their last one (AMQP 0-9-1 §1.6.2.1). Changes nothing itself.
 *
 * The record of a thing comes before those of the bindings to it: when only the first records are on disk, a binding is
 * left that leads nowhere, and the next start drops it. In the opposite order a queue would be left without its
 * bindings.
 */
export class Deletion {
  readonly changes = new Changes();
  readonly #vhost: DeletionVhost;
  readonly #exchanges = new Set<Exchange>();
  readonly #bindings = new Set<Binding>();
  /** Number of bindings left of exchanges that lose some. */
  readonly #left = new Map<Exchange, number>();

  constructor(vhost: DeletionVhost) {
    this.#vhost = vhost;
  }

  /** Deletes a queue. As in RabbitMQ, the bindings to it are deleted by nobody in particular. */
  queue(queue: AnyQueue, actor: Actor): void {
    const { name: vhost } = this.#vhost;
    const transient = queue.isDurable ? undefined : true;
    this.changes.add({ type: "queue.deleted", vhost, queue: queue.name, queueId: queue.id, transient });
    this.#incoming(queue, INTERNAL);
    this.changes.notify((events) => notifyQueueDeleted(events, vhost, queue, actor.user));
  }

  exchange(exchange: Exchange, actor: Actor): void {
    const { name: vhost } = this.#vhost;
    const { changes } = this;
    this.#exchanges.add(exchange);
    for (const sequenceId of exchange.sequenceIds) changes.add({ type: "sequence.removed", sequenceId });
    const transient = exchange.isDurable ? undefined : true;
    changes.add({ type: "exchange.deleted", vhost, exchange: exchange.name, transient });
    for (const binding of exchange.bindings.values()) {
      if (this.#bindings.has(binding)) continue;
      changes.notify((events) => notifyBinding(events, "binding.deleted", vhost, binding, actor.user));
    }
    this.#incoming(exchange, actor);
    changes.notify((events) => notifyExchangeDeleted(events, vhost, exchange, actor.user));
  }

  binding(binding: Binding, actor: Actor): void {
    const { name: vhost } = this.#vhost;
    const { source } = binding;
    this.#bindings.add(binding);
    this.changes.add({
      type: "binding.removed",
      vhost,
      binding: binding.toRecord(),
      transient: binding.isDurable ? undefined : true,
    });
    this.changes.notify((events) => notifyBinding(events, "binding.deleted", vhost, binding, actor.user));
    const left = (this.#left.get(source) ?? source.bindings.size) - 1;
    this.#left.set(source, left);
    if (source.isAutoDelete && left === 0) this.exchange(source, actor);
  }

  #incoming(destination: Destination, actor: Actor): void {
    for (const binding of this.#vhost.incoming.of(destination)) {
      // The bindings of a deleted exchange are deleted with it.
      if (!this.#exchanges.has(binding.source) && !this.#bindings.has(binding)) this.binding(binding, actor);
    }
  }
}
