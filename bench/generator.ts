import process from "node:process";
import type { MeasuredBroker } from "./broker.ts";
import { Child } from "./child.ts";
import type { Assignment, HeldTask, Role, Task } from "./load.ts";
import type { ConsumerReport, PublisherReport, Traffic } from "./load/traffic.ts";
import type { Runtime } from "./runtimes.ts";

/** What came of a run. */
export interface TrafficResult {
  readonly publishedPerSecond: number;
  readonly consumedPerSecond: number;
  /** Percentiles in microseconds, if publisher and consumer share a clock. */
  readonly latencyUs: Readonly<Record<string, number>>;
  readonly faults: Faults;
}

/** How many messages went wrong. */
export interface Faults {
  readonly lost: number;
  readonly outOfOrder: number;
  readonly repeated: number;
  readonly nacked: number;
}

/** A run, and how it is made. */
export interface TrafficPlan {
  readonly traffic: Traffic;
  /** Whether publishers and consumers run in one process, which has one clock, or in one each, so that neither slows the other. */
  readonly sharesClock: boolean;
  /** Whether what is left is consumed when the publishers have ended. Otherwise it is dropped, and losses are not known. */
  readonly drains: boolean;
}

const READY_TIMEOUT_MS = 15_000;
const RUN_TIMEOUT_MS = 20_000;
const HOLD_TIMEOUT_MS = 45_000;

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
    const start = async (roles: readonly Role[]): Promise<Child> => {
      const child = this.#start(broker, { name: "traffic", roles, traffic, prefix });
      await child.hear(`that those who ${roles.join(" and ")} are ready`, READY_TIMEOUT_MS);
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
      await Promise.all(children.map((child) => child.wait()));
      const { consumed, gaveUp, outOfOrder, repeated, latencyUs } = report;
      const lost = drains && !gaveUp ? published - (consumed - repeated) : 0;
      return {
        publishedPerSecond: perSecond,
        consumedPerSecond: report.perSecond,
        latencyUs,
        faults: { lost, outOfOrder, repeated, nacked },
      };
    } finally {
      for (const child of children) child.kill();
    }
  }

  /** Has the broker hold something, and returns what `measure` says meanwhile. */
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

  /** How many connections a second are opened and closed, one after another. */
  async churn(broker: MeasuredBroker, measureMs: number): Promise<number> {
    const child = this.#start(broker, { name: "churn", measureMs });
    try {
      return Number(await child.hear("how many connections it opened", measureMs + RUN_TIMEOUT_MS));
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

/** Something to hold, without a name for its queues. */
export type HoldTask = Omit<HeldTask, "prefix">;

/** A name that no other run, and no other benchmark on the same broker, gives its queues. */
export function queuePrefix(): string {
  return `haremq-bench-${process.pid}-${++runs}`;
}
