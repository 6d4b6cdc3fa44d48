import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  connect as connectAmqplib,
  type ConsumeMessage,
  type Message,
  type Options,
} from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";

/** Time that a test waits for something before it reports what is missing, on a busy machine too. In milliseconds. */
const patienceMs = 20_000;

/** Reason for which the broker closed a channel or a connection, as it sent it. */
export interface CloseReason {
  readonly replyCode: number;
  readonly replyText: string;
  /** The class and method that caused it; amqplib keeps them for channels only. */
  readonly classId?: number;
  readonly methodId?: number;
}

/** AMQP 0-9-1's numbers of the methods that a close may name as its cause, or that `call` and `send` send. */
export const method = {
  "channel.flow": { classId: 20, methodId: 20 },
  "access.request": { classId: 30, methodId: 10 },
  "exchange.declare": { classId: 40, methodId: 10 },
  "exchange.delete": { classId: 40, methodId: 20 },
  "exchange.bind": { classId: 40, methodId: 30 },
  "queue.declare": { classId: 50, methodId: 10 },
  "queue.bind": { classId: 50, methodId: 20 },
  "queue.purge": { classId: 50, methodId: 30 },
  "queue.delete": { classId: 50, methodId: 40 },
  "queue.unbind": { classId: 50, methodId: 50 },
  "basic.qos": { classId: 60, methodId: 10 },
  "basic.consume": { classId: 60, methodId: 20 },
  "basic.cancel": { classId: 60, methodId: 30 },
  "basic.publish": { classId: 60, methodId: 40 },
  "basic.get": { classId: 60, methodId: 70 },
  "basic.ack": { classId: 60, methodId: 80 },
  "basic.reject": { classId: 60, methodId: 90 },
  "basic.recover-async": { classId: 60, methodId: 100 },
  "basic.recover": { classId: 60, methodId: 110 },
  "basic.nack": { classId: 60, methodId: 120 },
  "confirm.select": { classId: 85, methodId: 10 },
  "tx.select": { classId: 90, methodId: 10 },
  "tx.commit": { classId: 90, methodId: 20 },
  "tx.rollback": { classId: 90, methodId: 30 },
} as const;

export type MethodName = keyof typeof method;

/** Opens a connection whose `error` events are not thrown: a test asks for the close reason when it expects one. */
export async function connect(broker: BrokerUnderTest, query: Record<string, number> = {}): Promise<ChannelModel> {
  const url = new URL(broker.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const connection = await connectAmqplib(url.href, { noDelay: true });
  connection.on("error", () => {});
  return connection;
}

/**
 * Returns whether the broker under test has a type of exchanges; asked before any test is defined. RabbitMQ has some
 * since version 4, and others with a plugin. HareMQ has them all.
 */
export async function hasExchangeType(type: string): Promise<boolean> {
  if (productUnderTest === "haremq") return true;
  const broker = await startBrokerUnderTest();
  const connection = await connect(broker);
  const name = unique("probe");
  // RabbitMQ 3 closes the connection, RabbitMQ 4 the channel.
  let closed: unknown;
  connection.once("error", (error) => closed = error);
  try {
    const channel = await openChannel(connection);
    await channel.assertExchange(name, type, { durable: false });
    await channel.deleteExchange(name);
    return true;
  } catch (error) {
    if (/(unknown|invalid) exchange type/.test(String(closed ?? error))) return false;
    throw error;
  } finally {
    await closeQuietly(connection);
    await broker.close();
  }
}

export async function openChannel(connection: ChannelModel): Promise<Channel> {
  const channel = await connection.createChannel();
  channel.on("error", () => {});
  return channel;
}

export async function openConfirmChannel(connection: ChannelModel): Promise<ConfirmChannel> {
  const channel = await connection.createConfirmChannel();
  channel.on("error", () => {});
  return channel;
}

/** Closes something that a test may have closed already. */
export async function closeQuietly(closable: { close(): Promise<void> }): Promise<void> {
  await closable.close().catch(() => {});
}

/** Returns the socket below a connection, to cut it without a close. */
export function socketOf(connection: ChannelModel): Socket {
  return (connection.connection as unknown as { stream: Socket }).stream;
}

/** Returns the values that amqplib agreed on with the broker in connection.tune and tune-ok. */
export function tuned(connection: ChannelModel): { channelMax: number; frameMax: number; heartbeat: number } {
  const { channelMax, frameMax, heartbeat } = connection.connection as unknown as Record<string, number>;
  return { channelMax, frameMax, heartbeat };
}

/** Returns the reason with which the broker refuses an operation. */
export async function refusal(operation: Promise<unknown>): Promise<CloseReason> {
  let answer: unknown;
  try {
    answer = await operation;
  } catch (error) {
    return closeReason(error);
  }
  assert.fail(`expected a refusal, but the broker agreed: ${JSON.stringify(answer)}`);
}

/**
 * Returns the reason with which the broker closes a channel for something without an answer. Called before that is
 * done.
 */
export function channelClosed(channel: Channel): Promise<CloseReason> {
  return within(
    "the channel to be closed",
    new Promise<unknown>((resolve) => channel.once("error", resolve)).then(closeReason),
  );
}

/** Returns the reason with which the broker closes a connection. Called before that is caused. */
export function connectionClosed(connection: ChannelModel): Promise<CloseReason> {
  return within(
    "the connection to be closed",
    new Promise<unknown>((resolve) => connection.once("close", resolve)).then(closeReason),
  );
}

/** Publishes one message and waits until the broker has confirmed it. */
export function publish(
  channel: ConfirmChannel,
  exchange: string,
  routingKey: string,
  body: string | Buffer,
  options: Options.Publish = {},
): Promise<void> {
  return within(
    "a confirm",
    new Promise((resolve, reject) => {
      const content = typeof body === "string" ? Buffer.from(body) : body;
      channel.publish(exchange, routingKey, content, options, (error) => error ? reject(error) : resolve());
    }),
  );
}

/** Sends a method that amqplib encodes but has no function for, and waits for its answer. */
export function call(channel: Channel, name: MethodName, fields: Record<string, unknown> = {}): Promise<unknown> {
  const internals = channel as unknown as {
    rpc(id: number, fields: Record<string, unknown>, answerId: number): Promise<unknown>;
  };
  return internals.rpc(methodNumber(name), fields, methodNumber(name) + 1);
}

/** Sends a method that amqplib encodes but has no function for, and that has no answer. */
export function send(channel: Channel, name: MethodName, fields: Record<string, unknown> = {}): void {
  const internals = channel as unknown as { sendImmediately(id: number, fields: Record<string, unknown>): void };
  internals.sendImmediately(methodNumber(name), fields);
}

function methodNumber(name: MethodName): number {
  return (method[name].classId << 16) + method[name].methodId;
}

/** Takes the ready messages out of a queue, and returns them, oldest first. */
export async function drain(channel: Channel, queue: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (message === false) return bodies;
    bodies.push(text(message));
  }
}

export function text(message: Message): string {
  return message.content.toString();
}

export function texts(messages: Message[]): string[] {
  return messages.map(text);
}

/**
 * Makes a name that no other test uses, so that all tests can share a broker. It is short, as reply texts end at 255
 * bytes.
 */
export function unique(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
}

/** A consumer that keeps its deliveries until the test asks for them. */
export class Inbox {
  /** Deliveries that no test has asked for. */
  readonly waiting: ConsumeMessage[] = [];
  /** Resolves when the broker cancels the consumer. */
  readonly cancelled: Promise<void>;
  #consumerTag = "";
  #wake = () => {};
  #cancel = () => {};

  private constructor() {
    this.cancelled = new Promise((resolve) => this.#cancel = resolve);
  }

  static async open(channel: Channel, queue: string, options: Options.Consume = {}): Promise<Inbox> {
    const inbox = new Inbox();
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message === null) return inbox.#cancel();
      inbox.waiting.push(message);
      inbox.#wake();
    }, options);
    inbox.#consumerTag = consumerTag;
    return inbox;
  }

  get consumerTag(): string {
    return this.#consumerTag;
  }

  async next(): Promise<ConsumeMessage> {
    if (this.waiting.length === 0) {
      await within("a delivery", new Promise<void>((resolve) => this.#wake = resolve));
    }
    return this.waiting.shift()!;
  }

  async take(count: number): Promise<ConsumeMessage[]> {
    const messages: ConsumeMessage[] = [];
    while (messages.length < count) messages.push(await this.next());
    return messages;
  }
}

/** Rejects, naming what was awaited, when it takes longer than a test may wait. */
export async function within<T>(what: string, awaited: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${patienceMs} ms in vain for ${what}`)), patienceMs);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** amqplib wraps the reply text: `Operation failed: QueueDeclare; 404 (NOT-FOUND) with message "NOT_FOUND - …"`. */
function closeReason(error: unknown): CloseReason {
  if (!(error instanceof Error)) throw new Error("closed without a reason");
  const { message, code, classId, methodId } = error as Error & { code?: number; classId?: number; methodId?: number };
  const replyText = / with message "(.*)"$/s.exec(message)?.[1];
  if (code === undefined || replyText === undefined) throw error;
  return classId === undefined ? { replyCode: code, replyText } : { replyCode: code, replyText, classId, methodId };
}
