import type { Log } from "../amqp091/log.ts";
import { VERSION } from "../amqp091/server_properties.ts";
import { type Address, formatAddress } from "../transport/transport.ts";
import { Broker, type BrokerOptions } from "../embedding/broker.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { StoreError } from "../store/error.ts";
import { FileStore } from "../store/file_store.ts";
import type { SyncMode } from "../store/journal.ts";
import { createLog, type LogThreshold } from "./log.ts";
import { type MemoryLimit, memoryLimitBytes } from "../config/size.ts";

export interface ServerOptions extends BrokerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly logLevel: LogThreshold;
  /** The folder in which everything durable is kept; `false` keeps it in memory. */
  readonly dataDir: string | false;
  readonly sync: SyncMode;
  /** Publishers are blocked when messages take more. */
  readonly vmMemoryHighWatermark: MemoryLimit;
  /** Publishers are blocked when less is free on the disk. */
  readonly diskFreeLimit: MemoryLimit;
  /** A channel is closed when a delivery was not acknowledged for so many milliseconds; `false` is for ever. */
  readonly consumerTimeout?: number | false;
  /** Whether there is an event exchange, see {@linkcode BrokerOptions.eventExchange}. Default: false. */
  readonly hasEventExchange?: boolean;
  /** Default: `"/"`. */
  readonly eventExchangeVhost?: string;
}

export interface Server {
  /** With the port that was taken. */
  readonly address: Address;
  readonly broker: Broker;
  readonly log: Log;
  /** Accepts no more, tells all clients, and resolves when they have gone. */
  close(): Promise<void>;
}

/**
 * Starts a broker that listens for AMQP. Rejects with `ListenError`, and where the data folder can't be used with
 * `FolderInUseError`, `FolderNotUsableError` or `StoreError`.
 */
export async function startServer(runtime: Runtime, options: ServerOptions): Promise<Server> {
  const { log, flush } = createLog(runtime, options.logLevel);
  const data = options.dataDir === false ? undefined : await openData(runtime, options.dataDir, options, log);
  const broker = new Broker({
    memoryHighWatermarkBytes: memoryLimitBytes(options.vmMemoryHighWatermark, runtime.totalMemoryBytes()),
    platform: `${runtime.name} ${runtime.version}`,
    log,
    store: data?.store,
    consumerTimeoutMs: options.consumerTimeout,
    eventExchange: options.hasEventExchange ? { vhost: options.eventExchangeVhost ?? "/" } : undefined,
    ...options,
  });
  const listener = await runtime.listen(
    { host: options.host, port: options.port },
    (transport) => broker.accept(transport),
  );
  const where = data === undefined ? "data in memory only" : `data in ${data.folder}`;
  log(
    "info",
    `HareMQ ${VERSION} on ${runtime.name} ${runtime.version}: accepting AMQP on ${formatAddress(listener.address)}, ` +
      `${where}, started in ${Math.round(runtime.uptimeMs())} ms`,
  );
  return {
    address: listener.address,
    broker,
    log,
    async close() {
      listener.close();
      await broker.close();
      data?.unlock();
      flush();
    },
  };
}

/** Opens the data folder for this process alone, and what is in it. */
async function openData(runtime: Runtime, folder: string, options: ServerOptions, log: Log) {
  const { files, unlock } = await runtime.openFolder(folder);
  const { crc32 } = runtime;
  const store = await FileStore.open({
    files,
    after,
    crc32: (bytes) => crc32(bytes),
    sync: options.sync,
    diskFreeLimitBytes: memoryLimitBytes(options.diskFreeLimit, runtime.totalMemoryBytes()),
    report: log,
  }).catch((error) => {
    throw error instanceof StoreError ? error.inFolder(files.folder) : error;
  });
  return { store, folder: files.folder, unlock };
}

/** Calls back once. Returns what takes that back. */
export function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
