import { type Channel, type ChannelModel, connect, type GetMessage, type Message } from "amqplib";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { PASSWORD } from "./api.ts";

/** A client of the scenario that stays connected. */
export interface Traffic {
  close(): Promise<void>;
}

/** Publishes and consumes over AMQP, in the same way against every broker. Its connections, channels and consumers stay. */
export async function makeTraffic(url: string): Promise<Traffic> {
  const connections: ChannelModel[] = [];
  const open = async (name: string, user: string) => {
    const address = new URL(url);
    Object.assign(address, { username: user, password: PASSWORD, pathname: "/ref" });
    const connection = await connect(`${address}?heartbeat=60`, { clientProperties: { connection_name: name } });
    connections.push(connection);
    return connection;
  };
  await publishMessages(await open("publisher", "ref-administrator"));
  await consumeMessages(await open("consumer", "ref-monitoring"));
  await declareExclusive(await open("manager", "ref-management"));
  return {
    async close() {
      // The broker has closed some of them by request of the scenario.
      await Promise.allSettled(connections.map((connection) => connection.close()));
    },
  };
}

async function publishMessages(connection: ChannelModel): Promise<void> {
  const plain = await connection.createChannel();
  publish(plain, "direct", "classic", 10, { persistent: true, headers: { id: 1 } });
  publish(plain, "direct", "work", 10, { messageId: "m" });
  publish(plain, "direct", "nowhere", 3);
  publish(plain, "topic", "a.b.c", 4);
  publish(plain, "topic", "b.c", 2);
  publish(plain, "", "dead", 1, { expiration: "3600000" });
  publish(plain, "with-alternate", "nowhere", 1);
  for (let returned = 0; returned < 2; returned++) {
    const event = once(plain, "return");
    publish(plain, "direct", "nowhere", 1, { mandatory: true });
    await event;
  }
  publish(plain, "headers", "", 1, { headers: { color: "red", size: 3 }, priority: 3 });
  publish(plain, "hash", "any", 3, { headers: { id: "7" } });

  const confirming = await connection.createConfirmChannel();
  publish(confirming, "direct", "quorum", 5, { persistent: true });
  publish(confirming, "direct", "stream", 5, { persistent: true });
  publish(confirming, "direct", "fast", 5);
  await confirming.waitForConfirms();
  await plain.checkExchange("direct");
}

async function consumeMessages(connection: ChannelModel): Promise<void> {
  await consumeWork(await connection.createChannel());

  const gets = await connection.createChannel();
  await gets.get("classic", { noAck: true });
  await gets.get("classic", { noAck: true });
  gets.ack(await gets.get("classic") as GetMessage);
  gets.nack(await gets.get("classic") as GetMessage, false, true);
  gets.ack(await gets.get("classic") as GetMessage);
  await gets.get("empty");

  const others = await connection.createChannel();
  await takeMessages(others, "fast", 5, { noAck: true, consumerTag: "fast" });
  await others.prefetch(100);
  const fromQuorum = await takeMessages(others, "quorum", 5, { consumerTag: "quorum" });
  fromQuorum.slice(0, 3).forEach((message) => others.ack(message));
  const streamed = { consumerTag: "stream", arguments: { "x-stream-offset": "first" } };
  (await takeMessages(others, "stream", 5, streamed)).forEach((message) => others.ack(message));
  await others.consume("single", () => {}, { consumerTag: "single-1", priority: 2 });
  await others.consume("single", () => {}, { consumerTag: "single-2" });
  await others.consume("empty", () => {}, { consumerTag: "exclusive", exclusive: true });
  await others.checkQueue("single");
}

/** Acknowledges 5 of 10 messages, requeues one, dead-letters one, and holds the other 3 and the requeued one. */
async function consumeWork(channel: Channel): Promise<void> {
  await channel.prefetch(20);
  let redelivered = (_message: Message) => {};
  const again = new Promise<Message>((resolve) => redelivered = resolve);
  const messages = await takeMessages(channel, "work", 10, { consumerTag: "work" }, (message) => redelivered(message));
  messages.slice(0, 5).forEach((message) => channel.ack(message));
  channel.nack(messages[5], false, true);
  channel.nack(messages[6], false, false);
  await again;
}

async function declareExclusive(connection: ChannelModel): Promise<void> {
  const channel = await connection.createChannel();
  await channel.assertQueue("exclusive", { exclusive: true, durable: true });
  await channel.bindQueue("exclusive", "direct", "exclusive");
  channel.publish("direct", "exclusive", Buffer.from("mine"));
  await takeMessages(channel, "exclusive", 1, { consumerTag: "mine" });
}

function publish(channel: Channel, exchange: string, key: string, count: number, options = {}): void {
  const body = Buffer.from("0123456789");
  for (let message = 0; message < count; message++) channel.publish(exchange, key, body, options);
}

/** Consumes a queue until `count` messages have come; `more` gets the others. */
function takeMessages(
  channel: Channel,
  queue: string,
  count: number,
  options: Record<string, unknown>,
  more = (_message: Message) => {},
): Promise<Message[]> {
  return new Promise((resolve, reject) => {
    const messages: Message[] = [];
    const take = (message: Message | null) => {
      if (message === null) return reject(new Error(`the consumer of ${queue} was cancelled`));
      if (messages.length === count) return more(message);
      messages.push(message);
      if (messages.length === count) resolve(messages);
    };
    channel.consume(queue, take, options).catch(reject);
  });
}
