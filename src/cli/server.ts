import type { Logger } from "../amqp091/logger.ts";
import { VERSION } from "../amqp091/server_properties.ts";
import type { Address } from "../transport/transport.ts";
import { Broker, type BrokerOptions } from "../embedding/broker.ts";
import type { ServerProcess } from "../http/server_process.ts";
import type { ServerListener } from "../http/server_listener.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { StoreError } from "../store/error.ts";
import { openFileStore } from "../store/file_store.ts";
import type { SyncMode } from "../store/log/sync_mode.ts";
import { after } from "./after.ts";
import { configuredAccess, configuredMechanisms, passwordsOf } from "./access.ts";
import { LogExchange } from "../broker/tracing/log_exchange.ts";
import { setClusterParameters } from "../broker/policy/cluster_parameters.ts";
import { behaviourOf } from "../broker/compat/behaviour.ts";
import { openDataFolder } from "./data_folder.ts";
import { importConfigured, importsDefinitions } from "./definitions.ts";
import { defaultsOf } from "./defaults.ts";
import { ServerLog } from "./log/log.ts";
import type { ByteLimit } from "../http/server_control.ts";
import { LOG_LEVELS, type LogThreshold } from "../config/log_level.ts";
import { type Config, DEFAULT_CONFIG } from "../config/config.ts";
import { managementOptionsOf, statisticsOptionsOf } from "./http_config.ts";
import { HttpServers } from "./http_servers.ts";
import { ClientListeners } from "./client_listeners.ts";
import { Listeners } from "./listeners.ts";
import { otlpOf } from "./opentelemetry.ts";
import { configuredOAuthLogin } from "./oauth_login.ts";
import { notifySystemd } from "./systemd.ts";
import { checkTls } from "./tls.ts";
import { memoryLimitBytes } from "../config/size.ts";

export interface ServerOptions extends BrokerOptions {
  /** The configuration. */
  readonly config?: Config;
  /** Sentences about settings without effect. */
  readonly warnings?: readonly string[];
  /** Lowest level that is logged, in place of the configured one. */
  readonly logLevel?: LogThreshold;
  /** Folder for everything durable; `false` keeps it in memory. */
  readonly dataDir: string | false;
  readonly sync: SyncMode;
  /** Files that the configuration was read from. */
  readonly configFiles?: readonly string[];
  /** Stops the server when its management API is asked to. Default: closes it. */
  readonly stop?: () => void;
}

export interface Server {
  /** The first address, with the actual port. */
  readonly address: Address;
  /** All addresses that it listens on. */
  readonly addresses: readonly Address[];
  /** All listeners, those for HTTP too. */
  readonly listeners: readonly ServerListener[];
  readonly broker: Broker;
  readonly log: Logger;
  /** Applies logs, limits and certificates of a new configuration. Rejects with `ConfigError` when they can't be used. */
  reload(config: Config): Promise<void>;
  /** Stops accepting, closes all connections, and resolves when they are closed. */
  close(): Promise<void>;
}

/**
 * Starts a broker that listens for AMQP. Rejects with `ListenError`, and with `FolderInUseError`,
 * `FolderNotUsableError` or `StoreError` when the data folder can't be used.
 */
export async function startServer(runtime: Runtime, options: ServerOptions): Promise<Server> {
  const logs = new ServerLog(runtime, options.logLevel);
  await logs.configure(options.config ?? {});
  const { log } = logs;
  for (const warning of options.warnings ?? []) log("warning", warning);
  const config = { ...DEFAULT_CONFIG, ...options.config };
  checkTls(config, runtime);
  const totalMemoryBytes = config.totalMemoryBytes ?? runtime.totalMemoryBytes();
  const diskFreeLimitBytes = memoryLimitBytes(config.diskFreeLimit, totalMemoryBytes);
  const data = options.dataDir === false
    ? undefined
    : await openData(runtime, options.dataDir, diskFreeLimitBytes, options, log);
  const disk = { freeDiskBytes: data?.freeBytes, diskFreeLimitBytes };
  const serverProcess = processOf(runtime, disk);
  const broker = new Broker({
    ...config,
    nodeName: nodeNameOf(runtime, config),
    ...limitsOf(config, totalMemoryBytes),
    platform: `${runtime.name} ${runtime.version}`,
    serverProcess,
    openTelemetry: otlpOf(config, nodeNameOf(runtime, config)),
    log,
    logsEvents: true,
    store: data?.store,
    access: (means) => configuredAccess(config, runtime, means),
    mechanisms: configuredMechanisms(config),
    passwords: passwordsOf(config),
    defaults: defaultsOf(config),
    importsDefinitions: importsDefinitions(config),
    management: { ...managementOptionsOf(config), oauth: configuredOAuthLogin(config, runtime) },
    statistics: statisticsOptionsOf(config),
    eventExchange: config.hasEventExchange ? { vhost: config.eventExchangeVhost } : undefined,
    ...options,
  });
  const close = async () => {
    logs.exchange = undefined;
    await broker.close();
    data?.unlock();
    await logs.close();
  };
  const fail = async (error: Error): Promise<never> => {
    await close();
    throw error;
  };
  setClusterParameters(broker.node.parameters, config.clusterTags ?? {}, broker.node.uniqueName);
  broker.node.endTurn();
  await importConfigured(runtime, config, broker.definitions, log).catch(fail);
  logs.exchange = new LogExchange(broker.node, config.defaultVhost ?? "/");
  warnOfBacklog(runtime, config, log);
  const listeners = await ClientListeners.open(
    (config) => Listeners.open(runtime, config, log, (transport) => broker.accept(transport)),
    config,
  ).catch(fail);
  broker.listeners = listeners.all;
  const isListening = () => listeners.isListening;
  const http = await HttpServers.open(runtime, config, log, broker, data?.folder, isListening).catch((error) => {
    listeners.close();
    return fail(error);
  });
  broker.listeners = [...listeners.all, ...http.all];
  const { addresses } = listeners;
  const accepted = [String(listeners), String(http)].filter((place) => place !== "").join(", ");
  const where = data === undefined ? "data in memory only" : `data in ${data.folder}`;
  log(
    "info",
    `HareMQ ${VERSION} on ${runtime.name} ${runtime.version}: accepting ${accepted}, ` +
      `${where}, started in ${Math.round(runtime.uptimeMs())} ms`,
  );
  notifySystemd(runtime, log, "READY=1");
  log("info", "Server startup complete; 0 plugins started.");
  const server: Server = {
    address: addresses[0],
    addresses,
    listeners: [...listeners.all, ...http.all],
    broker,
    log,
    async reload(config) {
      listeners.reload(config);
      await logs.configure(config);
      broker.reconfigure({ ...config, ...limitsOf({ ...DEFAULT_CONFIG, ...config }, totalMemoryBytes) });
    },
    async close() {
      notifySystemd(runtime, log, "STOPPING=1");
      listeners.close();
      await http.close();
      await close();
    },
  };
  const bytesOf = (limit: ByteLimit) =>
    Math.floor("absolute" in limit ? limit.absolute : limit.relative * totalMemoryBytes);
  broker.control = {
    describe: () => ({
      version: VERSION,
      pid: runtime.pid,
      process: serverProcess,
      dataFolder: data?.folder,
      configFiles: options.configFiles ?? [],
      logFiles: logs.files,
    }),
    // The answer to the request is sent first.
    stop: () => void setTimeout(options.stop ?? server.close),
    logLevels: LOG_LEVELS,
    setLogLevel: (level) => logs.setLevel(level as LogThreshold),
    setListening: (isListening) => listeners.setListening(isListening),
    setMemoryLimit: (limit) => broker.memoryHighWatermarkBytes = bytesOf(limit),
    setDiskFreeLimit(limit) {
      disk.diskFreeLimitBytes = bytesOf(limit);
      if (data !== undefined) data.store.diskFreeLimitBytes = disk.diskFreeLimitBytes;
    },
  };
  return server;
}

/** Returns the limits, by the names that the broker has for them. */
function limitsOf({ vmMemoryHighWatermark, consumerTimeout, compat }: Config, totalMemoryBytes: number) {
  const limit = vmMemoryHighWatermark ?? { part: behaviourOf({ compat }).memoryHighWatermark };
  return { memoryHighWatermarkBytes: memoryLimitBytes(limit, totalMemoryBytes), consumerTimeoutMs: consumerTimeout };
}

/** Returns the process as metrics describe it. */
const processOf = (
  runtime: Runtime,
  disk: Pick<ServerProcess, "freeDiskBytes" | "diskFreeLimitBytes">,
): ServerProcess => ({
  platform: `${runtime.name} ${runtime.version}`,
  uptimeMs: () => runtime.uptimeMs(),
  residentBytes: () => runtime.residentBytes(),
  heap: () => runtime.heapUsage(),
  cpuSeconds: () => runtime.cpuSeconds(),
  openFiles: () => runtime.openFiles(),
  freeDiskBytes: disk.freeDiskBytes,
  get diskFreeLimitBytes() {
    return disk.diskFreeLimitBytes;
  },
});

/** Returns the node's name; one without a host gets that of the machine. */
const nodeNameOf = (runtime: Runtime, { nodeName }: Config): string | undefined =>
  nodeName === undefined || nodeName.includes("@") ? nodeName : `${nodeName}@${runtime.hostname()}`;

function warnOfBacklog(runtime: Runtime, { socketOptions }: Config, log: Logger): void {
  if (socketOptions?.backlog === undefined || runtime.hasBacklog) return;
  log("warning", `tcp_listen_options.backlog has no effect: ${runtime.name} decides about it.`);
}

/** Opens the data folder for this process alone, and its store. */
export async function openData(
  runtime: Runtime,
  folder: string,
  diskFreeLimitBytes: number,
  { sync }: Pick<ServerOptions, "sync">,
  log: Logger,
) {
  const { files, unlock } = await openDataFolder(runtime, folder, log);
  const { crc32 } = runtime;
  const store = await openFileStore({
    files,
    after,
    crc32: (bytes) => crc32(bytes),
    sync,
    diskFreeLimitBytes,
    report: log,
  }).catch((error) => {
    throw error instanceof StoreError ? error.inFolder(files.folder) : error;
  });
  return { store, folder: files.folder, freeBytes: () => files.freeBytes(), unlock };
}
