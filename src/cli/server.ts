import type { Logger } from "../amqp091/logger.ts";
import type { Address } from "../transport/transport.ts";
import { identityOf, VERSION } from "../amqp091/server_properties.ts";
import { behaviourOf } from "../broker/compat/behaviour.ts";
import { DEFAULT_NODE_NAME } from "../broker/node/node.ts";
import type { Broker, BrokerOptions } from "../embedding/broker.ts";
import { nodeFacts } from "../http/describe/node_facts.ts";
import type { RunningSettings } from "../http/server_control.ts";
import type { ServerListener } from "../http/server_listener.ts";
import type { ServerProcess } from "../http/server_process.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { SyncMode } from "../store/log/sync_mode.ts";
import { resetFileStore } from "../store/reset.ts";
import { type Application, startApplication } from "./application.ts";
import { openDataFolder } from "./data_folder.ts";
import { managementOf, prometheusOf } from "./http_config.ts";
import { ServerLog } from "./log/log.ts";
import { logMotd } from "./motd.ts";
import type { LogThreshold } from "../config/log_level.ts";
import type { Config } from "../config/config.ts";
import { nodeNameOf } from "./node_name.ts";
import { NodeApplication } from "./node_application.ts";
import { answerOwner } from "./node_requests.ts";
import { openOwnerSocket } from "./owner_socket.ts";
import { notifySystemd } from "./systemd.ts";
import { checkTls } from "./tls.ts";

export interface ServerOptions extends BrokerOptions {
  /** The configuration as it can be changed while the server runs. */
  readonly runningSettings?: RunningSettings;
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

/** A node: the process, its data folder and its log, and the application that may stop and start in it. */
export interface Server {
  /** The first address, with the actual port. */
  readonly address: Address;
  /** All addresses that it listens on. */
  readonly addresses: readonly Address[];
  /** All listeners, those for HTTP too. */
  readonly listeners: readonly ServerListener[];
  /** The broker; while the application is stopped, the one that it had. */
  readonly broker: Broker;
  readonly log: Logger;
  /**
   * Applies logs, limits, loopback users and certificates of a new configuration; a stopped application gets them when it starts. Rejects
   * with `ConfigError` when they can't be used.
   */
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
  let config = options.config ?? {};
  logMotd(runtime, config.motdFile, log);
  checkTls(config, runtime);
  warnOfBacklog(runtime, config, log);
  const folder = options.dataDir === false ? undefined : await openDataFolder(runtime, options.dataDir, log);
  const facts = () => ({
    version: VERSION,
    pid: runtime.pid,
    dataFolder: folder?.files.folder,
    configFiles: options.configFiles ?? [],
    logFiles: logs.files,
  });
  // The answer to the request is sent first.
  const stop = () => void setTimeout(options.stop ?? end);
  let last: Application | undefined;
  const application = new NodeApplication(async () => {
    const describe = (process: ServerProcess) => ({ ...facts(), process });
    // The first start includes that of the process.
    const since = last === undefined ? 0 : runtime.uptimeMs();
    last = await startApplication({ runtime, options, config, logs, folder, describe, stop }, since);
    log("info", "Server startup complete; 0 plugins started.");
    return last;
  }, async () => {
    if (folder !== undefined) await resetFileStore(folder.files);
  }, (change) => notifySystemd(runtime, log, change));
  const nodeName = nodeNameOf(runtime, config) ?? DEFAULT_NODE_NAME;
  const describe = () => ({
    ...nodeFacts(nodeName, application.state, identityOf(config, behaviourOf(config)), facts(), runtime.uptimeMs()),
    listeners: [],
  });
  const effectiveConfig = () => options.effectiveConfig?.() ?? "";
  const served = { application, log, describe, effectiveConfig, stop };
  const socket = folder &&
    await openOwnerSocket(runtime, log, folder.files.folder, (request) => answerOwner(served, request));
  const close = async () => {
    await application.close();
    await socket?.close();
    folder?.unlock();
    await logs.close();
  };
  const end = async () => {
    notifySystemd(runtime, log, "ending");
    await close();
  };
  await application.start().catch(async (error) => {
    await close();
    throw error;
  });
  return {
    get address() {
      return last!.addresses[0];
    },
    get addresses() {
      return last!.addresses;
    },
    get listeners() {
      return last!.listeners;
    },
    get broker() {
      return last!.broker;
    },
    log,
    async reload(changed) {
      await (application.running?.reload(changed) ?? logs.configure(changed));
      config = changed;
    },
    close: end,
  };
}

function warnOfBacklog(runtime: Runtime, config: Config, log: Logger): void {
  const backlogs = {
    tcp_listen_options: config.socketOptions?.backlog,
    "management.ssl": managementOf(config).ssl?.backlog,
    "prometheus.ssl": prometheusOf(config).ssl?.backlog,
  };
  for (const [name, backlog] of Object.entries(backlogs)) {
    if (backlog === undefined || runtime.hasBacklog) continue;
    log("warning", `${name}.backlog has no effect: ${runtime.name} decides about it.`);
  }
}
