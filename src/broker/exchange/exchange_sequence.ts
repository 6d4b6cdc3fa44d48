import type { StoredBlock } from "../../store/block.ts";
import type { RecoveredQueue } from "../../store/recovered.ts";
import type { SequencePurpose } from "../../store/topology_record.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import type { StoredSequence } from "../sequence/stored_sequence.ts";
import { scanSequence } from "../sequence/scan_sequence.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** The exchange that a sequence belongs to. */
export interface SequenceOwner {
  readonly exchange: string;
  readonly vhost: string;
}

/** A part of an exchange with a sequence of messages in the store. */
export interface SequenceKeeper {
  /** `undefined` when the exchange is not durable. */
  readonly sequence: ExchangeSequence | undefined;
  /** Recovers the sequence after the store was opened. */
  recover(recovered: RecoveredQueue): void;
  /** Called when the exchange is deleted. */
  delete(): void;
}

/** A sequence of messages of a durable exchange. The store learns of it with the first message. */
export class ExchangeSequence {
  readonly purpose: SequencePurpose;
  /** Position of the next message. */
  nextPosition = 0;
  readonly #owner: SequenceOwner;
  readonly #host: QueueHost;
  readonly #stored: StoredSequence;
  #id: SequenceId | undefined;
  #isDeleted = false;

  /** `stored` is called when messages of the sequence can be read back. */
  constructor(purpose: SequencePurpose, owner: SequenceOwner, host: QueueHost, stored: StoredSequence) {
    this.purpose = purpose;
    this.#owner = owner;
    this.#host = host;
    this.#stored = stored;
  }

  /** Id in the store's records; `undefined` before the first message. */
  get storedId(): SequenceId | undefined {
    return this.#id;
  }

  /** Id in the store's records, which is assigned on first use. */
  get id(): SequenceId {
    return this.#id ?? this.#add();
  }

  #add(): SequenceId {
    const sequenceId = this.#host.nextQueueId();
    this.recover(sequenceId);
    this.#host.store.append({ type: "sequence.added", ...this.#owner, purpose: this.purpose, sequenceId });
    return sequenceId;
  }

  /** Recovers the id of the sequence. */
  recover(sequenceId: SequenceId): void {
    this.#id = sequenceId;
    this.#host.storedSequences.set(sequenceId, this.#stored);
  }

  /** Settles the message at a position. */
  settle(position: number): void {
    if (!this.#isDeleted) this.#host.store.settle(this.id, position, 1);
  }

  /** Reads all messages before the next position, in turns of their own, unless the sequence is deleted meanwhile. */
  async scan(take: (block: StoredBlock) => void): Promise<void> {
    const what = `exchange '${this.#owner.exchange}'`;
    await scanSequence(this.#host, this.id, this.nextPosition, what, () => this.#isDeleted, take);
  }

  /** Deletes the sequence with its exchange. */
  delete(): void {
    this.#isDeleted = true;
    if (this.#id !== undefined) this.#host.storedSequences.delete(this.#id);
  }
}
