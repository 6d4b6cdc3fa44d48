import type { StoredBlock } from "../../store/block.ts";
import type { RecoveredQueue } from "../../store/store.ts";
import type { SequencePurpose } from "../../store/topology_record.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import type { StoredSequence } from "../sequence/stored_sequence.ts";
import { scanSequence } from "../sequence/scan_sequence.ts";

/** Whose sequence it is. */
export interface SequenceOwner {
  readonly exchange: string;
  readonly vhost: string;
}

/** The part of an exchange that has a sequence of messages in the store. */
export interface SequenceKeeper {
  /** `undefined` for that of an exchange that is not durable. */
  readonly sequence: ExchangeSequence | undefined;
  /** Takes up what the sequence was when the store was opened. */
  recover(recovered: RecoveredQueue): void;
  /** The exchange is being deleted. */
  delete(): void;
}

/** A sequence of messages that a durable exchange has in the store, which hears of it with the first of them. */
export class ExchangeSequence {
  readonly purpose: SequencePurpose;
  /** The position of the next message. */
  nextPosition = 0;
  readonly #owner: SequenceOwner;
  readonly #host: QueueHost;
  readonly #stored: StoredSequence;
  #id: number | undefined;
  #isDeleted = false;

  /** `stored` is called when messages of it can be read back. */
  constructor(purpose: SequencePurpose, owner: SequenceOwner, host: QueueHost, stored: StoredSequence) {
    this.purpose = purpose;
    this.#owner = owner;
    this.#host = host;
    this.#stored = stored;
  }

  /** Its id in the store's records; `undefined` before its first message. */
  get storedId(): number | undefined {
    return this.#id;
  }

  /** Its id in the store's records, which it gets now if it has none. */
  get id(): number {
    return this.#id ?? this.#add();
  }

  #add(): number {
    const sequenceId = this.#host.nextQueueId();
    this.recover(sequenceId);
    this.#host.store.append({ type: "sequence.added", ...this.#owner, purpose: this.purpose, sequenceId });
    return sequenceId;
  }

  /** Takes up what it is called since the store was opened, or before. */
  recover(sequenceId: number): void {
    this.#id = sequenceId;
    this.#host.storedSequences.set(sequenceId, this.#stored);
  }

  /** The sequence is done with the message at a position. */
  settle(position: number): void {
    if (!this.#isDeleted) this.#host.store.settle(this.id, position, 1);
  }

  /** Reads all messages before the next position, in turns of their own, unless the sequence is deleted meanwhile. */
  async scan(take: (block: StoredBlock) => void): Promise<void> {
    const what = `exchange '${this.#owner.exchange}'`;
    await scanSequence(this.#host, this.id, this.nextPosition, what, () => this.#isDeleted, take);
  }

  /** It goes with its exchange. */
  delete(): void {
    this.#isDeleted = true;
    if (this.#id !== undefined) this.#host.storedSequences.delete(this.#id);
  }
}
