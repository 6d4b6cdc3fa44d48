import type { Node } from "../broker/node/node.ts";
import type { DeadLetterObserver } from "../broker/routing/dead_letters.ts";
import type { DeathReason } from "../broker/queue/rules/dead_letters.ts";
import { TestMessage } from "./message.ts";

/** Maximum number of dead letters that are kept. The oldest are forgotten. */
const DEAD_LETTERS_MAX = 10_000;

/** A message that died in a queue and went to its dead letter exchange. */
export interface DeadLetter {
  /** Queue in which it died. */
  readonly queue: string;
  /** Virtual host of that queue. */
  readonly vhost: string;
  /** Reason of the death. */
  readonly reason: DeathReason;
  /** The message as it was published to the dead letter exchange. */
  readonly message: TestMessage;
}

/** Records what is dead-lettered in a node, beside anybody who observes that already. */
export class DeadLetterRecord implements DeadLetterObserver {
  readonly #node: Node;
  readonly #before: DeadLetterObserver | undefined;
  readonly letters: DeadLetter[] = [];

  constructor(node: Node) {
    this.#node = node;
    this.#before = node.deadLetters.observer;
    node.deadLetters.observer = this;
  }

  deadLettered(...[dead, letter, queueCount]: Parameters<DeadLetterObserver["deadLettered"]>): void {
    const { queue, reason } = dead;
    const message = new TestMessage(this.#node.messages.locate(letter), false);
    this.letters.push({ queue: queue.name, vhost: queue.vhost.name, reason, message });
    if (this.letters.length > DEAD_LETTERS_MAX) this.letters.shift();
    this.#before?.deadLettered(dead, letter, queueCount);
  }
}
