import { NO_METADATA, type TopologyRecord, type UserRecord } from "../../store/topology_record.ts";
import type { Topology } from "./topology.ts";

/** The virtual host that each node of format 2 has. */
const FORMAT_2_VHOST = "/";

/** What a new node has: RabbitMQ's `default_vhost`, `default_user` and `default_permissions`. */
export interface DefaultData {
  readonly vhost: string;
  readonly user: () => UserRecord;
  readonly permissions: { readonly configure: string; readonly write: string; readonly read: string };
}

/**
 * Makes the virtual host that a new node has. To be called before anything is taken up: a folder of format 2 has no record
 * of it, and always had the virtual host. Returns its name.
 */
export function insertDefaultVirtualHost(
  { host }: Topology,
  records: readonly TopologyRecord[],
  defaultData: DefaultData | undefined,
): string {
  const isThere = (name: string) => records.some((record) => record.type === "vhost.put" && record.vhost === name);
  const wanted = defaultData?.vhost ?? FORMAT_2_VHOST;
  const vhost = records.length === 0 || isThere(wanted) ? wanted : FORMAT_2_VHOST;
  if (!isThere(vhost)) host.commit({ type: "vhost.put", vhost, ...NO_METADATA });
  return vhost;
}

/**
 * Where there is no user at all, makes the one that a new node has, who may do in its virtual host what it is given. That
 * ends what is done once in the life of a node, whatever becomes of both.
 */
export function insertDefaultUser(
  { users, host }: Topology,
  vhost: string,
  defaultData: DefaultData | undefined,
): void {
  if (defaultData !== undefined && users.users.size === 0) {
    const record = defaultData.user();
    const { user } = record;
    host.commit({ type: "user.put", ...record });
    host.commit({ type: "permission.put", user, vhost, ...defaultData.permissions });
  }
  host.commit({ type: "default_data.inserted" });
}
