import type { Binding } from "./binding.ts";
import { phash2OfList } from "./erlang_hash.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeType, Match, Router } from "./router.ts";

/**
 * RabbitMQ: Modulus Hash Exchange. The hash of the routing keys selects the binding; the bindings' own keys are
 * ignored. Bindings are ordered by destination, so that the result is the same after a restart.
 */
class ModulusHashRouter implements Router {
  readonly dependsOnMessage = false;
  readonly #bindings = new Set<Binding>();
  /** Made for the first message after a change. */
  #sorted: readonly Binding[] | undefined;

  add(binding: Binding): void {
    this.#bindings.add(binding);
    this.#sorted = undefined;
  }

  remove(binding: Binding): void {
    this.#bindings.delete(binding);
    this.#sorted = undefined;
  }

  route({ routingKeys }: RoutedMessage, match: Match): void {
    this.#sorted ??= [...this.#bindings].sort(compareDestinations);
    const { length } = this.#sorted;
    if (length > 0) match(this.#sorted[phash2OfList(routingKeys) % length].destination);
  }
}

function compareDestinations({ destination: a }: Binding, { destination: b }: Binding): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

export const modulusHash: ExchangeType = { createRouter: () => new ModulusHashRouter() };
