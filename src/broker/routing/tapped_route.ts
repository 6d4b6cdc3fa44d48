import type { Exchange } from "../exchange/exchange.ts";
import type { Message } from "../message/messages.ts";
import type { Target } from "../message/target.ts";

/** The lasting route of a routing key over exchanges with taps. Routes without taps stay as fast as they are. */
export class TappedRoute {
  readonly #targets: readonly Target[];
  readonly #exchanges: readonly Exchange[];

  constructor(targets: readonly Target[], exchanges: readonly Exchange[]) {
    this.#targets = targets;
    this.#exchanges = exchanges;
  }

  /** Shows a message to the taps, and returns its targets. */
  pass(message: Message): readonly Target[] {
    for (const { taps } of this.#exchanges) taps?.pass(message);
    return this.#targets;
  }
}
