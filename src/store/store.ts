import type { Position, SequenceId } from "./sequence.ts";
import type { JournalMeasures } from "./journal_measures.ts";
import type { MessageBytes } from "./message_content.ts";
import type { MessageReader } from "./message_reader.ts";
import type { Progress } from "./progress.ts";
import type { Recovered } from "./recovered.ts";
import type { Spill } from "./spill.ts";
import type { TopologyRecord } from "./topology_record.ts";

/** Callbacks of a store; always called outside of any turn. */
export interface StoreEvents {
  /** {@linkcode Progress.durable} has risen. */
  durable(): void;
  /** More messages of these queues can be read back: {@linkcode MessageReader.readableUpTo} has risen. */
  readable(queueIds: readonly SequenceId[]): void;
  /** {@linkcode Store.isShortOfSpace} or {@linkcode Store.isBehind} has changed. */
  pressure(): void;
  /** Another broker has taken over what is stored: nothing more becomes durable. Called once. */
  fenced(): void;
}

/**
 * Keeps durable changes, and tells when they are safe. The broker never waits inside a turn: it appends, continues, and holds
 * back what it promises its clients until {@linkcode Progress.durable} has caught up.
 *
 * The store knows a message by queue and position. Positions of a queue rise. Its members are not a stable interface.
 *
 * @internal
 */
export interface Store extends Progress, MessageReader {
  /** @internal */
  readonly recovered: Recovered;
  /** Measures of the journal; absent where there is none. */
  readonly journal?: JournalMeasures;
  /** True when there is little or no room to write: nothing must be published. */
  readonly isShortOfSpace: boolean;
  /** True when much waits to be written: publishers should wait. */
  readonly isBehind: boolean;

  /** Sets the callbacks. Must be called once, before anything else. */
  listen(events: StoreEvents): void;
  /** Appends a change of topology, which must not be transient. */
  append(record: TopologyRecord): void;
  /**
   * Appends a persistent message, once, with all its durable queues and its position in each: the first `count` of both
   * arrays. `message` is valid until the end of the call.
   */
  enqueue(message: MessageBytes, queueIds: readonly SequenceId[], positions: readonly Position[], count: number): void;
  /**
   * Appends that a queue has settled the messages at `count` positions from `first` on. The store may have no message at
   * some of them.
   */
  settle(queueId: SequenceId, first: Position, count: number): void;
  /** Appends that all messages of a queue before a position have been delivered. Nothing waits for this record. */
  delivered(queueId: SequenceId, upTo: Position): void;
  /**
   * Appends that a message has been returned, with a count that its queue chooses: higher than the last one, and less than
   * 2^32. It is kept as long as the message; nothing waits for this record. Does nothing where the store has no message.
   */
  returned(queueId: SequenceId, position: Position, deliveryCount: number): void;
  /**
   * Ends a turn: its records may be written. That begins at once when a client waits for them (`isAwaited`), and otherwise
   * soon.
   */
  commit(isAwaited: boolean): void;

  /** Place on disk for messages that only memory has; `undefined` where there is no disk. */
  readonly spill: Spill | undefined;
  /** Makes all messages readable soon, so that they can leave memory. */
  relieve(): void;
  /** Resolves when all records are safe. The store must not be used any more. */
  close(): Promise<void>;
}
