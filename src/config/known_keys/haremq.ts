import type { KnownKeys } from "./known_keys.ts";

/** Keys that RabbitMQ 4.3 does not have, or that accept more here. */
export const HAREMQ_KEYS: KnownKeys = {
  "opentelemetry.enabled": "boolean = true",
  "opentelemetry.endpoint": "text",
  "opentelemetry.traces_endpoint": "text",
  "opentelemetry.headers.$name": "secret",
  "opentelemetry.service_name": "text",
  "opentelemetry.resource.$name": "text",
  "opentelemetry.timeout": "integer 1.. = 10000",
  "opentelemetry.queue_size": "integer 1.. = 2048",
  // In RabbitMQ these are in advanced.config.
  "config_entry_decoder.passphrase": "secret",
  "config_entry_decoder.cipher": "word = aes_128_cbc",
  "config_entry_decoder.hash": "word = sha256",
  "config_entry_decoder.iterations": "integer 1..10000000 = 1",
  // AMQP over WebSocket, beside the management API.
  "web_amqp.enabled": "boolean = true",
  "web_amqp.allow_origins": "'none'",
  "web_amqp.allow_origins.$name": "text",
  // Host names too.
  "listeners.tcp.$name": "text",
  "listeners.ssl.$name": "text",
  "proxy_protocol.trusted_proxies.$name": "text",
  "event_exchange.enabled": "boolean = false",
  vm_memory_high_watermark: "number",
  // Or false, for ever.
  consumer_timeout: "text",
  "log.journald.socket": "text",
  // Logins, and changes of users, permissions and policies.
  "log.audit.level": "level",
  "log.audit.file": "text",
  "log.audit.rotation.date": "text",
  "log.audit.rotation.compress": "boolean = false",
  "log.audit.rotation.size": "integer",
  "log.audit.rotation.count": "integer",
  "management.tcp.listener": "'none' | address",
  // Whether the management page is served beside the API.
  "management.page": "boolean = true",
  nodename: "text",
  compat: "text",
  channel_tick_interval: "integer 1.. = 30000",
};
