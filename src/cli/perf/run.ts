import { joined, type Phrase, phrase } from "../../phrase/phrase.ts";
import { ENGLISH, type Say } from "../texts/say.ts";
import { fieldTable } from "../../wire/field_table.ts";
import { availableBrokers } from "./available_brokers.ts";
import { IdleConsumers } from "./idle_consumers.ts";
import { Arrivals } from "./load/arrivals.ts";
import { CHANNEL, Connection, type Target } from "./load/connection.ts";
import { Consumer } from "./load/consumer.ts";
import { Publisher } from "./load/publisher.ts";
import { type ConsumerLink, SharedConnection } from "./load/shared_connection.ts";
import { StepConsumer } from "./load/step_consumer.ts";
import { type AnyConsumer, Measurement } from "./measurement.ts";
import { summaryStart } from "./metrics_format.ts";
import type { Parameters } from "./parameters.ts";
import { PerfError } from "./perf_error.ts";
import type { ExposedFigures } from "./prometheus.ts";
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
/** Delay between consumers that start slowly. In milliseconds. */
const SLOW_START_MS = 1000;
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
  readonly #say: Say;
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
  readonly #ending = Promise.withResolvers<void>();
  readonly #measurement: Measurement;
  /** Queues of each consumer. */
  readonly #queues: (readonly string[])[] = [];
  /** Number of connections of consumers and producers. */
  #connections = 0;
  /** Number of consumers and producers that have started. */
  #started = 0;
  /** True when all consumers have started. */
  #areConsuming = false;
  #isEnding = false;
  #isSummarized = false;
  /** True when all limited producers are done. */
  #isPublished = false;
  /** True when all messages have come, or nothing more came for a while. */
  #isSettled = false;

  constructor(parameters: Parameters, output: Output, say: Say = ENGLISH) {
    const { producers, channelsPerProducer } = parameters;
    this.#publisherCount = producers * channelsPerProducer;
    if (this.#publisherCount > PUBLISHERS_MAX) {
      throw new PerfError(
        phrase`There can be at most ${PUBLISHERS_MAX} producers' channels: received ${this.#publisherCount}`,
      );
    }
    this.#parameters = parameters;
    this.#say = say;
    this.#output = output;
    this.#topology = new Topology(parameters);
    this.#failure.promise.catch(() => {});
    const onFailure = (error: Error) => this.#failure.reject(error);
    this.#targets = parameters.targets.map((target) => ({ ...target, onFailure }));
    this.#idleConsumers = parameters.exitWhen && new IdleConsumers(parameters.exitWhen);
    this.#measurement = new Measurement(parameters, this.#publishers, this.#consumers, say);
  }

  /** The figures of the last interval. */
  get figures(): ExposedFigures {
    return this.#measurement.exposed;
  }

  /** Ends the run as if its time were over. */
  interrupt(): void {
    this.#isEnding = true;
    this.#ending.resolve();
    this.#interruption.resolve();
  }

  /** Resolves when everything is told. Rejects when the broker refuses something, or is gone. */
  async run(): Promise<void> {
    try {
      await Promise.race([this.#run(), this.#failure.promise]);
    } catch (error) {
      if (!this.#isSummarized) this.#summarize([]);
      throw error;
    }
  }

  #tell(text: Phrase): void {
    this.#output.line(this.#say(text));
  }

  #summarize(reasons: readonly Phrase[]): void {
    this.#isSummarized = true;
    this.#output.line(stopLine(reasons.map(this.#say), this.#say));
    if (!this.#measurement.isRunning) return;
    for (const line of this.#measurement.finish()) this.#output.line(line);
  }

  async #run(): Promise<void> {
    const { producers, consumers, timeLimitSeconds, startupTimeoutSeconds, neededBrokers } = this.#parameters;
    if (startupTimeoutSeconds > 0) {
      this.#targets = await availableBrokers(this.#targets, neededBrokers, startupTimeoutSeconds);
    }
    await this.#topology.declare(this.#targets[0]);
    for (let index = 0; index < consumers; index++) await this.#prepareConsumers(index);
    for (let index = 0; index < producers; index++) await this.#openProducer(index);
    this.#measurement.start(this.#output);
    const { consumerStartDelaySeconds } = this.#parameters;
    if (consumerStartDelaySeconds > 0) {
      this.#wait(consumerStartDelaySeconds * 1000).then(() => this.#startConsumers()).catch(this.#failure.reject);
    } else await this.#startConsumers();
    const { promise: limitsReached, resolve: onLimits } = Promise.withResolvers<readonly Phrase[]>();
    const running = this.#startPublishing(onLimits);
    const collecting = setInterval(() => this.#collect(onLimits), COLLECT_MS);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeIsUp = new Promise<readonly Phrase[]>((resolve) => {
      if (timeLimitSeconds > 0) {
        timer = setTimeout(() => resolve([phrase`Reached time limit`]), timeLimitSeconds * 1000);
      }
    });
    const interrupted = this.#interruption.promise.then((): readonly Phrase[] => []);
    const reasons = await Promise.race([limitsReached, timeIsUp, interrupted]);
    clearTimeout(timer);
    this.#isEnding = true;
    this.#ending.resolve();
    this.#summarize(reasons);
    await this.#withinTimeout(this.#settle(running));
    clearInterval(collecting);
    this.#output.progress("");
    for (const line of this.#verdict()) this.#output.line(line);
    await this.#withinTimeout(this.#close());
  }

  /** Resolves after a time, or when the run ends. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#ending.promise.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Returns the broker for the next connection. */
  #nextTarget(): Target {
    const { allocation } = this.#parameters;
    const count = this.#targets.length;
    return this.#targets[allocation === "random" ? Math.floor(Math.random() * count) : this.#connections++ % count];
  }

  /** Opens the connection of a consumer with its channels, each of which consumes for itself. */
  async #prepareConsumers(index: number): Promise<void> {
    const { id, channelsPerConsumer } = this.#parameters;
    this.#tell(phrase`id: ${id}, starting consumer #${index}`);
    const target = this.#nextTarget();
    const connection = await Connection.open({ ...target, connectionName: `perf-test-consumer-${index}` });
    const shared = channelsPerConsumer > 1 ? new SharedConnection(connection) : undefined;
    for (let at = 0; at < channelsPerConsumer; at++) {
      this.#tell(phrase`id: ${id}, starting consumer #${index}, channel #${at}`);
      const channel = CHANNEL + at;
      if (channel > CHANNEL) await connection.openChannel(channel);
      const queues = await this.#topology.declareFor(connection, target, index * channelsPerConsumer + at);
      const link = shared === undefined ? connection : shared.add(channel);
      this.#consumers.push(await this.#prepareConsumer(link, queues, shared && channel));
      this.#queues.push(queues);
    }
  }

  async #prepareConsumer(link: ConsumerLink, queues: readonly string[], channel: number | undefined) {
    const parameters = this.#parameters;
    const publishers = parameters.hasRandomKeys ? 0 : this.#publisherCount;
    const options = {
      channel,
      queues,
      prefetch: parameters.prefetch,
      channelPrefetch: parameters.channelPrefetch,
      ackEvery: parameters.ackEvery,
      publishers,
      firstPublisher: this.#firstPublisher,
      arrivals: queues.map((queue) => this.#arrivalsOf(queue, publishers)),
      marksInHeaders: parameters.ownBodies !== undefined,
      notesLatency: true,
      ratePerSecond: parameters.consumerRate,
      limit: parameters.consumerLimit,
      consumerArguments: fieldTable(parameters.consumerArguments),
    };
    const { steps } = parameters;
    return steps === undefined
      ? await Consumer.prepare(link, options)
      : await StepConsumer.prepare(link, { ...options, steps });
  }

  async #startConsumers(): Promise<void> {
    for (const [index, consumer] of this.#consumers.entries()) {
      if (this.#isEnding) return;
      this.#noteStart();
      await consumer.consume(this.#failure.reject);
      this.#idleConsumers?.add(consumer, this.#queues[index]);
      if (!this.#parameters.isSlowStart) continue;
      this.#tell(phrase`Delaying start by 1 second because -S/--slow-start was requested`);
      await this.#wait(SLOW_START_MS);
    }
    this.#areConsuming = true;
  }

  /** Notes that a consumer or a producer has started. With the last one, what the summary covers begins. */
  #noteStart(): void {
    this.#started++;
    if (this.#started === this.#consumers.length + this.#publishers.length) this.#measurement.resetTotals();
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
    this.#tell(phrase`id: ${id}, starting producer #${index}`);
    const options = Array.from({ length: channelsPerProducer }, (_, channel) => {
      this.#tell(phrase`id: ${id}, starting producer #${index}, channel #${channel}`);
      const publisher = index * channelsPerProducer + channel;
      return {
        id: this.#firstPublisher + publisher,
        queues: parameters.hasRandomKeys
          ? Array.from({ length: parameters.randomKeys }, () => crypto.randomUUID())
          : [this.#topology.keyOfPublisher(publisher)],
        exchange: parameters.exchange,
        bodyBytes: parameters.bodyBytes,
        ownBodies: parameters.ownBodies,
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
        { ...this.#nextTarget(), connectionName: `perf-test-producer-${index}` },
        options,
      ),
    );
  }

  #startPublishing(onLimits: (reasons: readonly Phrase[]) => void): Promise<unknown> {
    const { producerLimit, producerStartDelayMaxSeconds } = this.#parameters;
    const delayMaxMs = producerStartDelayMaxSeconds * 1000;
    const running = Promise.all(this.#publishers.map(async (publisher) => {
      if (delayMaxMs > 0) await this.#wait(Math.random() * delayMaxMs);
      this.#noteStart();
      await publisher.run(producerLimit || Infinity);
    }));
    running.then(() => this.#checkLimits(onLimits, true), (error) => this.#failure.reject(error));
    return running;
  }

  #collect(onLimits: (reasons: readonly Phrase[]) => void): void {
    this.#measurement.collect();
    this.#output.progress(this.#measurement.progress());
    const stuckSeconds = this.#measurement.secondsWithoutConfirm();
    if (stuckSeconds > this.#parameters.confirmTimeoutSeconds) {
      this.#failure.reject(
        new PerfError(phrase`Waiting for publisher confirms for too long: ${Math.floor(stuckSeconds)} s`),
      );
    }
    this.#checkLimits(onLimits, this.#isPublished);
    if (this.#areConsuming && this.#consumers.length > 0) this.#idleConsumers?.check(this.#targets[0], onLimits);
  }

  /** Tells that the limits of messages are reached, when all of them are. */
  #checkLimits(onLimits: (reasons: readonly Phrase[]) => void, isPublished: boolean): void {
    this.#isPublished = isPublished;
    const { producerLimit, consumerLimit } = this.#parameters;
    const limitsProducers = producerLimit > 0 && this.#publishers.length > 0;
    const limitsConsumers = consumerLimit > 0 && this.#consumers.length > 0;
    if (!limitsProducers && !limitsConsumers) return;
    if (limitsProducers && !isPublished) return;
    if (limitsConsumers && !this.#consumers.every(({ isDone }) => isDone)) return;
    onLimits([
      ...(limitsProducers ? this.#publishers.map(() => phrase`Producer reached message limit`) : []),
      ...(limitsConsumers ? this.#consumers.map(() => phrase`Consumer reached message limit`) : []),
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
    return this.#areConsuming && this.#publishers.length > 0 && this.#expectations.length > 0 && !hasRandomKeys &&
      !skipsBinding &&
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
      ...(this.#knowsLosses
        ? [this.#isSettled ? phrase`lost: ${this.#missing()}` : phrase`not yet received: ${this.#missing()}`]
        : []),
      phrase`repeated: ${this.#consumers.reduce((sum, { repeated }) => sum + repeated, 0)}`,
      phrase`out of order: ${this.#consumers.reduce((sum, { outOfOrder }) => sum + outOfOrder, 0)}`,
    ];
    const foreign = this.#consumers.reduce((sum, consumer) => sum + consumer.foreign, 0);
    if (foreign > 0) counts.push(phrase`of other publishers: ${foreign}`);
    const { format, id } = this.#parameters;
    return [this.#say(phrase`${summaryStart(format, id, this.#say)}messages ${joined(counts, ", ")}`)];
  }

  #withinTimeout(work: Promise<unknown>): Promise<unknown> {
    const timeoutMs = this.#parameters.shutdownTimeoutSeconds * 1000;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise((resolve) => timer = setTimeout(resolve, timeoutMs));
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }
}

/** Returns PerfTest's line about the end, with the reasons and how often there was each. */
export function stopLine(reasons: readonly string[], say: Say = ENGLISH): string {
  const texts = [...new Set(reasons)].map((reason) => {
    const count = reasons.filter((other) => other === reason).length;
    return count > 1 ? `${reason} [${count}]` : reason;
  });
  return say(texts.length === 0 ? phrase`test stopped` : phrase`test stopped (${texts.join(", ")})`);
}
