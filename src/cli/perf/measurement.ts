import { phrase } from "../../phrase/phrase.ts";
import type { Say } from "../texts/say.ts";
import { Latencies } from "./latency.ts";
import type { Publisher } from "./load/publisher.ts";
import { csvHeader, csvLine } from "./csv.ts";
import { type Figures, type Shown, summaryLines } from "./metrics_format.ts";
import type { Parameters } from "./parameters.ts";
import type { ExposedFigures, ExposedLatency } from "./prometheus.ts";

/** A consumer of either kind. */
export interface AnyConsumer {
  readonly consumed: number;
  readonly outOfOrder: number;
  readonly repeated: number;
  readonly foreign: number;
  /** Times from publishing to consuming; the reader empties it. */
  readonly latenciesUs: number[];
  readonly isDone: boolean;
  /** Begins. Resolves when the broker has granted it. */
  consume(onFailure: (error: Error) => void): Promise<void>;
  close(): Promise<void>;
}

/** Receives the figures of intervals. */
export interface MeasurementOutput {
  /** Writes a line for a reader. */
  line(text: string): void;
  /** Writes a line of CSV. */
  record(line: string): void;
}

/** Counts of messages at one time. */
interface Counts {
  readonly sent: number;
  readonly returned: number;
  readonly confirmed: number;
  readonly nacked: number;
  readonly received: number;
}

const NOTHING: Counts = { sent: 0, returned: 0, confirmed: 0, nacked: 0, received: 0 };

/** The figures of a run: of each interval, and of all. */
export class Measurement {
  readonly #parameters: Parameters;
  readonly #say: Say;
  readonly #publishers: readonly Publisher[];
  readonly #consumers: readonly AnyConsumer[];
  readonly #shown: Shown;
  readonly #consumerLatency = new NotedLatencies();
  readonly #confirmLatency = new NotedLatencies();
  /** Rates of the last interval. */
  #rates = NOTHING;
  #startedMs = 0;
  #tickedMs = 0;
  #last = NOTHING;
  /** Start of what the summary covers, and what was done until then. */
  #totalsSinceMs = 0;
  #before = NOTHING;
  #timer: ReturnType<typeof setInterval> | undefined;
  #hasHeader = false;
  #confirmedAtMs = 0;
  #confirmed = -1;

  constructor(
    parameters: Parameters,
    publishers: readonly Publisher[],
    consumers: readonly AnyConsumer[],
    say: Say,
  ) {
    this.#say = say;
    this.#parameters = parameters;
    this.#publishers = publishers;
    this.#consumers = consumers;
    this.#shown = {
      id: parameters.id,
      hasProducers: parameters.producers > 0,
      hasConsumers: parameters.consumers > 0,
      isMandatory: parameters.isMandatory,
      hasConfirms: parameters.confirmWindow > 0,
      inMilliseconds: parameters.inMilliseconds,
    };
  }

  /** Writes the figures of each interval from now on. */
  start(output: MeasurementOutput): void {
    this.#startedMs = this.#tickedMs = this.#totalsSinceMs = performance.now();
    output.record(csvHeader(this.#shown));
    this.#timer = setInterval(() => this.#tick(output), this.#parameters.intervalSeconds * 1000);
  }

  /** Lets the summary begin now, when all producers and consumers have started. */
  resetTotals(): void {
    this.collect();
    this.#totalsSinceMs = performance.now();
    this.#before = this.#counts();
    this.#consumerLatency.total.clear();
    this.#confirmLatency.total.clear();
  }

  /** True between the start and the summary. */
  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** The figures of the last interval. */
  get exposed(): ExposedFigures {
    const { sent, returned, confirmed, nacked, received } = this.#rates;
    return {
      ...{ sent, returned, confirmed, nacked, received },
      consumerLatency: this.#consumerLatency.exposed,
      confirmLatency: this.#confirmLatency.exposed,
    };
  }

  /** Takes over the latencies that have been noted. */
  collect(): void {
    for (const { latenciesUs } of this.#consumers) move(latenciesUs, this.#consumerLatency);
    for (const { latenciesUs } of this.#publishers) move(latenciesUs, this.#confirmLatency);
  }

  /** Returns how far the run is. */
  progress(): string {
    const { timeLimitSeconds, producerLimit, consumerLimit } = this.#parameters;
    const { sent, received } = this.#counts();
    const seconds = Math.floor((performance.now() - this.#startedMs) / 1000);
    const outOf = (done: number, limit: number) => limit > 0 ? phrase`${done} of ${limit}` : done;
    return [
      this.#say(phrase`${outOf(seconds, timeLimitSeconds)} s`),
      ...(this.#shown.hasProducers
        ? [this.#say(phrase`sent ${outOf(sent, producerLimit * this.#publishers.length)}`)]
        : []),
      ...(this.#shown.hasConsumers
        ? [this.#say(phrase`received ${outOf(received, consumerLimit * this.#consumers.length)}`)]
        : []),
    ].join(", ");
  }

  /** Returns for how long no message has been confirmed, while some should be. In seconds. */
  secondsWithoutConfirm(): number {
    if (!this.#shown.hasConfirms) return 0;
    const { confirmed, sent } = this.#counts();
    const nowMs = performance.now();
    if (confirmed !== this.#confirmed || confirmed === sent) this.#confirmedAtMs = nowMs;
    this.#confirmed = confirmed;
    return (nowMs - this.#confirmedAtMs) / 1000;
  }

  /** Stops, and returns the summary. */
  finish(): readonly string[] {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.collect();
    const sinceStartMs = performance.now() - this.#totalsSinceMs;
    const totals = {
      ...rates(this.#counts(), this.#before, sinceStartMs),
      sinceStartMs,
      consumerLatency: this.#consumerLatency.total.summary(),
      confirmLatency: this.#confirmLatency.total.summary(),
    };
    return summaryLines(this.#parameters.format, this.#shown, totals, this.#say);
  }

  #tick(output: MeasurementOutput): void {
    this.collect();
    const counts = this.#counts();
    const isQuiet = (Object.keys(counts) as (keyof Counts)[]).every((name) => counts[name] === this.#last[name]);
    const nowMs = performance.now();
    const consumerLatency = this.#consumerLatency.endInterval();
    const confirmLatency = this.#confirmLatency.endInterval();
    this.#rates = isQuiet ? NOTHING : rates(counts, this.#last, nowMs - this.#tickedMs);
    // As PerfTest: nothing is written while nothing happens, and the next rates are of the whole time.
    if (isQuiet) return;
    const { format } = this.#parameters;
    const sinceStartMs = nowMs - this.#startedMs;
    const figures: Figures = { ...this.#rates, sinceStartMs, consumerLatency, confirmLatency };
    const header = this.#hasHeader ? undefined : format.header(this.#shown, this.#say);
    if (header !== undefined) output.line(header);
    this.#hasHeader = true;
    output.line(format.line(this.#shown, figures, this.#say));
    output.record(csvLine(this.#shown, figures));
    this.#last = counts;
    this.#tickedMs = nowMs;
  }

  #counts(): Counts {
    const counts = { ...NOTHING };
    for (const publisher of this.#publishers) {
      counts.sent += publisher.published;
      counts.returned += publisher.returned;
      counts.confirmed += publisher.confirmed - publisher.nacked;
      counts.nacked += publisher.nacked;
    }
    for (const { consumed } of this.#consumers) counts.received += consumed;
    return counts;
  }
}

function rates(now: Counts, before: Counts, elapsedMs: number): Counts {
  const perSecond = (name: keyof Counts) => (now[name] - before[name]) * 1000 / Math.max(1, elapsedMs);
  return {
    sent: perSecond("sent"),
    returned: perSecond("returned"),
    confirmed: perSecond("confirmed"),
    nacked: perSecond("nacked"),
    received: perSecond("received"),
  };
}

/** Latencies of one kind. */
class NotedLatencies {
  /** Those of the present interval. */
  readonly #interval = new Latencies();
  /** Those that the summary covers. */
  readonly total = new Latencies();
  /** Summary of the last interval. */
  #summaryUs: readonly number[] = this.#interval.summary();
  #count = 0;
  #sumUs = 0;

  /** Those of the last interval, and what there was since the start. */
  get exposed(): ExposedLatency {
    return { summaryUs: this.#summaryUs, count: this.#count, sumUs: this.#sumUs };
  }

  note(us: number): void {
    this.#interval.note(us);
    this.total.note(us);
    this.#count++;
    this.#sumUs += us;
  }

  /** Begins another interval, and returns the summary of the last one. */
  endInterval(): readonly number[] {
    this.#summaryUs = this.#interval.summary();
    this.#interval.clear();
    return this.#summaryUs;
  }
}

/** Notes latencies, and empties the list of them. */
function move(from: number[], to: NotedLatencies): void {
  for (const us of from) to.note(us);
  from.length = 0;
}
