import type { KnownKeys } from "./known_keys.ts";

/** Keys of RabbitMQ's event exchange, federation and shovel. */
export const EXCHANGE_PLUGIN_KEYS: KnownKeys = {
  "event_exchange.vhost": "text",
  "event_exchange.protocol": "'amqp_0_9_1' | 'amqp_1_0'",
  "federation.exchanges.connection_close_timeout": "integer 0..",
  "federation.exchanges.shutdown.link_batch_size": "integer 1..",
  "federation.exchanges.shutdown.timeout": "integer 1..",
  "federation.exchanges.shutdown.throttle_delay": "integer 0..",
  "federation.queues.connection_close_timeout": "integer 0..",
  "federation.queues.shutdown.link_batch_size": "integer 1..",
  "federation.queues.shutdown.timeout": "integer 1..",
  "federation.queues.shutdown.throttle_delay": "integer 0..",
  "shovel.operating_mode": "text",
  "shovel.topology.predeclared": "text",
  "shovel.local.max_credit": "integer",
  "shovel.delete_after_duration_floor": "integer",
};
