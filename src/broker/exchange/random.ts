import type { Binding } from "./binding.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeHost, ExchangeType, Match, Router } from "./router.ts";

/** RabbitMQ: Random Exchange. A random binding gets the message, whatever its key. */
export class RandomRouter implements Router {
  readonly dependsOnMessage = true;
  readonly #host: ExchangeHost;
  readonly #bindings: Binding[] = [];
  readonly #places = new Map<Binding, number>();

  constructor(host: ExchangeHost) {
    this.#host = host;
  }

  add(binding: Binding): void {
    this.#places.set(binding, this.#bindings.length);
    this.#bindings.push(binding);
  }

  remove(binding: Binding): void {
    const place = this.#places.get(binding);
    if (place === undefined) return;
    this.#places.delete(binding);
    // The last one takes its place, as the order does not matter.
    const last = this.#bindings.pop()!;
    if (last === binding) return;
    this.#bindings[place] = last;
    this.#places.set(last, place);
  }

  route(_message: RoutedMessage, match: Match): void {
    const { length } = this.#bindings;
    if (length > 0) match(this.#bindings[Math.floor(this.#host.random() * length)].destination);
  }
}

export const random: ExchangeType = {
  createRouter: (_exchangeArguments, host) => new RandomRouter(host),
};
