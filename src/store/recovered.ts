import type { Position, SequenceId } from "./sequence.ts";
import type { TopologyRecord } from "./topology_record.ts";

/** A recovered sequence of messages: of a queue, a backing queue of one, or an exchange. */
export interface RecoveredQueue {
  /** The id of the sequence. */
  readonly queueId: SequenceId;
  /** Number of messages it holds. All can be read back. */
  readonly count: number;
  /** The position of the next message. */
  readonly nextPosition: Position;
  /** Position before which all messages have been delivered. */
  readonly deliveredUpTo: Position;
  /** The last counts of messages that have been returned, by position; see `Store.returned`. */
  readonly deliveryCounts: ReadonlyMap<Position, number>;
  /** Size of its messages' bodies, by `MessageReader.bodyBytesFrom`. In bytes. */
  readonly bodyBytes: number;
  /** True when some of its messages may have a time. */
  readonly hasTimes: boolean;
}

/** The content of a store when it is opened. */
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
