import type { FieldTable } from "../../wire/field_table.ts";
import type { Store } from "../../store/store.ts";
import type { EventSink } from "../events/events.ts";
import type { DiskCounts } from "../message/disk_counts.ts";
import type { Messages } from "../message/messages.ts";
import type { StoredSequence } from "../sequence/stored_sequence.ts";
import type { Schedule } from "../turn/schedule.ts";
import type { Turn } from "../turn/turn.ts";
import type { AnyQueue } from "./any_queue.ts";
import type { DeadLetterPublisher } from "./rules/dead_letters.ts";
import type { BlockCache } from "./stream/block_cache.ts";

/** How a queue was declared. */
export interface QueueDeclaration {
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The connection that alone may use it and takes it along when it goes; `null` for a queue that all share. */
  readonly owner: object | null;
  readonly arguments: FieldTable;
}

/** What a queue needs of the broker that it is in. */
export interface QueueHost {
  readonly messages: Messages;
  readonly store: Store;
  readonly turn: Turn;
  readonly schedule: Schedule;
  readonly deadLetters: DeadLetterPublisher;
  /** The time of this turn: the same from its beginning to its end. In milliseconds since 1970. */
  readonly timeMs: number;
  readonly diskCounts: DiskCounts;
  /** What was read of streams. */
  readonly blocks: BlockCache;
  /** Calls back, in a turn, once the store has what was appended up to `position`, which must not be safe yet. */
  whenDurable(position: number, callback: () => void): void;
  /** Ends a turn that begins when something was read. */
  endTurn(): void;
  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void;
  /** Logs a sentence for the operator. */
  report(line: string): void;
  /** Who wants to hear what happens, if anybody. */
  readonly events?: EventSink;
  /** A number for a sequence of messages that no other one has or had. */
  nextQueueId(): number;
  /** By their ids. */
  readonly storedSequences: Map<number, StoredSequence>;
}

/** What a queue needs of the virtual host that it is in. */
export interface QueueVhost {
  readonly name: string;
  /** Deletes a queue that has not been used for as long as it may. */
  removeQueue(queue: AnyQueue): void;
}
