import { VERSION } from "../amqp091/server_properties.ts";
import type { AccessControl } from "../access/access_control.ts";
import { behaviourOf } from "../broker/compat/behaviour.ts";
import { setClusterParameters } from "../broker/policy/cluster_parameters.ts";
import { LogExchange } from "../broker/tracing/log_exchange.ts";
import { type Config, DEFAULT_CONFIG } from "../config/config.ts";
import { loopbackUsersOf } from "../config/keys/access.ts";
import { LOG_LEVELS, type LogThreshold } from "../config/log_level.ts";
import { TLS_VERSIONS } from "../config/keys/tls.ts";
import { memoryLimitBytes } from "../config/size.ts";
import { Broker } from "../embedding/broker.ts";
import type { ByteLimit, ServerDescription } from "../http/server_control.ts";
import type { ServerListener } from "../http/server_listener.ts";
import type { ServerProcess } from "../http/server_process.ts";
import type { LockedFolder, Runtime } from "../runtime/runtime.ts";
import type { Address, Transport } from "../transport/transport.ts";
import { configuredAccess, configuredHttpAccess, configuredMechanisms, passwordsOf } from "./access.ts";
import { after } from "./after.ts";
import { ClientListeners } from "./client_listeners.ts";
import { nodeNameOf } from "./node_name.ts";
import { openStore } from "./open_store.ts";
import { defaultsOf } from "./defaults.ts";
import { checkNotReset, markInitialized } from "./initialized_marker.ts";
import { importConfigured, importsDefinitions } from "./definitions.ts";
import { managementOptionsOf, statisticsOptionsOf } from "./http_config.ts";
import { HostNameLookUps } from "./host_names.ts";
import { HttpServers } from "./http_servers.ts";
import { Listeners } from "./listeners.ts";
import type { ServerLog } from "./log/log.ts";
import { configuredOAuthLogin } from "./oauth_login.ts";
import { otlpOf } from "./opentelemetry.ts";
import type { ServerOptions } from "./server.ts";

/** What stays while a node's application stops and starts again. */
export interface ApplicationSurroundings {
  readonly runtime: Runtime;
  readonly options: ServerOptions;
  readonly config: Config;
  readonly logs: ServerLog;
  /** Absent when everything is kept in memory. */
  readonly folder?: LockedFolder;
  readonly describe: (process: ServerProcess) => ServerDescription;
  /** Stops the server. */
  readonly stop: () => void;
}

/** The broker of a node with everything that leads to it: what RabbitMQ calls the application, which may stop while the node stays. */
export interface Application {
  readonly broker: Broker;
  /** All addresses that it listens on for clients. */
  readonly addresses: readonly Address[];
  /** All listeners, those for HTTP too. */
  readonly listeners: readonly ServerListener[];
  /** Applies logs, limits, loopback users and certificates of a new configuration. Rejects with `ConfigError` when they can't be used. */
  reload(config: Config): Promise<void>;
  /** Stops accepting, closes all connections, and resolves when they are closed and the store is. */
  close(): Promise<void>;
}

/**
 * Starts the broker, and listens for its clients. Rejects with `ListenError`, and with `StoreError` when the data folder
 * can't be used.
 *
 * @param sinceMs when the start began, by the runtime's clock of the process. In milliseconds.
 */
export async function startApplication(
  { runtime, options, config: configured, logs, folder, describe, stop }: ApplicationSurroundings,
  sinceMs: number,
): Promise<Application> {
  const { log } = logs;
  const config = { ...DEFAULT_CONFIG, ...configured };
  const totalMemoryBytes = config.totalMemoryBytes ?? runtime.totalMemoryBytes();
  const diskFreeLimitBytes = memoryLimitBytes(config.diskFreeLimit, totalMemoryBytes);
  const store = folder && await openStore(runtime, folder.files, diskFreeLimitBytes, options.sync, log);
  const isToBeMarked = config.preventsStartupIfNodeWasReset === true && folder !== undefined && store !== undefined &&
    await checkNotReset(folder.files, store.recovered.topology.length === 0, log).catch(async (error) => {
      await store.close();
      throw error;
    });
  const disk = { freeDiskBytes: folder && (() => folder.files.freeBytes()), diskFreeLimitBytes };
  const serverProcess = processOf(runtime, disk);
  const accessControls: AccessControl[] = [];
  const noted = <Control extends AccessControl | undefined>(control: Control): Control => {
    if (control !== undefined) accessControls.push(control);
    return control;
  };
  const broker = new Broker({
    ...config,
    nodeName: nodeNameOf(runtime, config),
    ...limitsOf(config, totalMemoryBytes),
    platform: `${runtime.name} ${runtime.version}`,
    serverProcess,
    openTelemetry: otlpOf(config, nodeNameOf(runtime, config)),
    log,
    logsEvents: true,
    store,
    access: (means) => noted(configuredAccess(config, runtime, means)),
    httpAccess: (means) => noted(configuredHttpAccess(config, runtime, means)),
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
  };
  const fail = async (error: Error): Promise<never> => {
    await close();
    throw error;
  };
  setClusterParameters(broker.node.parameters, config.clusterTags ?? {}, broker.node.uniqueName);
  broker.node.endTurn();
  await importConfigured(runtime, config, broker.definitions, log).catch(fail);
  logs.exchange = new LogExchange(broker.node, config.defaultVhost ?? "/");
  const hostNames = new HostNameLookUps({ hostNameOf: runtime.hostNameOf, after, now: () => runtime.uptimeMs() });
  let looksUpNames = config.reverseDnsLookups === true;
  let isClosed = false;
  const accept = (transport: Transport): void => {
    if (looksUpNames) void acceptByName(transport);
    else broker.accept(transport);
  };
  const acceptByName = async (transport: Transport) => {
    const names = await hostNames.namesOf(transport);
    if (isClosed) transport.abort?.();
    else broker.accept(transport, names);
  };
  const listeners = await ClientListeners.open(
    (config) => Listeners.open(runtime, config, log, accept),
    config,
  ).catch(fail);
  broker.listeners = listeners.all;
  const isListening = () => listeners.isListening;
  const http = await HttpServers.open(runtime, config, log, broker, isListening, accept).catch((error) => {
    listeners.close();
    return fail(error);
  });
  const all = broker.listeners = [...listeners.all, ...http.all];
  const bytesOf = (limit: ByteLimit) =>
    Math.floor("absolute" in limit ? limit.absolute : limit.relative * totalMemoryBytes);
  broker.control = {
    describe: () => describe(serverProcess),
    stop,
    logLevels: LOG_LEVELS,
    setLogLevel: (level) => logs.setLevel(level as LogThreshold),
    settings: options.runningSettings,
    setListening: (isListening) => listeners.setListening(isListening),
    tls: () => ({ versions: TLS_VERSIONS, ...runtime.cipherSuites() }),
    setMemoryLimit: (limit) => broker.memoryHighWatermarkBytes = bytesOf(limit),
    setDiskFreeLimit(limit) {
      disk.diskFreeLimitBytes = bytesOf(limit);
      if (store !== undefined) store.diskFreeLimitBytes = disk.diskFreeLimitBytes;
    },
  };
  if (isToBeMarked) {
    await whenStored(broker.node);
    await markInitialized(folder.files, log);
  }
  const { addresses } = listeners;
  const accepted = [String(listeners), String(http)].filter((place) => place !== "").join(", ");
  const where = folder === undefined ? "data in memory only" : `data in ${folder.files.folder}`;
  log(
    "info",
    `HareMQ ${VERSION} on ${runtime.name} ${runtime.version}: accepting ${accepted}, ` +
      `${where}, started in ${Math.round(runtime.uptimeMs() - sinceMs)} ms`,
  );
  return {
    broker,
    addresses,
    listeners: all,
    async reload(config) {
      listeners.reload(config);
      looksUpNames = config.reverseDnsLookups === true;
      await logs.configure(config);
      for (const control of accessControls) control.loopbackUsers = loopbackUsersOf(config);
      broker.reconfigure({ ...config, ...limitsOf({ ...DEFAULT_CONFIG, ...config }, totalMemoryBytes) });
    },
    async close() {
      isClosed = true;
      listeners.close();
      await http.close();
      await close();
    },
  };
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

/** Resolves when the store has everything so far. */
function whenStored(node: Broker["node"]): Promise<void> {
  const { declared, durable } = node.store;
  return durable >= declared ? Promise.resolve() : new Promise((resolve) => node.whenDurable(declared, resolve));
}
