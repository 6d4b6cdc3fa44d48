import { Amount, type Phrase, phrase } from "../../phrase/phrase.ts";
import type { BlockHead } from "../block.ts";
import { LivePositions } from "../live_positions.ts";
import type { MessageBytes } from "../message_content.ts";
import type { RecordOf, SequencePurpose, TopologyRecord } from "../topology_record.ts";
import type { SequenceId } from "../sequence.ts";

/** Something in a folder that is not as it was written. */
export interface Damage {
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
  /** A clause, such as "the checksum of a block is wrong". */
  readonly what: Phrase;
}

/** A file, and what a person would want to know of it. */
export interface SurveyedFile {
  readonly name: string;
  readonly bytes: number;
  readonly what: Phrase;
}

/** Place of a whole block. */
export interface SurveyedBlock extends BlockHead {
  readonly segment: string;
  readonly offset: number;
}

const PURPOSE_LABELS: Readonly<Record<SequencePurpose, (exchange: string) => Phrase>> = {
  delayed: (exchange) => phrase`the delayed messages of exchange '${exchange}'`,
  seen: (exchange) => phrase`what was seen by exchange '${exchange}'`,
};

/** A queue, a backing queue of one, or a sequence of an exchange, and what was found of its messages. */
export class SurveyedQueue {
  readonly id: SequenceId;
  /** The queue's declaration; `undefined` when it is lost. */
  declared: RecordOf<"queue.declared"> | undefined;
  /** The priority of a backing queue; `undefined` for the queue itself. */
  priority: number | undefined;
  /** The record of the sequence, where an exchange has it. */
  sequence: RecordOf<"sequence.added"> | undefined;
  /** The messages that it has and that are whole. */
  readonly whole = new LivePositions();
  /** Size of the bodies of these. In bytes. */
  bodyBytes = 0;
  /** Number of its messages that are known to be damaged or lost. */
  lostCount = 0;
  /** Position before which all messages have been delivered, or may have been. */
  deliveredUpTo = 0;
  /** Delivery counts of returned messages, by position. */
  deliveryCounts: ReadonlyMap<number, number> = new Map();
  readonly blocks: SurveyedBlock[] = [];
  /** Messages in the journal, by position. Their memory has room behind them to be copied fast. */
  readonly journal = new Map<number, MessageBytes>();

  constructor(id: SequenceId) {
    this.id = id;
  }

  /** True when its records do not tell what it was. */
  get isUnknown(): boolean {
    return this.declared === undefined && this.sequence === undefined;
  }

  get vhost(): string {
    return this.declared?.vhost ?? this.sequence?.vhost ?? "/";
  }

  /** Its name in a list of queues; `null` when it is lost. */
  get name(): string | Phrase | null {
    const { declared, sequence } = this;
    if (sequence !== undefined) return phrase`(${PURPOSE_LABELS[sequence.purpose](sequence.exchange)})`;
    return declared?.queue ?? null;
  }

  /** Its description in messages for the operator. */
  get label(): Phrase {
    const { declared, priority, sequence } = this;
    if (sequence !== undefined) {
      const { purpose, exchange, vhost } = sequence;
      return phrase`${PURPOSE_LABELS[purpose](exchange)} in vhost '${vhost}'`;
    }
    if (declared === undefined) return phrase`a queue of unknown name (id ${this.id})`;
    const queue = phrase`queue '${declared.queue}' in vhost '${declared.vhost}'`;
    return priority === undefined ? queue : phrase`priority ${priority} of ${queue}`;
  }
}

/** All that is in a folder, whole or not. */
export interface Survey {
  readonly folder: string;
  readonly files: readonly SurveyedFile[];
  readonly damages: readonly Damage[];
  /** The remains of an unfinished write, which are not damage. */
  readonly tornTail: { readonly file: string; readonly offset: number } | undefined;
  /** The version of the format in which the snapshot is written. */
  readonly formatVersion: number;
  readonly retiredGeneration: number;
  /** Generations of the journal that the snapshot does not know. */
  readonly generations: readonly number[];
  readonly topology: readonly TopologyRecord[];
  /** In the order of their ids. */
  readonly queues: readonly SurveyedQueue[];
  /** Number of bindings whose queue or exchange is lost. */
  readonly lostBindingCount: number;
  /** True when records are lost: of changes, of messages, and of settlements, so that settled messages may be back. */
  readonly hasLostRecords: boolean;
  /** True when nothing is lost, broken or not. */
  readonly isComplete: boolean;
}

/** Returns a number with the word for what it counts. */
const counting = (one: (amount: Amount) => Phrase, many: (amount: Amount) => Phrase) => (number: number): Phrase =>
  (number === 1 ? one : many)(new Amount(number));

/** Numbers of things in words. */
export const COUNT = {
  batches: counting((amount) => phrase`${amount} batch`, (amount) => phrase`${amount} batches`),
  bindings: counting((amount) => phrase`${amount} binding`, (amount) => phrase`${amount} bindings`),
  blocks: counting((amount) => phrase`${amount} block`, (amount) => phrase`${amount} blocks`),
  bytes: counting((amount) => phrase`${amount} byte`, (amount) => phrase`${amount} bytes`),
  exchanges: counting((amount) => phrase`${amount} exchange`, (amount) => phrase`${amount} exchanges`),
  files: counting((amount) => phrase`${amount} file`, (amount) => phrase`${amount} files`),
  messages: counting((amount) => phrase`${amount} message`, (amount) => phrase`${amount} messages`),
  places: counting((amount) => phrase`${amount} place`, (amount) => phrase`${amount} places`),
  queues: counting((amount) => phrase`${amount} queue`, (amount) => phrase`${amount} queues`),
};
