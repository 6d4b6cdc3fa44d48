import type { Mechanism } from "../access/sasl.ts";
import type { Node } from "../broker/node/node.ts";
import type { Clock } from "../broker/turn/clock.ts";
import type { BufferPool } from "../transport/buffer_pool.ts";
import type { ConnectionStart } from "./connection_start.ts";
import type { Logger } from "./logger.ts";
import type { ConnectionOptions } from "./options.ts";

/** The common parts of all connections of a broker. */
export interface ConnectionHost {
  readonly node: Node;
  /** Clock of heartbeats, and of time limits for peers. */
  readonly clock: Clock;
  /** The SASL mechanisms that clients are offered, in this order. */
  readonly mechanisms: readonly Mechanism[];
  readonly options: ConnectionOptions;
  readonly start: ConnectionStart;
  readonly buffers: BufferPool;
  readonly log: Logger;
}
