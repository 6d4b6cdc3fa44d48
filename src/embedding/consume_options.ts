import type { PlainTable } from "../wire/field_table.ts";

/** Start of a consumer of a stream: an offset, a time, the first, last or next message, or an age such as `1h`. */
export type StreamOffset = number | Date | "first" | "last" | "next" | (string & Record<never, never>);

/** Options of a consumer, with AMQP's meanings. */
export interface ConsumeOptions {
  /**
   * Maximum number of deliveries that the program has neither settled nor, in its stream, taken; 0 is any number.
   * Default: 1000.
   */
  readonly prefetch?: number;
  /** True for deliveries that count as acknowledged when they are sent. Default: false. */
  readonly noAck?: boolean;
  /** True for the only consumer of its queue. Default: false. */
  readonly exclusive?: boolean;
  /** Consumers of higher priority are served first (RabbitMQ: Consumer Priorities). Default: 0. */
  readonly priority?: number;
  /** Where to begin in a stream (RabbitMQ: Streams). Default: `next`, what comes from now on. */
  readonly offset?: StreamOffset;
  /** Name of the consumer. Default: one that the broker makes up. */
  readonly consumerTag?: string;
  /** Further arguments, for example `x-stream-filter`. Default: none. */
  readonly arguments?: PlainTable;
  /** Ends the consumer with the signal's reason. What is not settled goes back to the queue. Default: none. */
  readonly signal?: AbortSignal;
}

/** Returns the arguments of a consumer. */
export function consumerArguments({ priority, offset, arguments: given }: ConsumeOptions): PlainTable {
  return {
    ...given,
    ...priority !== undefined && { "x-priority": priority },
    ...offset !== undefined && { "x-stream-offset": offset },
  };
}
