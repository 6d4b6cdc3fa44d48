import type { Position, SequenceId } from "./sequence.ts";
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
 * Where durable changes go: an append-only log that says when what was appended is safe. The broker never waits inside a
 * turn: it appends, goes on, and holds back what it promises its clients until {@linkcode Progress.durable} has caught up.
 *
 * A message is known to the store by queue and position. Positions of a queue rise.
 */
export interface Store extends Progress, MessageReader {
  readonly recovered: Recovered;
  /** There is no room to write, or little: nothing must be published. */
  readonly isShortOfSpace: boolean;
  /** More waits to be written than is good: who publishes should wait. */
  readonly isBehind: boolean;

  /** Tells who is to be called. To be called once, before anything else. */
  listen(events: StoreEvents): void;
  /** Appends a change of topology. It must not be a transient one. */
  append(record: TopologyRecord): void;
  /**
   * Appends a persistent message, once, with all durable queues that it went to and its position in each: the first
   * `count` of both arrays. `message` is good until the end of the call.
   */
  enqueue(message: MessageBytes, queueIds: readonly SequenceId[], positions: readonly Position[], count: number): void;
  /**
   * Appends that a queue is done with the messages at `count` positions from `first` on. Positions at which the store
   * has no message may be among them.
   */
  settle(queueId: SequenceId, first: Position, count: number): void;
  /** Appends that all messages of a queue before a position have been delivered. Nobody waits for that to be safe. */
  delivered(queueId: SequenceId, upTo: Position): void;
  /**
   * Appends that a message has been returned, and a count of that: any number that its queue makes of it, higher than the
   * last one, and less than 2^32. That is kept for as long as the message is; nobody waits for it to be safe. Where the
   * store has no message nothing happens.
   */
  returned(queueId: SequenceId, position: Position, deliveryCount: number): void;
  /**
   * Ends a turn: what was appended in it may be written. `isAwaited` when somebody waits for it to be safe: then that
   * begins at once, and otherwise soon.
   */
  commit(isAwaited: boolean): void;

  /** Place on disk for messages that only memory has; `undefined` where there is no disk. */
  readonly spill: Spill | undefined;
  /** Makes messages readable that are not yet, soon, so that they can leave memory. */
  relieve(): void;
  /** Resolves when everything appended is safe. The store is not used any more. */
  close(): Promise<void>;
}
