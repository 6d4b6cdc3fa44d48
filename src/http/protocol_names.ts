/** Names of protocols, by what people call them (RabbitMQ: `normalize_protocol`). */
const PROTOCOLS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amqp: "amqp091 amqp0.9.1 amqp0-9-1 amqp0_9_1 amqp10 amqp1.0 amqp1-0 amqp1_0",
    "amqp/ssl": "amqps",
    mqtt: "mqtt3.1 mqtt3.1.1 mqtt31 mqtt311 mqtt3_1 mqtt3_1_1",
    "mqtt/ssl": "mqtts mqtt+tls mqtt+ssl",
    stomp: "stomp1.0 stomp1.1 stomp1.2 stomp10 stomp11 stomp12 stomp1_0 stomp1_1 stomp1_2",
    "stomp/ssl": "stomps stomp+tls stomp+ssl",
    http: "http1 http1.1 http_api management management_ui ui",
    clustering: "cli distribution",
    "clustering/ssl": "cli/ssl cli/tls distribution/ssl distribution/tls",
    "http/web-mqtt": "webmqtt web-mqtt web_mqtt",
    "https/web-mqtt":
      "webmqtt/tls web-mqtt/tls webmqtt/ssl web-mqtt/ssl webmqtt+tls web-mqtt+tls webmqtt+ssl web-mqtt+ssl",
    "http/web-stomp": "webstomp web-stomp web_stomp",
    "https/web-stomp":
      "webstomp/tls web-stomp/tls webstomp/ssl web-stomp/ssl webstomp+tls web-stomp+tls webstomp+ssl web-stomp+ssl",
  }).flatMap(([protocol, names]) => names.split(" ").map((name) => [name, protocol] as const)),
);

/** Returns the name that listeners have for a protocol that a person names. An unknown name stays, in small letters. */
export function protocolOf(name: string): string {
  const small = name.toLowerCase();
  return PROTOCOLS.get(small) ?? small;
}
