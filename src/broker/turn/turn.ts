import { assertEqual } from "../../wire/assert.ts";
import type { Messages } from "../message/messages.ts";

/** Something that gathers work during a turn and does it at the turn's end. */
export interface Deferred {
  /** Does what has been gathered. */
  finishTurn(): void;
}

/** Runs `callback` in a later turn, soon. */
export type Defer = (callback: () => void) => void;

/**
 * One step of the broker's state machine: a chunk from a peer, a write that was finished, a timer. Whatever starts one
 * ends it with {@linkcode end}: then queues deliver what has become ready, and each connection writes all it has to say
 * at once.
 */
export class Turn {
  readonly #messages: Messages;
  readonly #defer: Defer;
  readonly #queues: Deferred[] = [];
  readonly #outputs: Deferred[] = [];
  /** True while work deferred to the end of the turn runs. */
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

  /** Throws `AssertionError` when work is left from outside a turn, waiting for one to end. For tests. */
  checkOver(): void {
    assertEqual("queues that wait for the end of a turn", this.#queues.length, 0);
    assertEqual("outputs that wait for the end of a turn", this.#outputs.length, 0);
  }

  end(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    try {
      // What is added while these run is served too: an output that is written makes room for more deliveries.
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

/** Finishes all items of a list, those added meanwhile included, and empties it. An item that fails is not retried. */
function finishAll(list: Deferred[]): void {
  let done = 0;
  try {
    while (done < list.length) list[done++].finishTurn();
  } finally {
    if (done === list.length) list.length = 0;
    else list.splice(0, done);
  }
}
