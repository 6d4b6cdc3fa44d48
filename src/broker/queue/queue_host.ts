import type { LogCategory } from "../events/logger.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import type { Store } from "../../store/store.ts";
import type { Behaviour } from "../compat/behaviour.ts";
import type { EventSink } from "../events/events.ts";
import type { DiskCounts } from "../message/disk_counts.ts";
import type { Messages } from "../message/messages.ts";
import type { StoredSequence } from "../sequence/stored_sequence.ts";
import type { Schedule } from "../turn/schedule.ts";
import type { Turn } from "../turn/turn.ts";
import type { AnyQueue } from "./any_queue.ts";
import type { DeadLetterPublisher } from "./rules/dead_letters.ts";
import type { DeathCounts } from "./rules/death_counts.ts";
import type { BlockCache } from "./stream/block_cache.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** The declaration of a queue. */
export interface QueueDeclaration {
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The only session that may use the queue, with which it is deleted; `null` for a shared queue. */
  readonly owner: object | null;
  readonly arguments: FieldTable;
  /** Absent where the broker declares it. */
  readonly declaredBy?: string;
}

/** The parts of the broker that a queue uses. */
export interface QueueHost {
  /** Behaviour of the version of RabbitMQ that the broker is compatible with. */
  readonly behaviour: Behaviour;
  readonly messages: Messages;
  readonly store: Store;
  readonly turn: Turn;
  readonly schedule: Schedule;
  readonly deadLetters: DeadLetterPublisher;
  /** Time of this turn: the same from its beginning to its end. In milliseconds since 1970. */
  readonly timeMs: number;
  readonly diskCounts: DiskCounts;
  readonly deathCounts: DeathCounts;
  /** Cache of blocks of streams. */
  readonly blocks: BlockCache;
  /** Calls back, in a turn, once the store has everything up to `position`, which must not be durable yet. */
  whenDurable(position: number, callback: () => void): void;
  /** Ends a turn that begins when something was read. */
  endTurn(): void;
  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void;
  /** Logs a sentence for the operator. */
  report(line: string, category?: LogCategory): void;
  /** Receives events, if anybody does. */
  readonly events?: EventSink;
  /** Returns an id for a sequence of messages that no other one has or had. */
  nextQueueId(): SequenceId;
  /** Sequences by their ids. */
  readonly storedSequences: Map<number, StoredSequence>;
}

/** The parts of its virtual host that a queue uses. */
export interface QueueVhost {
  readonly name: string;
  /** Deletes a queue that was unused for too long. */
  removeQueue(queue: AnyQueue): void;
}
