import type { BlockHead } from "../block.ts";
import { LivePositions } from "../live_positions.ts";
import type { MessageBytes } from "../store.ts";
import type { RecordOf, SequencePurpose, TopologyRecord } from "../topology_record.ts";

/** Something in a folder that is not as it was written. */
export interface Damage {
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
  /** A clause, such as "the checksum of a block is wrong". */
  readonly what: string;
}

/** A file, and what a person would want to know of it. */
export interface SurveyedFile {
  readonly name: string;
  readonly bytes: number;
  readonly what: string;
}

/** Where a whole block lies. */
export interface SurveyedBlock extends BlockHead {
  readonly segment: string;
  readonly offset: number;
}

const PURPOSE_LABELS: Readonly<Record<SequencePurpose, string>> = {
  delayed: "the delayed messages of",
  seen: "what was seen by",
};

/** A queue, a backing queue of one, or a sequence of an exchange, and what was found of its messages. */
export class SurveyedQueue {
  readonly id: number;
  /** How the queue was declared; `undefined` when that is lost. */
  declared: RecordOf<"queue.declared"> | undefined;
  /** The priority of a backing queue; `undefined` for the queue itself. */
  priority: number | undefined;
  /** The record of the sequence, where an exchange has it. */
  sequence: RecordOf<"sequence.added"> | undefined;
  /** The messages that it has and that are whole. */
  readonly whole = new LivePositions();
  /** What the bodies of these take. */
  bodyBytes = 0;
  /** How many messages it should have that are not whole, as far as that is known. */
  lostCount = 0;
  /** All messages before this position have been delivered to somebody, or may have been. */
  deliveredUpTo = 0;
  /** How often messages have been returned, by position. */
  deliveryCounts: ReadonlyMap<number, number> = new Map();
  readonly blocks: SurveyedBlock[] = [];
  /** Messages in the journal, by position. Their memory has room behind them to be copied fast. */
  readonly journal = new Map<number, MessageBytes>();

  constructor(id: number) {
    this.id = id;
  }

  /** Whether nobody knows what it was. */
  get isUnknown(): boolean {
    return this.declared === undefined && this.sequence === undefined;
  }

  get vhost(): string {
    return this.declared?.vhost ?? this.sequence?.vhost ?? "/";
  }

  /** What stands in a list of queues for its name; `null` when that is lost. */
  get name(): string | null {
    const { declared, sequence } = this;
    if (sequence !== undefined) return `(${PURPOSE_LABELS[sequence.purpose]} exchange '${sequence.exchange}')`;
    return declared?.queue ?? null;
  }

  /** What a person calls it. */
  get label(): string {
    const { declared, priority, sequence } = this;
    if (sequence !== undefined) {
      const { purpose, exchange, vhost } = sequence;
      return `${PURPOSE_LABELS[purpose]} exchange '${exchange}' in vhost '${vhost}'`;
    }
    if (declared === undefined) return `a queue of unknown name (id ${this.id})`;
    const queue = `queue '${declared.queue}' in vhost '${declared.vhost}'`;
    return priority === undefined ? queue : `priority ${priority} of ${queue}`;
  }
}

/** All that is in a folder, whole or not. */
export interface Survey {
  readonly folder: string;
  readonly files: readonly SurveyedFile[];
  readonly damages: readonly Damage[];
  /** What an unfinished write left, which is no damage. */
  readonly tornTail: { readonly file: string; readonly offset: number } | undefined;
  /** The version of the format in which the snapshot is written. */
  readonly formatVersion: number;
  readonly retiredGeneration: number;
  /** Generations of the journal that the snapshot does not know. */
  readonly generations: readonly number[];
  readonly topology: readonly TopologyRecord[];
  /** In the order of their ids. */
  readonly queues: readonly SurveyedQueue[];
  /** How many bindings there are whose queue or exchange is lost. */
  readonly lostBindingCount: number;
  /** Whether records are lost: of changes, of messages that came, and of what was settled, which may be there again. */
  readonly hasLostRecords: boolean;
  /** Whether nothing is lost, broken or not. */
  readonly isComplete: boolean;
}

/** A number with the word for what it counts. */
export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
