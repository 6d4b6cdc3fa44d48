import type { Pattern } from "../../pattern/pattern.ts";
import type { UserRecord } from "../../store/topology_record.ts";
import { type LimitValues, type VirtualHostLimit, virtualHostLimits } from "../policy/limits.ts";
import type { PolicyDeclaration } from "../policy/policy.ts";
import type { Topology } from "./topology.ts";
import type { VirtualHost } from "./vhost.ts";

/** A default for virtual hosts with a matching name. */
interface ForVirtualHosts {
  readonly vhostPattern: Pattern;
}

/** A user, which is added if it does not exist, and its permissions in the virtual host. */
export interface DefaultUser extends ForVirtualHosts {
  readonly name: string;
  readonly make: () => UserRecord;
  readonly permissions: { readonly configure: string; readonly write: string; readonly read: string };
}

/** Defaults of new virtual hosts (RabbitMQ: Virtual Hosts, Default Limits, Operator Policies and Users). */
export interface VirtualHostDefaults {
  /** The first matching limits count. */
  readonly limits: readonly (ForVirtualHosts & { readonly values: LimitValues<VirtualHostLimit> })[];
  readonly operatorPolicies: readonly (ForVirtualHosts & PolicyDeclaration)[];
  readonly users: readonly DefaultUser[];
}

/** Returns the limits of a new virtual host. */
export function defaultLimitsOf(
  defaults: Pick<VirtualHostDefaults, "limits"> | undefined,
  name: string,
): LimitValues<VirtualHostLimit> | undefined {
  return defaults?.limits.find(({ vhostPattern }) => vhostPattern.matches(name))?.values;
}

/** Applies the defaults to a new virtual host. Throws `ParameterError` for an invalid one. */
export function applyDefaults(topology: Topology, vhost: VirtualHost, defaults: VirtualHostDefaults): void {
  const { name } = vhost;
  const limits = defaultLimitsOf(defaults, name);
  if (limits !== undefined) virtualHostLimits(topology.parameters).set(name, { ...limits });
  for (const policy of defaults.operatorPolicies) {
    if (policy.vhostPattern.matches(name)) vhost.policies.operators.set(policy);
  }
  for (const user of defaults.users) {
    if (!user.vhostPattern.matches(name)) continue;
    if (!topology.users.users.has(user.name)) topology.userCommands.put(user.make());
    topology.userCommands.setPermission({ user: user.name, vhost: name, ...user.permissions });
  }
}
