import type { Log } from "../connection/log.ts";
import { VERSION } from "../connection/server_properties.ts";
import { type Address, formatAddress } from "../connection/transport.ts";
import { Broker, type BrokerOptions } from "../embedding/broker.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { createLog, type LogThreshold } from "./log.ts";

/** Publishers are blocked when messages take more than this part of the machine's memory. */
const MEMORY_HIGH_WATERMARK = 0.4;

export interface ServerOptions extends BrokerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly logLevel: LogThreshold;
}

export interface Server {
  /** With the port that was taken. */
  readonly address: Address;
  readonly broker: Broker;
  readonly log: Log;
  /** Accepts no more, tells all clients, and resolves when they have gone. */
  close(): Promise<void>;
}

/** Starts a broker that listens for AMQP. Rejects with `ListenError`. */
export async function startServer(runtime: Runtime, options: ServerOptions): Promise<Server> {
  const { log, flush } = createLog(runtime, options.logLevel);
  const broker = new Broker({
    memoryHighWatermarkBytes: runtime.totalMemoryBytes() * MEMORY_HIGH_WATERMARK,
    platform: `${runtime.name} ${runtime.version}`,
    log,
    ...options,
  });
  const listener = await runtime.listen(
    { host: options.host, port: options.port },
    (transport) => broker.accept(transport),
  );
  log(
    "info",
    `HareMQ ${VERSION} on ${runtime.name} ${runtime.version}: accepting AMQP on ${formatAddress(listener.address)}, ` +
      `started in ${Math.round(runtime.uptimeMs())} ms`,
  );
  return {
    address: listener.address,
    broker,
    log,
    async close() {
      listener.close();
      await broker.close();
      flush();
    },
  };
}
