import { type FieldTable, fieldTable } from "../wire/field_table.ts";

/** The version of HareMQ. */
export const VERSION = "0.1.0";

/** Version of RabbitMQ that HareMQ behaves like. */
export const RABBITMQ_VERSION = "4.2.0";

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
  /** Default: `haremq`. */
  readonly clusterName?: string;
}

/** Returns the names that clients are told, and the version of RabbitMQ that the broker behaves like. */
export const identityOf = ({ productName, productVersion, clusterName }: ServerIdentity) => ({
  productName: productName ?? "RabbitMQ",
  productVersion: productVersion ?? RABBITMQ_VERSION,
  clusterName: clusterName ?? "haremq",
  rabbitmqVersion: RABBITMQ_VERSION,
});

/**
 * Returns the server properties of `connection.start`. Clients decide by product and version, so these are RabbitMQ's;
 * `haremq_version` tells the truth.
 */
export function serverProperties(identity: ServerIdentity): FieldTable {
  const { productName, productVersion, clusterName } = identityOf(identity);
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
