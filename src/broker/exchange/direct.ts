import type { Binding } from "./binding.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeType, Match, Router } from "./router.ts";

const NO_BINDINGS: Iterable<Binding> = [];

/** AMQP 0-9-1 §3.1.3.1: a binding matches when its key is the routing key. */
class DirectRouter implements Router {
  readonly dependsOnMessage = false;
  readonly #bindings = new Map<string, Set<Binding>>();

  add(binding: Binding): void {
    const bindings = this.#bindings.get(binding.routingKey);
    if (bindings === undefined) this.#bindings.set(binding.routingKey, new Set([binding]));
    else bindings.add(binding);
  }

  remove(binding: Binding): void {
    const bindings = this.#bindings.get(binding.routingKey);
    if (bindings?.delete(binding) && bindings.size === 0) this.#bindings.delete(binding.routingKey);
  }

  route({ routingKeys }: RoutedMessage, match: Match): void {
    for (const key of routingKeys) {
      for (const binding of this.#bindings.get(key) ?? NO_BINDINGS) match(binding.destination);
    }
  }
}

export const direct: ExchangeType = {
  createRouter: () => new DirectRouter(),
};
