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
import { readProcessNumbers } from "./process_numbers.ts";
import { Recent } from "./recent.ts";
import {
  newValues,
  readChannelCounters,
  readConnectionCounters,
  readExchangeCounters,
  readQueueCounters,
} from "./read_counters.ts";
import { RETENTION, TICK_MS } from "./retention.ts";
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
  readonly #ticks = new Ticks();
  readonly budget = new SampleBudget();
  readonly queues = this.#history<AnyQueue>("queue", "basic");
  readonly exchanges = this.#history<Exchange>("exchange", "basic");
  readonly channels = this.#history<Channel>("channel", "basic");
  readonly connections = this.#history<Session>("connection", "basic");
  readonly vhosts = this.#history<VirtualHost>("vhost", "global");
  readonly nodes = this.#history<Node>("node", "global");
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
  ) {
    this.#node = node;
    this.#process = process;
    this.#log = log;
    this.#slices = slices;
    this.#survey = new Recent(node.clock, async () => {
      const numbers = await readProcessNumbers(process);
      return await slices.run(surveyInSteps(node, numbers));
    });
    this.#unacked = new Recent(node.clock, () => slices.run(node.sessions.unackedTotalsInSteps()));
  }

  #history<Key extends object>(kind: keyof typeof LAYOUTS, retention: keyof typeof RETENTION): History<Key> {
    return new History(LAYOUTS[kind].width, RETENTION[retention], this.#ticks, this.budget);
  }

  /** Begins to sample, unless it does already. */
  start(): void {
    if (this.#cancel === undefined) this.#tick();
  }

  /** Stops sampling for good. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = () => {};
  }

  #tick(): void {
    const { clock } = this.#node;
    // Samples are taken when a step of a request's range begins, so that each step has one.
    this.#cancel = clock.after(TICK_MS - clock.time() % TICK_MS, () => this.#tick());
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
    const { node, vhosts } = await this.#slices.run(surveyInSteps(this.#node, numbers, this.#visitor()));
    this.nodes.sample(this.#node, node);
    for (const [vhost, values] of vhosts) this.vhosts.sample(vhost, values);
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
