import { NO_METADATA, type TopologyRecord, type UserRecord } from "../../store/topology_record.ts";
import type { Topology } from "./topology.ts";

/** Virtual host of each node of format 2. */
const FORMAT_2_VHOST = "/";

/** RabbitMQ's description of the virtual host of a new node. */
const DEFAULT_DESCRIPTION = "Default virtual host";

/** Contents of a new node: RabbitMQ's `default_vhost`, `default_user` and `default_permissions`. */
export interface DefaultData {
  readonly vhost: string;
  readonly user: () => UserRecord;
  readonly permissions: { readonly configure: string; readonly write: string; readonly read: string };
}

/** Contents of a new node that imports definitions right after its start. */
export const IMPORTED = "imported";

/**
 * Adds the virtual host of a new node, before anything is recovered: a folder of format 2 has no record of it, but
 * always had the virtual host. Returns its name; `undefined` when an import adds virtual hosts.
 */
export function insertDefaultVirtualHost(
  { host }: Topology,
  records: readonly TopologyRecord[],
  defaultData: DefaultData | undefined | typeof IMPORTED,
): string | undefined {
  const isThere = (name: string) => records.some((record) => record.type === "vhost.put" && record.vhost === name);
  if (defaultData === IMPORTED) {
    const isUsed = records.some((record) => "vhost" in record && record.vhost === FORMAT_2_VHOST);
    if (!isUsed || isThere(FORMAT_2_VHOST)) return undefined;
    defaultData = undefined;
  }
  const wanted = defaultData?.vhost ?? FORMAT_2_VHOST;
  const vhost = records.length === 0 || isThere(wanted) ? wanted : FORMAT_2_VHOST;
  if (!isThere(vhost)) host.commit({ type: "vhost.put", vhost, ...NO_METADATA, description: DEFAULT_DESCRIPTION });
  return vhost;
}

/** Adds the user of a new node, with its permissions, if there is no user at all. */
export function insertDefaultUser(
  { users, host }: Topology,
  vhost: string,
  defaultData: DefaultData | undefined,
): void {
  if (defaultData === undefined || users.users.size > 0) return;
  const record = defaultData.user();
  const { user } = record;
  host.commit({ type: "user.put", ...record });
  host.commit({ type: "permission.put", user, vhost, ...defaultData.permissions });
}
