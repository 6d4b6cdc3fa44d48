import type { Binding } from "./binding.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeType, Match, Router } from "./router.ts";

/** AMQP 0-9-1 §3.1.3.2: every binding matches. */
class FanoutRouter implements Router {
  readonly dependsOnMessage = false;
  readonly #bindings = new Set<Binding>();

  add(binding: Binding): void {
    this.#bindings.add(binding);
  }

  remove(binding: Binding): void {
    this.#bindings.delete(binding);
  }

  route(_message: RoutedMessage, match: Match): void {
    for (const binding of this.#bindings) match(binding.destination);
  }
}

export const fanout: ExchangeType = {
  createRouter: () => new FanoutRouter(),
};
