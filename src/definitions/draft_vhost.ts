import type { ExchangeDeclaration } from "../broker/exchange/exchange.ts";
import { PREDECLARED } from "../broker/exchange/predeclared.ts";
import type { Node } from "../broker/node/node.ts";
import type { QueueDeclaration } from "../broker/queue/queue_host.ts";
import type { QueueTypeName } from "../broker/queue/queue_type.ts";
import { defaultLimitsOf } from "../broker/topology/vhost_defaults.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { EMPTY_TABLE, type FieldTable } from "../wire/field_table.ts";

/** The parts of an exchange or a queue that the check of a binding uses. */
export interface BindingEnd {
  readonly kind: "exchange" | "queue";
  readonly name: string;
  readonly arguments: FieldTable;
}

export interface SourceEnd extends BindingEnd {
  readonly type: string;
}

/** Returns a predeclared exchange. */
function predeclared(name: string): { readonly type: string; readonly arguments: FieldTable } | undefined {
  const found = PREDECLARED.find(([predeclared]) => predeclared === name);
  return found && { type: found[1], arguments: EMPTY_TABLE };
}

/** A future virtual host. */
export class DraftVhost {
  readonly name: string;
  /** `undefined` when the import adds it. */
  readonly existing: VirtualHost | undefined;
  /** The type of queues that are declared without one. */
  defaultQueueType: QueueTypeName;
  /** Maximum number of queues; negative for no limit. */
  maxQueues: number;
  readonly newExchanges = new Map<string, ExchangeDeclaration>();
  readonly newQueues = new Map<string, QueueDeclaration>();
  /** Names of exchanges in the definitions that HareMQ can't have. */
  readonly exchangesLeftOut = new Set<string>();

  constructor(name: string, existing: VirtualHost | undefined, node: Node) {
    this.name = name;
    this.existing = existing;
    this.defaultQueueType = existing?.metadata.defaultQueueType ?? node.defaultQueueType;
    const limits = existing === undefined ? defaultLimitsOf(node.vhostDefaults, name) : node.vhostLimits.get(name);
    this.maxQueues = limits?.["max-queues"] ?? -1;
  }

  exchange(name: string): SourceEnd | undefined {
    const exchange = this.existing?.exchanges.get(name) ?? this.newExchanges.get(name) ?? predeclared(name);
    return exchange && { kind: "exchange", name, type: exchange.type, arguments: exchange.arguments };
  }

  queue(name: string): BindingEnd | undefined {
    const queue = this.existing?.queues.get(name) ?? this.newQueues.get(name);
    return queue && { kind: "queue", name, arguments: queue.arguments };
  }
}
