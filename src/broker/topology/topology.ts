import type { ParameterKey, TopologyRecord } from "../../store/topology_record.ts";
import { Parameters } from "../policy/parameters.ts";
import { apply } from "./apply.ts";
import { UserCommands } from "./user_commands.ts";
import { UserDatabase } from "./user_database.ts";
import type { VirtualHost, VirtualHostHost } from "./vhost.ts";

/** Hears of what others use that is gone. */
export interface TopologyListener {
  vhostDeleted(vhost: VirtualHost): void;
  userDeleted(name: string): void;
}

/**
 * What a broker consists of. A command is checked against it and becomes records; {@linkcode apply} changes it, live and at
 * recovery alike, and nothing else does.
 */
export class Topology {
  readonly host: VirtualHostHost;
  readonly vhosts = new Map<string, VirtualHost>();
  /** Virtual hosts that were deleted and in which there still is something. */
  readonly deleting = new Map<string, VirtualHost>();
  readonly users = new UserDatabase();
  readonly userCommands: UserCommands = new UserCommands(this);
  readonly parameters: Parameters;
  readonly listeners = new Set<TopologyListener>();
  /** In all virtual hosts, without queues for replies. */
  queueCount = 0;
  /** In all virtual hosts, with those that each has from the start. */
  exchangeCount = 0;
  /** The virtual host and the user that a new node has were made, be they still there or not. */
  hasDefaultData = false;

  constructor(host: VirtualHostHost) {
    this.host = host;
    this.parameters = new Parameters(host);
  }

  /** Applies a record, and appends it to the store before if it is to outlive the process. */
  commit(record: TopologyRecord): void {
    if (!("transient" in record) || !record.transient) this.host.store.append(record);
    apply(this, record);
  }

  /** The virtual host of something that is deleted: it may be about to go itself. */
  vhostOf({ vhost }: { readonly vhost: string }): VirtualHost | undefined {
    return this.vhosts.get(vhost) ?? this.deleting.get(vhost);
  }

  /** Sets a parameter to a value in JSON, or clears it. For `apply.ts`. */
  applyParameter(key: ParameterKey, value: string | undefined): void {
    this.parameters.apply(key, value);
    const { vhost, component, name } = key;
    const policies = this.vhosts.get(vhost)?.policies.of(component);
    try {
      policies?.apply(name, value === undefined ? undefined : JSON.parse(value));
    } catch (error) {
      // Only at recovery: a command has checked it.
      this.host.report(`the ${component} ${name} of vhost '${vhost}' is left out: ${(error as Error).message}`);
    }
  }
}
