import { assertEqual } from "../../wire/assert.ts";
import type { Messages } from "../message/messages.ts";

/** Collects work during a turn and does it at the turn's end. */
export interface Deferred {
  /** Does the collected work. */
  finishTurn(): void;
}

/** Calls `callback` in a later turn, soon. */
export type Defer = (callback: () => void) => void;

/**
 * One step of the broker's state machine: a chunk from a peer, a finished write, a timer. The code that starts a turn ends it
 * with {@linkcode end}: then queues deliver what has become ready, and each connection writes all its output at once.
 */
export class Turn {
  readonly #messages: Messages;
  readonly #defer: Defer;
  readonly #queues: Deferred[] = [];
  readonly #outputs: Deferred[] = [];
  /** True while the work at the end of the turn is done. */
  isEnding = false;
  #isCompactionDeferred = false;

  constructor(messages: Messages, defer: Defer) {
    this.#messages = messages;
    this.#defer = defer;
  }

  /** Adds a queue that delivers at the end of the turn. The caller adds it once. */
  addQueue(queue: Deferred): void {
    this.#queues.push(queue);
  }

  /** Adds a connection's output that is written at the end of the turn. The caller adds it once. */
  addOutput(output: Deferred): void {
    this.#outputs.push(output);
  }

  /** Throws `AssertionError` when work has been added outside a turn. For tests. */
  checkOver(): void {
    assertEqual("queues that wait for the end of a turn", this.#queues.length, 0);
    assertEqual("outputs that wait for the end of a turn", this.#outputs.length, 0);
  }

  end(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    try {
      // What is added meanwhile is served too: written output makes room for more deliveries.
      while (this.#queues.length > 0 || this.#outputs.length > 0) {
        finishAll(this.#queues);
        finishAll(this.#outputs);
      }
    } finally {
      this.isEnding = false;
    }
    if (this.#messages.isCompactionDue) this.#compact();
  }

  #compact(): void {
    this.#messages.compact();
    if (!this.#messages.isCompactionDue || this.#isCompactionDeferred) return;
    this.#isCompactionDeferred = true;
    this.#defer(() => {
      this.#isCompactionDeferred = false;
      if (this.#messages.isCompactionDue) this.#compact();
    });
  }
}

/** Finishes all items of a list, those added meanwhile included, and empties it. An item that fails is not repeated. */
function finishAll(list: Deferred[]): void {
  let done = 0;
  try {
    while (done < list.length) list[done++].finishTurn();
  } finally {
    if (done === list.length) list.length = 0;
    else list.splice(0, done);
  }
}
