import type { Behaviour } from "../broker/compat/behaviour.ts";
import { type FieldTable, fieldTable } from "../wire/field_table.ts";

/** The version of HareMQ. */
export const VERSION = "0.1.0";

/** Names of RabbitMQ's extensions to AMQP 0-9-1 in the capabilities table. */
const CAPABILITIES = [
  "publisher_confirms",
  "exchange_exchange_bindings",
  "basic.nack",
  "consumer_cancel_notify",
  "connection.blocked",
  "consumer_priorities",
  "authentication_failure_close",
  "per_consumer_qos",
  "direct_reply_to",
];

/** The configurable part of the server properties. */
export interface ServerIdentity {
  /** The platform in the server properties. Default: `JavaScript`. */
  readonly platform?: string;
  /** Default: `RabbitMQ`. */
  readonly productName?: string;
  /** Default: the version of RabbitMQ that the broker behaves like. */
  readonly productVersion?: string;
  /** Name of the node in events, logs and error texts. Default: `haremq@localhost`. */
  readonly nodeName?: string;
  /** Default: the node's name where it has been given one, or else `haremq`. */
  readonly clusterName?: string;
}

/** Returns the names that clients are told, and the version of RabbitMQ that the broker behaves like. */
export const identityOf = (
  { productName, productVersion, clusterName, nodeName }: ServerIdentity,
  { productVersion: rabbitmqVersion }: Behaviour,
) => ({
  productName: productName ?? "RabbitMQ",
  productVersion: productVersion ?? rabbitmqVersion,
  clusterName: clusterName ?? nodeName ?? "haremq",
  rabbitmqVersion,
});

/**
 * Returns the server properties of `connection.start`. Clients decide by product and version, so these are RabbitMQ's;
 * `haremq_version` tells the truth.
 */
export function serverProperties(identity: ServerIdentity, behaviour: Behaviour): FieldTable {
  const { productName, productVersion, clusterName } = identityOf(identity, behaviour);
  return fieldTable({
    capabilities: Object.fromEntries(CAPABILITIES.map((name) => [name, true])),
    cluster_name: clusterName,
    copyright: "Copyright The HareMQ Authors",
    haremq_version: VERSION,
    information: "Licensed under the Apache License 2.0",
    platform: identity.platform ?? "JavaScript",
    product: productName,
    version: productVersion,
  });
}
