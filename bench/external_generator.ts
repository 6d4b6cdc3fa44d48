import type { MeasuredBroker } from "./broker.ts";
import { Child } from "./child.ts";
import { queuePrefix, type TrafficPlan, type TrafficResult } from "./generator.ts";

/** The last line of such a program's output. Rates are messages a second, latencies microseconds. */
interface ExternalReport {
  readonly publish_rate: number;
  readonly consume_rate: number;
  readonly lost: number;
  readonly out_of_order: number;
  readonly duplicates: number;
  readonly nacked: number;
  readonly lat_us: Readonly<Record<string, number>>;
}

const RUN_TIMEOUT_MS = 60_000;

/** A load generator from elsewhere: a program with amqpload's flags that ends with a line of JSON. */
export class ExternalGenerator {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  get title(): string {
    return this.#path;
  }

  async run({ target }: MeasuredBroker, { traffic }: TrafficPlan): Promise<TrafficResult> {
    const flags: Readonly<Record<string, string | number>> = {
      H: target.host,
      p: target.port,
      u: target.user,
      w: target.password,
      v: target.vhost,
      x: traffic.publishers,
      y: traffic.consumers,
      k: traffic.queues,
      s: traffic.bodyBytes,
      q: traffic.prefetch,
      a: traffic.ackEvery,
      c: traffic.confirmWindow,
      r: traffic.ratePerSecond,
      t: (traffic.warmUpMs + traffic.measureMs) / 1000,
      Q: queuePrefix(),
    };
    const args = Object.entries(flags).flatMap(([flag, value]) => [`-${flag}`, `${value}`]);
    if (traffic.isDurable) args.push("-P", "-D");
    const child = new Child(this.#path, args, { speaks: true });
    try {
      const report = JSON.parse(await child.hearLast("what it measured", RUN_TIMEOUT_MS)) as ExternalReport;
      await child.wait();
      return {
        publishedPerSecond: report.publish_rate,
        consumedPerSecond: report.consume_rate,
        latencyUs: report.lat_us,
        faults: {
          lost: report.lost,
          outOfOrder: report.out_of_order,
          repeated: report.duplicates,
          nacked: report.nacked,
        },
      };
    } finally {
      child.kill();
    }
  }
}
