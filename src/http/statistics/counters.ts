import type { RangeName } from "./range.ts";

/** Counters that belong together in the API: all of them are shown, or none. */
export interface CounterGroup {
  /** Parameters of a request for samples of them. */
  readonly range: RangeName;
  readonly counters: readonly string[];
  /** Names that stand for the sum of several counters. */
  readonly sums?: Readonly<Record<string, readonly string[]>>;
  /** True for counters that are left out until something was counted. */
  readonly isAbsentWhenZero?: boolean;
  /** True for counters that queues tell, which RabbitMQ keeps with `management.rates_mode = none` too. */
  readonly isCoarse?: boolean;
}

/** What channels do with messages that they receive. */
export const PUBLISHES: CounterGroup = {
  range: "msg_rates",
  counters: ["publish", "confirm", "return_unroutable", "drop_unroutable"],
  isAbsentWhenZero: true,
};

/** Messages that arrive in a queue. */
export const ARRIVALS: CounterGroup = { range: "msg_rates", counters: ["publish"], isAbsentWhenZero: true };

export const DELIVERIES: CounterGroup = {
  range: "msg_rates",
  counters: ["get", "get_no_ack", "deliver", "deliver_no_ack", "redeliver", "ack", "get_empty"],
  sums: { deliver_get: ["get", "get_no_ack", "deliver", "deliver_no_ack"] },
  isAbsentWhenZero: true,
};

export const PUBLISHES_IN: CounterGroup = { range: "msg_rates", counters: ["publish_in"], isAbsentWhenZero: true };
export const PUBLISHES_OUT: CounterGroup = { range: "msg_rates", counters: ["publish_out"], isAbsentWhenZero: true };

/** Messages read from the store and written to it. */
export const DISK: CounterGroup = { range: "msg_rates", counters: ["disk_reads", "disk_writes"], isCoarse: true };

export const MESSAGES: CounterGroup = {
  range: "lengths",
  counters: ["messages_ready", "messages_unacknowledged"],
  sums: { messages: ["messages_ready", "messages_unacknowledged"] },
};

/** Bytes of connections. */
export const TRAFFIC: CounterGroup = { range: "data_rates", counters: ["recv_oct", "send_oct"] };

export const CHURN: CounterGroup = {
  range: "lengths",
  counters: [
    "connection_created",
    "connection_closed",
    "channel_created",
    "channel_closed",
    "queue_declared",
    "queue_created",
    "queue_deleted",
  ],
};

/** Numbers of the process of the node. `proc_used` is the number of processes. */
export const PROCESS: CounterGroup = {
  range: "node_stats",
  counters: ["mem_used", "fd_used", "sockets_used", "proc_used", "disk_free"],
};

/** Work of the store. */
export const STORE: CounterGroup = {
  range: "node_stats",
  counters: ["io_write_count", "io_write_bytes", "io_sync_count", "msg_store_read_count", "msg_store_write_count"],
};

/** A number that the API shows: a counter, or a sum of some. */
export interface Measure {
  readonly name: string;
  /** Name of the field that holds the counter's rate. It is kept, because a list repeats it for thousands of objects. */
  readonly details: string;
  /** Indexes of its counters among all of the object. */
  readonly counters: readonly number[];
}

/** The counters of a kind of objects, in the order of its groups. */
export class CounterLayout {
  /** Names of all counters. */
  readonly names: readonly string[];
  readonly #groups: ReadonlyMap<CounterGroup, readonly Measure[]>;

  constructor(groups: readonly CounterGroup[]) {
    this.names = groups.flatMap(({ counters }) => counters);
    let start = 0;
    this.#groups = new Map(groups.map((group) => {
      const first = start;
      start += group.counters.length;
      const indexOf = (name: string) => first + group.counters.indexOf(name);
      const measure = (name: string, parts: readonly string[]) => ({
        name,
        details: `${name}_details`,
        counters: parts.map(indexOf),
      });
      const own = group.counters.map((name) => measure(name, [name]));
      const sums = Object.entries(group.sums ?? {}).map(([name, parts]) => measure(name, parts));
      return [group, [...own, ...sums]];
    }));
  }

  get width(): number {
    return this.names.length;
  }

  /** Returns the measures of a group, which must belong to this kind. */
  measuresOf(group: CounterGroup): readonly Measure[] {
    return this.#groups.get(group)!;
  }
}

/** The layouts of all kinds. */
export const LAYOUTS = {
  queue: new CounterLayout([ARRIVALS, DELIVERIES, MESSAGES]),
  exchange: new CounterLayout([PUBLISHES_IN, PUBLISHES_OUT]),
  channel: new CounterLayout([PUBLISHES, DELIVERIES]),
  channelExchange: new CounterLayout([PUBLISHES]),
  channelQueue: new CounterLayout([DELIVERIES]),
  queueExchange: new CounterLayout([ARRIVALS]),
  connection: new CounterLayout([TRAFFIC]),
  vhost: new CounterLayout([PUBLISHES, DELIVERIES, MESSAGES, TRAFFIC]),
  node: new CounterLayout([PUBLISHES, DELIVERIES, MESSAGES, TRAFFIC, DISK, CHURN, PROCESS, STORE]),
} as const;
