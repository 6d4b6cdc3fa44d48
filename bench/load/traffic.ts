import type { Target } from "../../src/cli/perf/load/connection.ts";
import { Consumer } from "../../src/cli/perf/load/consumer.ts";
import { Publisher, type PublisherOptions } from "../../src/cli/perf/load/publisher.ts";
import { fanoutName, queueName, type Queues } from "./queues.ts";

/**
 * Publishers and consumers of one run. Publisher and consumer `n` share queue `n % queues`; when there are more queues
 * than consumers, each consumer takes every n-th of them.
 */
export interface Traffic {
  readonly publishers: number;
  readonly consumers: number;
  readonly queues: number;
  /** True for durable queues and persistent messages. */
  readonly isDurable: boolean;
  /** True when each message goes to all queues, by a fanout exchange. */
  readonly fansOut: boolean;
  /** Number of publishers that share a connection, on a channel each. */
  readonly publishersPerConnection: number;
  readonly bodyBytes: number;
  /** Maximum number of a consumer's unacknowledged messages. */
  readonly prefetch: number;
  /** Number of messages that one acknowledgement covers; 0 means no-ack. */
  readonly ackEvery: number;
  /** Maximum number of a publisher's unconfirmed messages; 0 means no confirms. */
  readonly confirmWindow: number;
  /** Rate of each publisher in messages a second; 0 means as many as the broker takes. */
  readonly ratePerSecond: number;
  /** Time before the measurement. In milliseconds. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** One publisher and one consumer of small transient messages, as fast as they can, without confirms. */
export const ONE_TO_ONE: Omit<Traffic, "warmUpMs" | "measureMs"> = {
  publishers: 1,
  consumers: 1,
  queues: 1,
  isDurable: false,
  fansOut: false,
  publishersPerConnection: 1,
  bodyBytes: 16,
  prefetch: 1000,
  ackEvery: 100,
  confirmWindow: 0,
  ratePerSecond: 0,
};

export interface PublisherReport {
  readonly published: number;
  readonly nacked: number;
  readonly perSecond: number;
}

export interface ConsumerReport {
  readonly consumed: number;
  /** True when messages may still be on their way, as the consumers had no time for all of them. */
  readonly gaveUp: boolean;
  readonly outOfOrder: number;
  readonly repeated: number;
  readonly perSecond: number;
  /** Percentiles of the noted latencies, in microseconds; empty when none were noted. */
  readonly latencyUs: Readonly<Record<string, number>>;
}

/** Silence after which nothing more is expected. In milliseconds. */
const SILENCE_MS = 2000;
const DRAIN_LIMIT_MS = 6000;
const PERCENTILES = { p50: 0.5, p95: 0.95, p99: 0.99 };

export class Publishers {
  readonly #publishers: readonly Publisher[];
  readonly #traffic: Traffic;

  private constructor(publishers: readonly Publisher[], traffic: Traffic) {
    this.#publishers = publishers;
    this.#traffic = traffic;
  }

  static async open(target: Target, prefix: string, traffic: Traffic): Promise<Publishers> {
    const { publishers, bodyBytes, confirmWindow, ratePerSecond, publishersPerConnection } = traffic;
    const queues: Queues = { ...traffic, prefix };
    const options = Array.from({ length: publishers }, (_, id): PublisherOptions => ({
      id,
      queues: [queueName(queues, id)],
      exchange: traffic.fansOut ? fanoutName(queues) : undefined,
      bodyBytes,
      isPersistent: traffic.isDurable,
      confirmWindow,
      ratePerSecond,
    }));
    const opening: Promise<readonly Publisher[]>[] = [];
    for (let id = 0; id < publishers; id += publishersPerConnection) {
      opening.push(Publisher.openTogether(target, options.slice(id, id + publishersPerConnection)));
    }
    return new Publishers((await Promise.all(opening)).flat(), traffic);
  }

  /** Publishes until the time is over and the broker has handled everything. */
  async run(): Promise<PublisherReport> {
    const running = Promise.all(this.#publishers.map((publisher) => publisher.run()));
    const perSecond = await measureRate(() => sum(this.#publishers, ({ published }) => published), this.#traffic);
    for (const publisher of this.#publishers) publisher.stop();
    await running;
    await Promise.all(this.#publishers.map((publisher) => publisher.close()));
    return {
      published: sum(this.#publishers, ({ published }) => published),
      nacked: sum(this.#publishers, ({ nacked }) => nacked),
      perSecond,
    };
  }
}

export class Consumers {
  readonly #consumers: readonly Consumer[];
  readonly #traffic: Traffic;

  private constructor(consumers: readonly Consumer[], traffic: Traffic) {
    this.#consumers = consumers;
    this.#traffic = traffic;
  }

  static async open(target: Target, prefix: string, traffic: Traffic, notesLatency: boolean): Promise<Consumers> {
    const { prefetch, ackEvery, publishers, consumers, queues } = traffic;
    const opening = Array.from({ length: consumers }, (_, index) => {
      const names = [queueName({ prefix, queues }, index)];
      for (let next = index + consumers; next < queues; next += consumers) {
        names.push(queueName({ prefix, queues }, next));
      }
      return Consumer.open(target, {
        queues: names,
        prefetch,
        ackEvery,
        publishers,
        notesLatency,
      });
    });
    return new Consumers(await Promise.all(opening), traffic);
  }

  /** Returns the rate of received messages. In messages a second. */
  measure(): Promise<number> {
    return measureRate(() => sum(this.#consumers, ({ consumed }) => consumed), this.#traffic, () => {
      for (const { latenciesUs } of this.#consumers) latenciesUs.length = 0;
    });
  }

  /** Waits for the messages that are still expected, and closes. */
  async finish(expected: number, perSecond: number): Promise<ConsumerReport> {
    const startedMs = performance.now();
    let consumed = 0;
    let gaveUp = false;
    for (let heardMs = startedMs; !gaveUp;) {
      const total = sum(this.#consumers, ({ consumed }) => consumed);
      const nowMs = performance.now();
      if (total !== consumed) heardMs = nowMs;
      consumed = total;
      if (consumed >= expected || nowMs - heardMs > SILENCE_MS) break;
      gaveUp = nowMs - startedMs > DRAIN_LIMIT_MS;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(this.#consumers.map((consumer) => consumer.close()));
    return {
      consumed,
      gaveUp,
      outOfOrder: sum(this.#consumers, ({ outOfOrder }) => outOfOrder),
      repeated: sum(this.#consumers, ({ repeated }) => repeated),
      perSecond,
      latencyUs: percentiles(this.#consumers.flatMap(({ latenciesUs }) => latenciesUs)),
    };
  }
}

async function measureRate(
  count: () => number,
  { warmUpMs, measureMs }: Traffic,
  onWarm: () => void = () => {},
): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  onWarm();
  const startedMs = performance.now();
  const before = count();
  await new Promise((resolve) => setTimeout(resolve, measureMs));
  return (count() - before) * 1000 / (performance.now() - startedMs);
}

function percentiles(latenciesUs: readonly number[]): Record<string, number> {
  if (latenciesUs.length === 0) return {};
  const sorted = Float64Array.from(latenciesUs).sort();
  return Object.fromEntries(
    Object.entries(PERCENTILES).map(([name, part]) => [name, sorted[Math.ceil(sorted.length * part) - 1]]),
  );
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
