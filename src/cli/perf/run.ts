import { fieldTable } from "../../wire/field_table.ts";
import { availableBrokers } from "./available_brokers.ts";
import { IdleConsumers } from "./idle_consumers.ts";
import { Arrivals } from "./load/arrivals.ts";
import { Connection, type Target } from "./load/connection.ts";
import { Consumer } from "./load/consumer.ts";
import { Publisher } from "./load/publisher.ts";
import { StepConsumer } from "./load/step_consumer.ts";
import { type AnyConsumer, Measurement } from "./measurement.ts";
import type { Parameters } from "./parameters.ts";
import { PerfError } from "./perf_error.ts";
import { Topology } from "./topology.ts";

/** Where a run writes. */
export interface Output {
  /** Writes a line to stdout. */
  line(text: string): void;
  /** Adds a line to the file of the figures, if they are wanted there. */
  record(line: string): void;
  /** Shows how far it is, in place of what was shown before. */
  progress(text: string): void;
}

/** Interval between collections of what publishers and consumers have noted. In milliseconds. */
const COLLECT_MS = 50;
/** Silence after which no more messages are expected. In milliseconds. */
const SILENCE_MS = 2000;
/** Publishers of a run; each message carries its run in the upper half of its publisher's number. */
const PUBLISHERS_MAX = 65_536;
/** Exchange types by which a message reaches each queue that is bound with its routing key. */
const COUNTABLE_TYPES = ["direct", "fanout", "topic"];

/** Arrivals from a queue, and the publishers whose messages should arrive there. */
interface Expectation {
  readonly queue: string;
  readonly arrivals: Arrivals;
}

/** One run: its publishers, consumers and figures. */
export class Run {
  readonly #parameters: Parameters;
  readonly #output: Output;
  readonly #topology: Topology;
  readonly #publishers: Publisher[] = [];
  readonly #consumers: AnyConsumer[] = [];
  readonly #expectations: Expectation[] = [];
  readonly #firstPublisher = (1 + Math.floor(Math.random() * (PUBLISHERS_MAX - 1))) * PUBLISHERS_MAX;
  readonly #publisherCount: number;
  #targets: readonly Target[];
  readonly #idleConsumers: IdleConsumers | undefined;
  readonly #failure = Promise.withResolvers<never>();
  readonly #interruption = Promise.withResolvers<void>();
  readonly #measurement: Measurement;
  /** True when all limited producers are done. */
  #isPublished = false;
  /** True when all messages have come, or nothing more came for a while. */
  #isSettled = false;

  constructor(parameters: Parameters, output: Output) {
    const { producers, channelsPerProducer } = parameters;
    this.#publisherCount = producers * channelsPerProducer;
    if (this.#publisherCount > PUBLISHERS_MAX) {
      throw new PerfError(
        `There can be at most ${PUBLISHERS_MAX} producers' channels: received ${this.#publisherCount}`,
      );
    }
    this.#parameters = parameters;
    this.#output = output;
    this.#topology = new Topology(parameters);
    this.#failure.promise.catch(() => {});
    const onFailure = (error: Error) => this.#failure.reject(error);
    this.#targets = parameters.targets.map((target) => ({ ...target, onFailure }));
    this.#idleConsumers = parameters.exitWhen && new IdleConsumers(parameters.exitWhen);
    this.#measurement = new Measurement(parameters, this.#publishers, this.#consumers);
  }

  /** Ends the run as if its time were over. */
  interrupt(): void {
    this.#interruption.resolve();
  }

  /** Resolves when everything is told. Rejects when the broker refuses something, or is gone. */
  async run(): Promise<void> {
    try {
      await Promise.race([this.#run(), this.#failure.promise]);
    } catch (error) {
      if (this.#measurement.isRunning) this.#summarize([]);
      throw error;
    }
  }

  #summarize(reasons: readonly string[]): void {
    this.#output.line(stopLine(reasons));
    for (const line of this.#measurement.finish()) this.#output.line(line);
  }

  async #run(): Promise<void> {
    const { producers, consumers, timeLimitSeconds, startupTimeoutSeconds, neededBrokers } = this.#parameters;
    if (startupTimeoutSeconds > 0) {
      this.#targets = await availableBrokers(this.#targets, neededBrokers, startupTimeoutSeconds);
    }
    await this.#topology.declare(this.#targets[0]);
    await this.#openConsumers(consumers);
    for (let index = 0; index < producers; index++) await this.#openProducer(index);
    this.#measurement.start(this.#output);
    const { promise: limitsReached, resolve: onLimits } = Promise.withResolvers<readonly string[]>();
    const running = this.#startPublishing(onLimits);
    const collecting = setInterval(() => this.#collect(onLimits), COLLECT_MS);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeIsUp = new Promise<readonly string[]>((resolve) => {
      if (timeLimitSeconds > 0) timer = setTimeout(() => resolve(["Reached time limit"]), timeLimitSeconds * 1000);
    });
    const interrupted = this.#interruption.promise.then((): readonly string[] => []);
    const reasons = await Promise.race([limitsReached, timeIsUp, interrupted]);
    clearTimeout(timer);
    this.#summarize(reasons);
    await this.#withinTimeout(this.#settle(running));
    clearInterval(collecting);
    this.#output.progress("");
    for (const line of this.#verdict()) this.#output.line(line);
    await this.#withinTimeout(this.#close());
  }

  #target(index: number): Target {
    return this.#targets[index % this.#targets.length];
  }

  async #openConsumers(count: number): Promise<void> {
    const { consumerStartDelaySeconds } = this.#parameters;
    if (count > 0 && consumerStartDelaySeconds > 0) {
      await new Promise((resolve) => setTimeout(resolve, consumerStartDelaySeconds * 1000));
    }
    for (let index = 0; index < count; index++) await this.#openConsumer(index);
  }

  async #openConsumer(index: number): Promise<void> {
    const parameters = this.#parameters;
    const { id, hasRandomKeys } = parameters;
    this.#output.line(`id: ${id}, starting consumer #${index}`);
    this.#output.line(`id: ${id}, starting consumer #${index}, channel #0`);
    const target = this.#target(index);
    const connection = await Connection.open({ ...target, connectionName: `perf-test-consumer-${index}` });
    const queues = await this.#topology.declareFor(connection, target, index);
    const publishers = hasRandomKeys ? 0 : this.#publisherCount;
    const options = {
      queues,
      prefetch: parameters.prefetch,
      channelPrefetch: parameters.channelPrefetch,
      ackEvery: parameters.ackEvery,
      publishers,
      firstPublisher: this.#firstPublisher,
      arrivals: queues.map((queue) => this.#arrivalsOf(queue, publishers)),
      notesLatency: true,
      ratePerSecond: parameters.consumerRate,
      limit: parameters.consumerLimit,
      consumerArguments: fieldTable(parameters.consumerArguments),
    };
    const { steps } = parameters;
    const consumer = steps === undefined
      ? await Consumer.start(connection, options)
      : await StepConsumer.start(connection, { ...options, steps }, (error) => this.#failure.reject(error));
    this.#consumers.push(consumer);
    this.#idleConsumers?.add(consumer, queues);
  }

  /** Returns the arrivals of a queue, which its consumers share; each consumer of a stream gets everything. */
  #arrivalsOf(queue: string, publishers: number): Arrivals {
    const isStream = this.#parameters.queueArguments["x-queue-type"] === "stream";
    const known = isStream ? undefined : this.#expectations.find((expectation) => expectation.queue === queue);
    if (known !== undefined) return known.arrivals;
    const arrivals = new Arrivals(publishers);
    this.#expectations.push({ queue, arrivals });
    return arrivals;
  }

  async #openProducer(index: number): Promise<void> {
    const parameters = this.#parameters;
    const { id, channelsPerProducer } = parameters;
    this.#output.line(`id: ${id}, starting producer #${index}`);
    const options = Array.from({ length: channelsPerProducer }, (_, channel) => {
      this.#output.line(`id: ${id}, starting producer #${index}, channel #${channel}`);
      const publisher = index * channelsPerProducer + channel;
      return {
        id: this.#firstPublisher + publisher,
        queues: parameters.hasRandomKeys
          ? Array.from({ length: parameters.randomKeys }, () => crypto.randomUUID())
          : [this.#topology.keyOfPublisher(publisher)],
        exchange: parameters.exchange,
        bodyBytes: parameters.bodyBytes,
        isPersistent: parameters.isDurable,
        isMandatory: parameters.isMandatory,
        properties: parameters.messageProperties,
        confirmWindow: parameters.confirmWindow,
        ratePerSecond: parameters.producerRate,
        transactionSize: parameters.producerTransactionSize,
        notesLatency: true,
      };
    });
    this.#publishers.push(
      ...await Publisher.openTogether(
        { ...this.#target(index), connectionName: `perf-test-producer-${index}` },
        options,
      ),
    );
  }

  #startPublishing(onLimits: (reasons: readonly string[]) => void): Promise<unknown> {
    const { producerLimit } = this.#parameters;
    const running = Promise.all(this.#publishers.map((publisher) => publisher.run(producerLimit || Infinity)));
    running.then(() => this.#checkLimits(onLimits, true), (error) => this.#failure.reject(error));
    return running;
  }

  #collect(onLimits: (reasons: readonly string[]) => void): void {
    this.#measurement.collect();
    this.#output.progress(this.#measurement.progress());
    const stuckSeconds = this.#measurement.secondsWithoutConfirm();
    if (stuckSeconds > this.#parameters.confirmTimeoutSeconds) {
      this.#failure.reject(new PerfError(`Waiting for publisher confirms for too long: ${Math.floor(stuckSeconds)} s`));
    }
    this.#checkLimits(onLimits, this.#isPublished);
    if (this.#consumers.length > 0) this.#idleConsumers?.check(this.#targets[0], onLimits);
  }

  /** Tells that the limits of messages are reached, when all of them are. */
  #checkLimits(onLimits: (reasons: readonly string[]) => void, isPublished: boolean): void {
    this.#isPublished = isPublished;
    const { producerLimit, consumerLimit } = this.#parameters;
    const limitsProducers = producerLimit > 0 && this.#publishers.length > 0;
    const limitsConsumers = consumerLimit > 0 && this.#consumers.length > 0;
    if (!limitsProducers && !limitsConsumers) return;
    if (limitsProducers && !isPublished) return;
    if (limitsConsumers && !this.#consumers.every(({ isDone }) => isDone)) return;
    onLimits([
      ...(limitsProducers ? this.#publishers.map(() => "Producer reached message limit") : []),
      ...(limitsConsumers ? this.#consumers.map(() => "Consumer reached message limit") : []),
    ]);
  }

  /** Stops publishing, and waits for the messages that are on their way. */
  async #settle(running: Promise<unknown>): Promise<void> {
    for (const publisher of this.#publishers) publisher.stop();
    await running;
    await Promise.all(this.#publishers.map((publisher) => publisher.close()));
    let consumed = -1;
    for (let heardMs = performance.now(); this.#knowsLosses && this.#missing() > 0;) {
      const nowMs = performance.now();
      const total = this.#consumed;
      if (total !== consumed) heardMs = nowMs;
      consumed = total;
      if (nowMs - heardMs > SILENCE_MS) break;
      await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
    }
    this.#isSettled = true;
  }

  async #close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.close()));
    // A queue that had no consumer is not deleted without its last one.
    if (this.#parameters.steps?.pollingIntervalMs !== undefined) {
      await this.#topology.deleteAutoDeleted(this.#targets[0]);
    }
  }

  get #consumed(): number {
    return this.#consumers.reduce((sum, { consumed }) => sum + consumed, 0);
  }

  /** True when each message should come, so that its absence means something. */
  get #knowsLosses(): boolean {
    const { hasRandomKeys, skipsBinding, exchange, exchangeType, consumerLimit, consumerRate } = this.#parameters;
    return this.#publishers.length > 0 && this.#expectations.length > 0 && !hasRandomKeys && !skipsBinding &&
      exchange !== "" && COUNTABLE_TYPES.includes(exchangeType) && consumerLimit === 0 && consumerRate === 0;
  }

  /** Returns the number of messages that have not come; those that were refused, returned or not committed should not. */
  #missing(): number {
    let missing = 0;
    for (const { queue, arrivals } of this.#expectations) {
      for (const [index, { published, uncommitted, nacked, returned }] of this.#publishers.entries()) {
        if (!this.#topology.routes(index, queue)) continue;
        missing += Math.max(0, published - uncommitted - nacked - returned - arrivals.count(index));
      }
    }
    return missing;
  }

  /** Returns what was wrong with the messages, as far as that can be known. */
  #verdict(): readonly string[] {
    if (this.#publishers.length === 0 || this.#consumers.length === 0 || this.#parameters.hasRandomKeys) return [];
    const counts = [
      ...(this.#knowsLosses ? [`${this.#isSettled ? "lost" : "not yet received"}: ${this.#missing()}`] : []),
      `repeated: ${this.#consumers.reduce((sum, { repeated }) => sum + repeated, 0)}`,
      `out of order: ${this.#consumers.reduce((sum, { outOfOrder }) => sum + outOfOrder, 0)}`,
    ];
    const foreign = this.#consumers.reduce((sum, consumer) => sum + consumer.foreign, 0);
    if (foreign > 0) counts.push(`of other publishers: ${foreign}`);
    const { format, id } = this.#parameters;
    return [`${format.namesTest ? `id: ${id}, ` : ""}messages ${counts.join(", ")}`];
  }

  #withinTimeout(work: Promise<unknown>): Promise<unknown> {
    const timeoutMs = this.#parameters.shutdownTimeoutSeconds * 1000;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise((resolve) => timer = setTimeout(resolve, timeoutMs));
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }
}

/** Returns PerfTest's line about the end, with the reasons and how often there was each. */
export function stopLine(reasons: readonly string[]): string {
  const texts = [...new Set(reasons)].map((reason) => {
    const count = reasons.filter((other) => other === reason).length;
    return count > 1 ? `${reason} [${count}]` : reason;
  });
  return texts.length === 0 ? "test stopped" : `test stopped (${texts.join(", ")})`;
}
