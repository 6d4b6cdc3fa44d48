import type { ParameterKey, TopologyRecord } from "../../store/topology_record.ts";
import { Parameters } from "../policy/parameters.ts";
import { apply } from "./apply.ts";
import { UserCommands } from "./user_commands.ts";
import { UserDatabase } from "./user_database.ts";
import type { VirtualHost, VirtualHostHost } from "./vhost.ts";

/** Hears of deleted things that others use. */
export interface TopologyListener {
  vhostDeleted(vhost: VirtualHost): void;
  userDeleted(name: string): void;
}

/**
 * The topology of a broker. A command is checked against it and becomes records; only {@linkcode apply} changes it, in
 * operation and at recovery alike.
 */
export class Topology {
  readonly host: VirtualHostHost;
  readonly vhosts = new Map<string, VirtualHost>();
  /** Deleted virtual hosts whose contents have not all been deleted. */
  readonly deleting = new Map<string, VirtualHost>();
  readonly users = new UserDatabase();
  readonly userCommands: UserCommands = new UserCommands(this);
  readonly parameters: Parameters;
  readonly listeners = new Set<TopologyListener>();
  /** Number of changes since the start. */
  changeCount = 0;
  /** Number of queues in all virtual hosts, without those for replies. */
  queueCount = 0;
  /** Number of exchanges in all virtual hosts, the predeclared ones included. */
  exchangeCount = 0;
  /** True when the virtual host and the user of a new node were made, even if they no longer exist. */
  hasDefaultData = false;

  constructor(host: VirtualHostHost) {
    this.host = host;
    this.parameters = new Parameters(host);
  }

  /** Applies a record, and first appends it to the store if it is durable. */
  commit(record: TopologyRecord): void {
    if (!("transient" in record) || !record.transient) this.host.store.append(record);
    apply(this, record);
    this.changeCount++;
  }

  /** Returns a virtual host in which something is deleted; it may itself be in deletion. */
  vhostOf({ vhost }: { readonly vhost: string }): VirtualHost | undefined {
    return this.vhosts.get(vhost) ?? this.deleting.get(vhost);
  }

  /** Sets a parameter to a JSON value, or clears it. Called by `apply.ts`. */
  applyParameter(key: ParameterKey, value: string | undefined): void {
    this.parameters.apply(key, value);
    const { vhost, component, name } = key;
    const policies = this.vhosts.get(vhost)?.policies.of(component);
    try {
      policies?.apply(name, value === undefined ? undefined : JSON.parse(value));
    } catch (error) {
      // Happens only at recovery: a command has checked the value.
      this.host.report(`the ${component} ${name} of vhost '${vhost}' is left out: ${(error as Error).message}`);
    }
  }
}
