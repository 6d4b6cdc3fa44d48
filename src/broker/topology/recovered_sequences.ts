import type { RecoveredQueue } from "../../store/recovered.ts";
import type { BackingQueueRecord, SequenceRecord } from "../../store/topology_record.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { SequenceKeeper } from "../exchange/exchange_sequence.ts";
import type { AnyQueue } from "../queue/any_queue.ts";

/** Returns the stored sequences of messages to their queues and exchanges. */
export class RecoveredSequences {
  readonly #recovered: ReadonlyMap<number, RecoveredQueue>;
  /** By sequence id. */
  readonly #queues = new Map<number, AnyQueue>();
  readonly #keepers = new Map<SequenceKeeper, number>();

  constructor(recovered: readonly RecoveredQueue[]) {
    this.#recovered = new Map(recovered.map((sequence) => [sequence.queueId, sequence]));
  }

  addQueue(queue: AnyQueue): void {
    this.#queues.set(queue.id, queue);
  }

  /** Adds a backing queue. Returns false when its queue no longer exists. */
  addBackingQueue({ queueId, priority, sequenceId }: BackingQueueRecord): boolean {
    const queue = this.#queues.get(queueId);
    queue?.recoverBackingQueue(priority, sequenceId);
    return queue !== undefined;
  }

  /**
   * Adds a sequence to an exchange. Returns false when the exchange no longer exists, does not need the sequence, or
   * has an older one.
   */
  addToExchange(exchange: Exchange | undefined, { purpose, sequenceId }: SequenceRecord): boolean {
    const keeper = exchange?.sequenceKeeper(purpose);
    if (keeper?.sequence === undefined || this.#keepers.has(keeper)) return false;
    keeper.sequence.recover(sequenceId);
    this.#keepers.set(keeper, sequenceId);
    return true;
  }

  /** Recovers the contents of all queues and exchanges, after all sequences were added. */
  recover(): void {
    // A queue that was deleted because a newer one has its name is skipped.
    for (const queue of this.#queues.values()) if (!queue.isDeleted) queue.recover(this.#recovered);
    for (const [keeper, sequenceId] of this.#keepers) keeper.recover(this.#recovered.get(sequenceId)!);
  }
}
