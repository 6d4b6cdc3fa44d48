import type { StoredBlock } from "./block.ts";
import type { Spill } from "./spill.ts";
import type { TopologyRecord } from "./topology_record.ts";
import type { ValueFilter } from "./value_filter.ts";

/** Where a message lies in memory: address (exchange and routing key as short strings), content header and body. */
export interface MessageContent {
  bytes: Uint8Array;
  offset: number;
  addressBytes: number;
  headerBytes: number;
  bodyBytes: number;
  /** When the broker took it, in milliseconds since 1970; 0 where that is not kept. */
  time: number;
  /** Whether the broker has dead-lettered it, so that its `x-death` header is the broker's own. */
  hasDied: boolean;
}

/** A message to be appended. */
export interface MessageBytes extends MessageContent {
  /** The same memory as `bytes`. */
  view: DataView;
}

/** A recovered sequence of messages: of a queue, a backing queue of one, or an exchange. */
export interface RecoveredQueue {
  /** The id of the sequence. */
  readonly queueId: number;
  /** Number of messages it holds. All can be read back. */
  readonly count: number;
  /** The position of the next message. */
  readonly nextPosition: number;
  /** Position before which all messages have been delivered. */
  readonly deliveredUpTo: number;
  /** The last counts of messages that have been returned, by position; see {@linkcode Store.returned}. */
  readonly deliveryCounts: ReadonlyMap<number, number>;
  /** What the bodies of its messages take, as {@linkcode Store.bodyBytesFrom} tells it. */
  readonly bodyBytes: number;
  /** Whether there may be messages of which it is kept when they came. */
  readonly hasTimes: boolean;
}

/** Messages of a queue that follow one another, and are read at once. */
export interface BlockExtent {
  /** The positions of its first and last message, whether these are settled or not. */
  readonly first: number;
  readonly last: number;
  /** When the broker took the first one, and the last one of which that is kept; 0 where it is not. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Number of messages it was written with, and of those the queue still has. */
  readonly count: number;
  readonly liveCount: number;
  /** Size of the bodies of all of them, settled or not. In bytes. */
  readonly bodyBytes: number;
  /** Size of all of them on disk. In bytes. */
  readonly bytes: number;
  /** Their filter values, for blocks of streams. */
  readonly values: ValueFilter | undefined;
}

/** What a store recovers when it is opened. */
export interface Recovered {
  /**
   * The newest record of each thing, kind by kind, in an order in which each can be applied: what is bound comes before the
   * binding, and sequences behind their queue or exchange. Where the last records of a change were lost, something may be
   * missing that a record counts on.
   */
  readonly topology: readonly TopologyRecord[];
  readonly queues: readonly RecoveredQueue[];
  /** The highest id of a sequence that there is or was. */
  readonly lastQueueId: number;
}

/** Callbacks of a store; always called outside of any turn. */
export interface StoreEvents {
  /** {@linkcode Store.durable} has risen. */
  durable(): void;
  /** More messages of these queues can be read back: {@linkcode Store.readableUpTo} has risen. */
  readable(queueIds: readonly number[]): void;
  /** {@linkcode Store.isShortOfSpace} or {@linkcode Store.isBehind} has changed. */
  pressure(): void;
  /** Another broker has taken over what is stored: nothing more becomes durable. Called once. */
  fenced(): void;
}

/**
 * Where durable changes go: an append-only log that says when what was appended is safe. The broker never waits inside a
 * turn: it appends, goes on, and holds back what it promises its clients until {@linkcode durable} has caught up.
 *
 * A message is known to the store by queue and position. Positions of a queue rise.
 */
export interface Store {
  /** The number of the last record that was appended; the first one is 1. */
  readonly appended: number;
  /** The number of the last record of {@linkcode append}. */
  readonly declared: number;
  /** The number of the last record that was a message. */
  readonly enqueued: number;
  /** The number of the last record that is safe. Never more than {@linkcode appended}. */
  readonly durable: number;
  readonly recovered: Recovered;
  /** There is no room to write, or little: nothing must be published. */
  readonly isShortOfSpace: boolean;
  /** More waits to be written than is good: who publishes should wait. */
  readonly isBehind: boolean;
  /** Another broker has taken over what is stored. */
  readonly isFenced: boolean;

  /** Tells who is to be called. To be called once, before anything else. */
  listen(events: StoreEvents): void;
  /** Appends a change of topology. It must not be a transient one. */
  append(record: TopologyRecord): void;
  /**
   * Appends a persistent message, once, with all durable queues that it went to and its position in each: the first
   * `count` of both arrays. `message` is good until the end of the call.
   */
  enqueue(message: MessageBytes, queueIds: readonly number[], positions: readonly number[], count: number): void;
  /**
   * Appends that a queue is done with the messages at `count` positions from `first` on. Positions at which the store
   * has no message may be among them.
   */
  settle(queueId: number, first: number, count: number): void;
  /** Appends that all messages of a queue before a position have been delivered. Nobody waits for that to be safe. */
  delivered(queueId: number, upTo: number): void;
  /**
   * Appends that a message has been returned, and a count of that: any number that its queue makes of it, higher than the
   * last one, and less than 2^32. That is kept for as long as the message is; nobody waits for it to be safe. Where the
   * store has no message nothing happens.
   */
  returned(queueId: number, position: number, deliveryCount: number): void;
  /**
   * Ends a turn: what was appended in it may be written. `isAwaited` when somebody waits for it to be safe: then that
   * begins at once, and otherwise soon.
   */
  commit(isAwaited: boolean): void;

  /** Place on disk for messages that only memory has; `undefined` where there is no disk. */
  readonly spill: Spill | undefined;
  /** Makes messages readable that are not yet, soon, so that they can leave memory. */
  relieve(): void;
  /** Returns the position before which a queue's messages can be read back, so that they may leave memory. */
  readableUpTo(queueId: number): number;
  /**
   * Reads the messages that come next in a queue, from a position below {@linkcode readableUpTo} on: as many as lie
   * together. Resolves to `undefined` when there are none. Rejects when they can't be read, or are broken.
   */
  read(queueId: number, from: number): Promise<StoredBlock | undefined>;
  /**
   * What can be read back of a queue, in order, as it is now: to be read before the next call. A caller that settles whole
   * blocks frees what they take on disk.
   */
  blocks(queueId: number): readonly BlockExtent[];
  /**
   * What the bodies of the messages take that can be read back from a position on: exactly so for whole blocks, and in
   * proportion for parts of them. It looks at each block.
   */
  bodyBytesFrom(queueId: number, position: number): number;
  /** The position of the first message that a queue has, readable or not; `undefined` when it has none. */
  firstPosition(queueId: number): number | undefined;
  /**
   * The position of the first message of the first block whose last one is not older than a time; `undefined` when all
   * that can be read back are older. Only for queues whose messages have times that never fall.
   */
  positionAt(queueId: number, time: number): number | undefined;
  /** Resolves when everything appended is safe. The store is not used any more. */
  close(): Promise<void>;
}
