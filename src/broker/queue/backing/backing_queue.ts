import type { RecoveredQueue } from "../../../store/recovered.ts";
import { Paging, type PagingQueue } from "../paging/paging.ts";
import type { QueueHost } from "../queue_host.ts";
import type { StoredSequence } from "../../sequence/stored_sequence.ts";
import { ReadyMessages } from "../paging/ready.ts";
import type { SequenceId } from "../../../store/sequence.ts";

/** A sequence of a queue's messages: all of them, or those of one priority (RabbitMQ: `rabbit_backing_queue`). */
export class BackingQueue implements StoredSequence {
  /** Id in the store's records. */
  readonly id: SequenceId;
  readonly priority: number;
  /** Offset of its positions in those of the queue. */
  readonly base: number;
  readonly ready: ReadyMessages = new ReadyMessages();
  /** Moves messages out of memory and back. */
  readonly paging: Paging;
  /** Position of the first message since the broker started. */
  #firstPosition = 0;

  constructor(id: SequenceId, priority: number, base: number, queue: PagingQueue, host: QueueHost) {
    this.id = id;
    this.priority = priority;
    this.base = base;
    this.paging = new Paging(this, queue, host);
  }

  /** Number of messages since the broker started. */
  get arrivedCount(): number {
    return this.ready.endPosition - this.#firstPosition;
  }

  leaveMemory(upTo: number): void {
    this.paging.leaveMemory(upTo);
  }

  /** Recovers the contents after the store was opened. */
  recover({ count, bodyBytes, nextPosition, deliveredUpTo }: RecoveredQueue): void {
    this.ready.recover(count, bodyBytes, nextPosition, deliveredUpTo);
    this.#firstPosition = nextPosition;
  }
}
