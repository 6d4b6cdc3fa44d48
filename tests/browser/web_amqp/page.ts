import { AMQPWebSocketClient } from "@cloudamqp/amqp-client/amqp-websocket-client";

/** Bodies of messages that come back through a queue, and what the page has seen of the WebSocket. */
export interface Exchanged {
  readonly received: readonly string[];
  /** The broker's reason to close a channel that breaks a rule. */
  readonly refusal: string;
}

/** Publishes messages with confirms, and consumes them with acknowledgements. */
async function exchange(url: string, count: number, longBytes: number): Promise<Exchanged> {
  const connection = await new AMQPWebSocketClient(url, "/", "guest", "guest").connect();
  const channel = await connection.channel();
  await channel.confirmSelect();
  await channel.queueDeclare("page", { durable: true });
  const bodies = Array.from({ length: count }, (_, at) => `message ${at}`).concat("x".repeat(longBytes));
  await Promise.all(bodies.map((body) => channel.basicPublish("", "page", body, { deliveryMode: 2 })));
  const received: string[] = [];
  await new Promise<void>((resolve) => {
    channel.basicConsume("page", { noAck: false }, async (message) => {
      received.push(message.bodyString()!);
      await message.ack();
      if (received.length === bodies.length) resolve();
    });
  });
  const second = await connection.channel();
  const refusal = await second.queueDeclare("page", { durable: false }).then(() => "", (error) => error.message);
  await connection.close();
  return { received: received.map((body) => body.length > 100 ? `${body.length} bytes` : body), refusal };
}

/** Opens a WebSocket, and tells how it ends: `open`, or `closed` with its code. */
function open(url: string, protocols: string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, protocols);
    socket.onopen = () => {
      resolve(`open with ${socket.protocol}`);
      socket.close();
    };
    socket.onclose = ({ code }) => resolve(`closed with ${code}`);
  });
}

Object.assign(globalThis, { exchange, open });
