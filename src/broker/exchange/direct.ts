import type { Binding } from "../binding.ts";
import type { ExchangeType, Headers, Match, Router } from "./router.ts";

/** AMQP 0-9-1 §3.1.3.1: the routing key is the binding key. */
class DirectRouter implements Router {
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

  route(routingKey: string, _headers: Headers, match: Match): void {
    const bindings = this.#bindings.get(routingKey);
    if (bindings === undefined) return;
    for (const binding of bindings) match(binding.destination);
  }
}

export const direct: ExchangeType = {
  createRouter: () => new DirectRouter(),
  routesByHeaders: false,
  checkBinding: () => {},
};
