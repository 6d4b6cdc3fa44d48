import type { Exchange } from "../../broker/exchange/exchange.ts";
import type { LogLevel } from "../../broker/events/logger.ts";
import type { Node } from "../../broker/node/node.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import type { Channel } from "../../broker/session/channel.ts";
import type { Session } from "../../broker/session/session.ts";
import type { UnackedTotals } from "../../broker/session/unacked_totals.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import type { TimeSlices } from "../listing/time_slices.ts";
import type { ServerProcess } from "../server_process.ts";
import { LAYOUTS } from "./counters.ts";
import { History } from "./history.ts";
import { PairStatistics } from "./pair_statistics.ts";
import { readProcessNumbers } from "./process_numbers.ts";
import { Recent } from "./recent.ts";
import {
  newValues,
  readChannelCounters,
  readConnectionCounters,
  readExchangeCounters,
  readQueueCounters,
} from "./read_counters.ts";
import { DEFAULT_STATISTICS_OPTIONS, type Resolution, resolutionsOf, type StatisticsOptions } from "./retention.ts";
import { SampleBudget } from "./sample_memory.ts";
import { type Survey, surveyInSteps, type SurveyVisitor } from "./survey.ts";
import { Ticks } from "./ticks.ts";

/**
 * Samples the counters of all objects every few seconds, from which rates and series of samples follow. Messages cost
 * nothing for it. It begins with the first use of the management API.
 */
export class Statistics {
  readonly #node: Node;
  readonly #slices: TimeSlices;
  readonly #process: ServerProcess | undefined;
  readonly options: StatisticsOptions;
  readonly #ticks: Ticks;
  readonly budget = new SampleBudget();
  readonly queues: History<AnyQueue>;
  readonly exchanges: History<Exchange>;
  readonly channels: History<Channel>;
  readonly connections: History<Session>;
  readonly vhosts: History<VirtualHost>;
  readonly nodes: History<Node>;
  /** Samples of pairs, where they are counted. */
  readonly pairs: PairStatistics | undefined;
  readonly #survey: Recent<Survey>;
  readonly #unacked: Recent<ReadonlyMap<AnyQueue, UnackedTotals>>;
  /** Cancels the next tick; set while it samples. */
  #cancel: (() => void) | undefined;
  #isSampling = false;
  readonly #log: (level: LogLevel, line: string) => void;

  constructor(
    node: Node,
    slices: TimeSlices,
    process: ServerProcess | undefined,
    log: (level: LogLevel, line: string) => void,
    options: StatisticsOptions = DEFAULT_STATISTICS_OPTIONS,
  ) {
    const { intervalMs, policies } = this.options = options;
    const [ofObjects, ofAll, ofPairs] = [policies.basic, policies.global, policies.detailed].map((them) =>
      resolutionsOf(them, intervalMs)
    );
    this.#ticks = new Ticks(intervalMs, [...ofObjects, ...ofAll, ...ofPairs]);
    const historyOf = <Key extends object>(kind: keyof typeof LAYOUTS, resolutions: readonly Resolution[]) =>
      new History<Key>(LAYOUTS[kind].width, resolutions, this.#ticks, this.budget);
    this.queues = historyOf("queue", ofObjects);
    this.exchanges = historyOf("exchange", ofObjects);
    this.channels = historyOf("channel", ofObjects);
    this.connections = historyOf("connection", ofObjects);
    this.vhosts = historyOf("vhost", ofAll);
    this.nodes = historyOf("node", ofAll);
    const { pairCounts } = node;
    this.pairs = pairCounts && new PairStatistics(pairCounts, {
      channelExchanges: historyOf("channelExchange", ofPairs),
      channelQueues: historyOf("channelQueue", ofPairs),
      queueExchanges: historyOf("queueExchange", ofObjects),
    });
    this.#node = node;
    this.#process = process;
    this.#log = log;
    this.#slices = slices;
    const countObjects = () => node.topology.queueCount + node.sessions.size;
    this.#survey = new Recent(node.clock, countObjects, async () => {
      const numbers = await readProcessNumbers(process);
      return await slices.run(surveyInSteps(node, numbers, options));
    });
    this.#unacked = new Recent(node.clock, countObjects, () => slices.run(node.sessions.unackedTotalsInSteps()));
  }

  /** Begins to sample, unless it does already or there are no statistics. */
  start(): void {
    if (!this.options.areDisabled && this.#cancel === undefined) this.#tick();
  }

  /** Stops sampling for good. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = () => {};
  }

  #tick(): void {
    const { clock } = this.#node;
    const { intervalMs } = this.options;
    // Samples are taken when a step of a request's range begins, so that each step has one.
    this.#cancel = clock.after(intervalMs - clock.time() % intervalMs, () => this.#tick());
    if (this.#isSampling) return;
    this.#isSampling = true;
    this.#sample().catch((error) => this.#log("error", `Statistics failed: ${error}`)).finally(() => {
      this.#isSampling = false;
    });
  }

  /** Takes a sample of everything. */
  async #sample(): Promise<void> {
    const { clock } = this.#node;
    const numbers = await readProcessNumbers(this.#process);
    this.#ticks.begin(clock.now(), clock.time());
    const { node, vhosts } = await this.#slices.run(surveyInSteps(this.#node, numbers, this.options, this.#visitor()));
    this.nodes.sample(this.#node, node);
    for (const [vhost, values] of vhosts) this.vhosts.sample(vhost, values);
    if (this.pairs !== undefined) await this.#slices.run(this.pairs.sample());
    for (const history of [this.queues, this.exchanges, this.channels, this.connections, this.vhosts]) {
      await this.#slices.run(history.forgetOthers());
    }
  }

  /** Forgets all samples. The next ones are taken as usual. */
  async reset(): Promise<void> {
    const { queues, exchanges, channels, connections, vhosts, nodes } = this;
    for (const history of [queues, exchanges, channels, connections, vhosts, nodes]) {
      await this.#slices.run(history.forgetAll());
    }
    if (this.pairs !== undefined) await this.#slices.run(this.pairs.forgetAll());
  }

  #visitor(): SurveyVisitor {
    const [queueValues, exchangeValues] = [newValues("queue"), newValues("exchange")];
    const [channelValues, connectionValues] = [newValues("channel"), newValues("connection")];
    return {
      queue: (queue) => {
        readQueueCounters(queue, queueValues);
        this.queues.sample(queue, queueValues);
      },
      exchange: (exchange) => {
        readExchangeCounters(exchange, exchangeValues);
        this.exchanges.sample(exchange, exchangeValues);
      },
      channel: (channel) => {
        readChannelCounters(channel.counts, channelValues);
        this.channels.sample(channel, channelValues);
      },
      connection: (session) => {
        readConnectionCounters(session.origin.traffic, connectionValues);
        this.connections.sample(session, connectionValues);
      },
    };
  }

  /** Returns the counters of node and virtual hosts, of this moment or a few before. */
  survey(): Promise<Survey> {
    return this.#survey.get();
  }

  /** Returns the totals of unacknowledged messages by queue, of this moment or a few before. */
  unacked(): Promise<ReadonlyMap<AnyQueue, UnackedTotals>> {
    return this.#unacked.get();
  }
}
