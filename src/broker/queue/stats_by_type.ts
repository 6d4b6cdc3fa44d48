import type { AnyQueue } from "./any_queue.ts";
import type { QueueStats } from "./queue_counts.ts";
import { QUEUE_TYPE_NAMES, type QueueTypeName, queueTypeName } from "./queue_type.ts";

type QueueStatsSum = { -readonly [Name in keyof QueueStats]: number };

const noStats = (): QueueStatsSum => ({
  publishIn: 0,
  deliver: 0,
  deliverNoAck: 0,
  get: 0,
  getNoAck: 0,
  getEmpty: 0,
  ack: 0,
  redeliver: 0,
  expired: 0,
  dropped: 0,
  diskReads: 0,
  diskWrites: 0,
});

const NAMES = Object.keys(noStats()) as (keyof QueueStats)[];

/** Statistics of queues by their type. */
export class StatsByType {
  readonly #sums = Object.fromEntries(QUEUE_TYPE_NAMES.map((type) => [type, noStats()])) as Readonly<
    Record<QueueTypeName, QueueStatsSum>
  >;

  of(type: QueueTypeName): QueueStats {
    return this.#sums[type];
  }

  get total(): QueueStats {
    const total = noStats();
    for (const type of QUEUE_TYPE_NAMES) addStats(total, this.#sums[type]);
    return total;
  }

  add(type: QueueTypeName, stats: QueueStats): void {
    addStats(this.#sums[type], stats);
  }

  /** Adds a queue that is about to be deleted. */
  addQueue({ arguments: queueArguments, stats }: Pick<AnyQueue, "arguments" | "stats">): void {
    this.add(queueTypeName(queueArguments), stats);
  }
}

function addStats(sum: QueueStatsSum, stats: QueueStats): void {
  for (const name of NAMES) sum[name] += stats[name];
}
