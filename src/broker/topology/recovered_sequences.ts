import type { RecoveredQueue } from "../../store/store.ts";
import type { BackingQueueRecord, SequenceRecord } from "../../store/topology_record.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { SequenceKeeper } from "../exchange/exchange_sequence.ts";
import type { AnyQueue } from "../queue/any_queue.ts";

/** Gives queues and exchanges back the sequences of messages that the store has. */
export class RecoveredSequences {
  readonly #recovered: ReadonlyMap<number, RecoveredQueue>;
  /** By the ids of their sequences. */
  readonly #queues = new Map<number, AnyQueue>();
  readonly #keepers = new Map<SequenceKeeper, number>();

  constructor(recovered: readonly RecoveredQueue[]) {
    this.#recovered = new Map(recovered.map((sequence) => [sequence.queueId, sequence]));
  }

  addQueue(queue: AnyQueue): void {
    this.#queues.set(queue.id, queue);
  }

  /** Returns false where the queue is not there any more. */
  addBackingQueue({ queueId, priority, sequenceId }: BackingQueueRecord): boolean {
    const queue = this.#queues.get(queueId);
    queue?.recoverBackingQueue(priority, sequenceId);
    return queue !== undefined;
  }

  /** Returns false where the exchange is not there any more, has no use for it, or has an older one. */
  addToExchange(exchange: Exchange | undefined, { purpose, sequenceId }: SequenceRecord): boolean {
    const keeper = exchange?.sequenceKeeper(purpose);
    if (keeper?.sequence === undefined || this.#keepers.has(keeper)) return false;
    keeper.sequence.recover(sequenceId);
    this.#keepers.set(keeper, sequenceId);
    return true;
  }

  /** Has queues and exchanges take up what their sequences were. To be called when all were added. */
  recover(): void {
    // One that was deleted as a newer one of its name was found is not a queue any more.
    for (const queue of this.#queues.values()) if (!queue.isDeleted) queue.recover(this.#recovered);
    for (const [keeper, sequenceId] of this.#keepers) keeper.recover(this.#recovered.get(sequenceId)!);
  }
}
