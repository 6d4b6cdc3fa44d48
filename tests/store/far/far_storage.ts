import { OutdatedWriterError } from "../../../src/store/error.ts";
import { type Epoch, LOG_START, type LogPosition, NO_EPOCH } from "../../../src/store/log/position.ts";
import type { Random } from "../simulated_disk.ts";

/** A batch as it is sent: `number` counts the batches of its epoch, and 0 is the takeover. */
export interface SentBatch {
  readonly epoch: Epoch;
  readonly number: number;
  readonly startsSection: boolean;
  /** Its records; none for a takeover. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface FarBatch extends SentBatch {
  readonly position: LogPosition;
}

/** No answer came. What was asked for may have been done all the same. */
export class NoAnswerError extends Error {
  override name = "NoAnswerError";
}

/** A batch came before the one that it follows. */
export class GapError extends Error {
  override name = "GapError";
}

export interface FarStorageOptions {
  /** The same numbers make the same things happen. */
  readonly random: Random;
  /** Calls back once. */
  readonly after: (delayMs: number, callback: () => void) => void;
  /** Typical time for a message from one machine to another. In milliseconds. */
  readonly latencyMs: number;
}

/** Longest time without a copy that answers, at a failover. In milliseconds. */
const ELECTION_MS_MAX = 400;
/** Largest distance of the positions of two batches that follow one another. */
const STEP_MAX = 3;

/**
 * An engine far away that keeps a log and objects in several copies, one of which leads. What it has told to be durable is
 * in all copies. When the leading copy fails, another one leads without what only the first one had.
 */
export class FarStorage {
  /** Number of changes of the copy that leads. */
  failovers = 0;
  /** Number of batches that were in the leading copy only, and were lost with it. */
  lostBatches = 0;
  /** Number of changes that were refused because a newer owner is there. */
  refusals = 0;
  /** Number of batches that came once more. */
  duplicates = 0;
  /** Probability that the leading copy fails while it passes a change on to others. */
  failureProbability = 0;
  readonly options: FarStorageOptions;
  #claimed = NO_EPOCH;
  /** The log in the leading copy. */
  #batches: FarBatch[] = [];
  #last: LogPosition = LOG_START;
  /** All batches up to this position are in all copies. */
  #replicated: LogPosition = LOG_START;
  readonly #objects = new Map<string, Uint8Array>();
  #isWithoutLeader = false;
  /** Rejects what waits for the leading copy. */
  #waiting = new Set<(error: Error) => void>();

  constructor(options: FarStorageOptions) {
    this.options = options;
  }

  // Copies

  /** The leading copy fails, and another one takes its place after a while. */
  failOver(): void {
    this.failovers++;
    const kept = this.#batches.filter(({ position }) => position <= this.#replicated);
    this.lostBatches += this.#batches.length - kept.length;
    this.#batches = kept;
    this.#last = kept.at(-1)?.position ?? this.#replicated;
    for (const reject of [...this.#waiting]) reject(new NoAnswerError("the copy that led has failed"));
    this.#isWithoutLeader = true;
    const { failovers } = this;
    this.options.after(this.options.random() * ELECTION_MS_MAX, () => {
      if (failovers === this.failovers) this.#isWithoutLeader = false;
    });
  }

  #checkLeader(): void {
    if (!this.#isWithoutLeader) return;
    // A copy that was deposed refuses as one does that knows of a newer owner.
    if (this.options.random() < 0.3) throw new OutdatedWriterError();
    throw new NoAnswerError("no copy leads");
  }

  /** Resolves when the other copies have what the leading one has now. */
  #replicate(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        this.#waiting.delete(fail);
        reject(error);
      };
      this.#waiting.add(fail);
      const { random, after, latencyMs } = this.options;
      if (this.failureProbability > 0 && random() < this.failureProbability) {
        after(latencyMs * random(), () => this.failOver());
      }
      after(latencyMs * (1 + random()), () => {
        if (this.#waiting.delete(fail)) resolve();
      });
    });
  }

  // Owners

  /** Returns an epoch that nobody has had. */
  claim(): Epoch {
    return this.#claimed = this.#claimed + 1 as Epoch;
  }

  /** The epoch of the last batch in the copy that leads. */
  get owner(): Epoch {
    return this.#batches.at(-1)?.epoch ?? NO_EPOCH;
  }

  #checkOwner(epoch: Epoch): void {
    this.#checkLeader();
    if (epoch >= this.owner) return;
    this.refusals++;
    throw new OutdatedWriterError();
  }

  // The log

  /** Resolves to the position of a batch when all copies have it. */
  async append(batch: SentBatch): Promise<LogPosition> {
    const { epoch, number } = batch;
    this.#checkOwner(epoch);
    let position = this.#batches.find((kept) => kept.epoch === epoch && kept.number === number)?.position;
    if (position === undefined) {
      this.#checkNumber(batch);
      position = this.#last = this.#last + 1 + Math.floor(this.options.random() * STEP_MAX) as LogPosition;
      this.#batches.push({ ...batch, position });
    } else this.duplicates++;
    if (position > this.#replicated) await this.#replicate();
    if (position > this.#replicated) this.#replicated = position;
    return position;
  }

  #checkNumber({ epoch, number }: SentBatch): void {
    const previous = this.#batches.findLast((kept) => kept.epoch === epoch)?.number;
    const isNext = previous === undefined ? number === 0 : number === previous + 1;
    if (!isNext) throw new GapError(`batch ${number} came behind batch ${previous}`);
  }

  /** Returns what all copies have from a position on and up to before another one, `count` batches at most. */
  read(epoch: Epoch, from: LogPosition, before: LogPosition, count: number): readonly FarBatch[] {
    this.#checkOwner(epoch);
    return this.#batches.filter(({ position }) => position >= from && position < before && position <= this.#replicated)
      .slice(0, count);
  }

  trim(epoch: Epoch, before: LogPosition): void {
    this.#checkOwner(epoch);
    // The last one that all copies have tells who owns the log, and which number comes next.
    const kept = Math.min(before, this.#replicated);
    this.#batches = this.#batches.filter(({ position }) => position >= kept);
  }

  // Objects

  names(): string[] {
    this.#checkLeader();
    return [...this.#objects.keys()];
  }

  object(name: string): Uint8Array {
    this.#checkLeader();
    const object = this.#objects.get(name);
    if (object === undefined) throw new RangeError(`there is no ${name}`);
    return object;
  }

  async put(epoch: Epoch, name: string, bytes: Uint8Array): Promise<void> {
    this.#checkOwner(epoch);
    await this.#replicate();
    this.#checkOwner(epoch);
    this.#objects.set(name, bytes);
  }

  async remove(epoch: Epoch, name: string): Promise<void> {
    this.#checkOwner(epoch);
    await this.#replicate();
    this.#checkOwner(epoch);
    this.#objects.delete(name);
  }
}
