import { NO_METADATA, type TopologyRecord, type UserRecord } from "../../store/topology_record.ts";
import type { Topology } from "./topology.ts";

/** The virtual host that a new node has, RabbitMQ's `default_vhost`. */
const DEFAULT_VHOST = "/";

export const isDefaultVirtualHost = (record: TopologyRecord): boolean =>
  record.type === "vhost.put" && record.vhost === DEFAULT_VHOST;

/**
 * Makes the virtual host that a new node has. To be called before anything is taken up: a folder of format 2 has no record
 * of it, and always had the virtual host.
 */
export function insertDefaultVirtualHost({ host }: Topology): void {
  host.commit({ type: "vhost.put", vhost: DEFAULT_VHOST, ...NO_METADATA });
}

/**
 * Where there is no user at all, makes the one that a new node has, who may do everything in the default virtual host.
 * That ends what is done once in the life of a node, whatever becomes of both.
 */
export function insertDefaultUser({ users, host }: Topology, defaultUser: (() => UserRecord) | undefined): void {
  if (defaultUser !== undefined && users.users.size === 0) {
    const record = defaultUser();
    const { user } = record;
    host.commit({ type: "user.put", ...record });
    host.commit({ type: "permission.put", user, vhost: DEFAULT_VHOST, configure: ".*", write: ".*", read: ".*" });
  }
  host.commit({ type: "default_data.inserted" });
}
