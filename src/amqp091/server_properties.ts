import { type FieldTable, fieldTable } from "../wire/field_table.ts";

/** The version of HareMQ. */
export const VERSION = "0.1.0";

/** What RabbitMQ's extensions to AMQP 0-9-1 are called in the capabilities table. */
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

/**
 * What `connection.start` says of the server. Clients choose their ways by product and version, so these are RabbitMQ's;
 * `haremq_version` tells who it really is.
 */
export function serverProperties(platform: string): FieldTable {
  return fieldTable({
    capabilities: Object.fromEntries(CAPABILITIES.map((name) => [name, true])),
    cluster_name: "haremq",
    copyright: "Copyright The HareMQ Authors",
    haremq_version: VERSION,
    information: "Licensed under the Apache License 2.0",
    platform,
    product: "RabbitMQ",
    version: "4.2.0",
  });
}
