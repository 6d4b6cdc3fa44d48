import type { ServerDescription } from "../server_control.ts";

/** Names and versions that tools show of a node. */
interface NodeIdentity {
  readonly productName: string;
  readonly productVersion: string;
  readonly rabbitmqVersion: string;
}

/** Returns what tools show of a node, whether its application runs or not. */
export const nodeFacts = (
  name: string,
  application: string,
  { productName, productVersion, rabbitmqVersion }: NodeIdentity,
  server?: Omit<ServerDescription, "process">,
  uptimeMs = 0,
): object => ({
  name,
  application,
  product_name: productName,
  product_version: productVersion,
  rabbitmq_version: rabbitmqVersion,
  ...server === undefined ? {} : {
    haremq_version: server.version,
    os_pid: String(server.pid),
    uptime: Math.round(uptimeMs),
    db_dir: server.dataFolder,
    config_files: server.configFiles,
    log_files: server.logFiles,
  },
});
