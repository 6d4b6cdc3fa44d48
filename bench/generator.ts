import process from "node:process";
import type { MeasuredBroker } from "./broker.ts";
import { Child } from "./child.ts";
import type { Assignment, HeldTask, Role, Task } from "./load.ts";
import type { Queues } from "./load/queues.ts";
import type { Drain, DrainReport, Fill, FillReport } from "./load/scale.ts";
import type { Read, Seek } from "./load/stream.ts";
import type { ConsumerReport, PublisherReport, Traffic } from "./load/traffic.ts";
import type { Runtime } from "./runtimes.ts";

/** The result of a run. */
export interface TrafficResult {
  readonly publishedPerSecond: number;
  readonly consumedPerSecond: number;
  /** Percentiles in microseconds, if publisher and consumer share a clock. */
  readonly latencyUs: Readonly<Record<string, number>>;
  readonly faults: Faults;
}

/** Numbers of faulty messages. */
export interface Faults {
  readonly lost: number;
  readonly outOfOrder: number;
  readonly repeated: number;
  readonly nacked: number;
}

/** The traffic of a run with the way it is generated. */
export interface TrafficPlan {
  readonly traffic: Traffic;
  /**
   * True when publishers and consumers run in one process with one clock; false when they run in one each, so that
   * neither slows down the other.
   */
  readonly sharesClock: boolean;
  /**
   * True when the rest is consumed after the publishers have ended. Otherwise it is dropped, and losses are unknown.
   */
  readonly drains: boolean;
}

const READY_TIMEOUT_MS = 15_000;
const RUN_TIMEOUT_MS = 20_000;
const HOLD_TIMEOUT_MS = 45_000;
/** Time limit of a broker for each queue or message that it declares, deletes, takes or delivers. In milliseconds. */
const QUEUE_TIMEOUT_MS = 100;
const MESSAGE_TIMEOUT_MS = 0.2;
const SCALE_TIMEOUT_MS = 60_000;

let runs = 0;

/** The load generator of this repository: `load.ts` in processes of its own. */
export class Generator {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get title(): string {
    return `bench/load.ts on ${this.#runtime.title}`;
  }

  async run(broker: MeasuredBroker, { traffic, sharesClock, drains }: TrafficPlan): Promise<TrafficResult> {
    const prefix = queuePrefix();
    const queuesTimeoutMs = traffic.queues * QUEUE_TIMEOUT_MS;
    const start = async (roles: readonly Role[]): Promise<Child> => {
      const child = this.#start(broker, { name: "traffic", roles, traffic, prefix });
      await child.hear(`that those who ${roles.join(" and ")} are ready`, READY_TIMEOUT_MS + queuesTimeoutMs);
      return child;
    };
    const timeoutMs = traffic.warmUpMs + traffic.measureMs + RUN_TIMEOUT_MS;
    const children: Child[] = [];
    try {
      const consumers = await start(sharesClock ? ["publish", "consume"] : ["consume"]);
      children.push(consumers);
      const publishers = sharesClock ? consumers : await start(["publish"]);
      children.push(publishers);
      for (const child of new Set(children)) child.say("go");
      const { published, nacked, perSecond } = JSON.parse(
        await publishers.hear("what was published", timeoutMs),
      ) as PublisherReport;
      consumers.say(`${drains ? published : 0}`);
      const report = JSON.parse(await consumers.hear("what was consumed", timeoutMs)) as ConsumerReport;
      await Promise.all(children.map((child) => child.wait(READY_TIMEOUT_MS + queuesTimeoutMs)));
      const { consumed, gaveUp, outOfOrder, repeated, latencyUs } = report;
      const lost = drains && !gaveUp ? published - (consumed - repeated) : 0;
      return {
        publishedPerSecond: perSecond,
        consumedPerSecond: report.perSecond,
        latencyUs,
        faults: { lost, outOfOrder, repeated, nacked },
      };
    } catch (error) {
      // Durable queues would stay and disturb later measurements.
      for (const child of children) child.kill();
      if (traffic.isDurable) await this.deleteQueues(broker, { ...traffic, prefix }).catch(() => {});
      throw error;
    } finally {
      for (const child of children) child.kill();
    }
  }

  /** Declares queues and fills them. */
  async fill(broker: MeasuredBroker, fill: Fill): Promise<FillReport> {
    const timeoutMs = timeoutFor(fill.queues, fill.messages);
    return JSON.parse(await this.#ask(broker, { name: "fill", fill }, "what was published", timeoutMs));
  }

  /** Consumes everything that is in queues. */
  async drain(broker: MeasuredBroker, drain: Drain): Promise<DrainReport> {
    const timeoutMs = timeoutFor(drain.queues, drain.messages);
    return JSON.parse(await this.#ask(broker, { name: "drain", drain }, "what was consumed", timeoutMs));
  }

  /** Returns the time until a consumer of a stream has its first message. In milliseconds. */
  async seek(broker: MeasuredBroker, seek: Seek): Promise<number> {
    return Number(await this.#ask(broker, { name: "seek", seek }, "when its first message came", RUN_TIMEOUT_MS));
  }

  /** Returns the rate of a stream's consumers together. In messages a second. */
  async read(broker: MeasuredBroker, read: Read): Promise<number> {
    return Number(await this.#ask(broker, { name: "read", read }, "how much it read", read.measureMs + RUN_TIMEOUT_MS));
  }

  async deleteQueues(broker: MeasuredBroker, queues: Queues): Promise<void> {
    await this.#ask(broker, { name: "delete", queues }, "that it deleted queues", timeoutFor(queues, 0));
  }

  /** Makes the broker hold something, and returns the result of a measurement meanwhile. */
  async hold<T>(broker: MeasuredBroker, task: HoldTask, measure: () => Promise<T>): Promise<T> {
    const child = this.#start(broker, { ...task, prefix: queuePrefix() });
    try {
      await child.hear(`that the broker holds the ${task.name}`, HOLD_TIMEOUT_MS);
      const measured = await measure();
      child.say("release");
      await child.wait();
      return measured;
    } finally {
      child.kill();
    }
  }

  /** Returns the rate at which connections are opened and closed, one after another. In connections a second. */
  async churn(broker: MeasuredBroker, measureMs: number): Promise<number> {
    const task: Task = { name: "churn", measureMs };
    return Number(await this.#ask(broker, task, "how many connections it opened", measureMs + RUN_TIMEOUT_MS));
  }

  /** Returns the one line of a task's output. */
  async #ask(broker: MeasuredBroker, task: Task, what: string, timeoutMs: number): Promise<string> {
    const child = this.#start(broker, task);
    try {
      return await child.hear(what, timeoutMs);
    } finally {
      child.kill();
    }
  }

  #start({ target }: MeasuredBroker, task: Task): Child {
    const { path, runArguments } = this.#runtime;
    const assignment: Assignment = { target, task };
    return new Child(path, [...runArguments, "bench/load.ts", JSON.stringify(assignment)], { speaks: true });
  }
}

function timeoutFor({ queues }: Queues, messages: number): number {
  return SCALE_TIMEOUT_MS + queues * QUEUE_TIMEOUT_MS + messages * MESSAGE_TIMEOUT_MS;
}

/** Something to hold, without the prefix of its queues. */
export type HoldTask = Omit<HeldTask, "prefix">;

/** Makes a prefix that no other run, and no other benchmark on the same broker, uses for its queues. */
export function queuePrefix(): string {
  return `haremq-bench-${process.pid}-${++runs}`;
}
