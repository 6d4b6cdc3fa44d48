/** Exchange for copies of messages while a virtual host is traced (RabbitMQ: Firehose Tracer). */
export const TRACE_EXCHANGE = "amq.rabbitmq.trace";

/** Exchanges of every virtual host. They have no records. */
export const PREDECLARED: readonly (readonly [name: string, type: string, internal: boolean])[] = [
  ["", "direct", false],
  ["amq.direct", "direct", false],
  ["amq.fanout", "fanout", false],
  ["amq.topic", "topic", false],
  ["amq.headers", "headers", false],
  ["amq.match", "headers", false],
  [TRACE_EXCHANGE, "topic", true],
];
