import { channelError, commandInvalid, notImplemented, preconditionFailed, syntaxError } from "../../wire/error.ts";
import type { Method, MethodName, MethodOf } from "../methods.ts";
import type { Session } from "../session.ts";
import { tellChannelClosed, tellChannelCreated } from "./channel_events.ts";
import { BASIC_METHODS } from "./basic_methods.ts";
import { Confirms } from "./confirms.ts";
import { Consuming, type Outcome } from "./consuming.ts";
import { EXCHANGE_METHODS } from "./exchange_methods.ts";
import { Publishing } from "./publishing.ts";
import { QUEUE_METHODS } from "./queue_methods.ts";
import { Transaction } from "./transaction.ts";

/** What a channel does on receiving a method. Throws what closes the channel or the connection. */
export type MethodHandler<N extends MethodName> = (channel: Channel, method: MethodOf<N>) => void;
export type MethodHandlers = { readonly [N in MethodName]?: MethodHandler<N> };

const CHANNEL_METHODS: MethodHandlers = {
  "channel.open": () => {
    throw channelError("second 'channel.open' seen");
  },
  "channel.flow": (channel, { active }) => {
    if (!active) throw notImplemented("active=false");
    channel.reply({ name: "channel.flow-ok", active });
  },
  "access.request": (channel) => channel.reply({ name: "access.request-ok", ticket: 1 }),
  "confirm.select": (channel, { nowait }) => {
    if (channel.transaction !== undefined) throw preconditionFailed("cannot switch from tx to confirm mode");
    const { node, output } = channel.session;
    channel.publishing.confirms ??= new Confirms(node, output, channel.number);
    if (!nowait) channel.reply({ name: "confirm.select-ok" });
  },
  "tx.select": (channel) => {
    if (channel.publishing.confirms !== undefined) {
      throw preconditionFailed("cannot switch from confirm to tx mode");
    }
    const transaction = channel.transaction ?? new Transaction();
    channel.publishing.transaction = channel.consuming.transaction = transaction;
    channel.reply({ name: "tx.select-ok" });
  },
  "tx.commit": (channel) => {
    channel.consuming.carryOut(requireTransaction(channel).commit(channel.publishing));
    channel.replyWhenAllDurable({ name: "tx.commit-ok" });
  },
  "tx.rollback": (channel) => {
    const { messages } = channel.session.node;
    const settlements = requireTransaction(channel).rollback((message) => messages.release(message));
    channel.consuming.restore(settlements);
    channel.reply({ name: "tx.rollback-ok" });
  },
};

function requireTransaction(channel: Channel): Transaction {
  if (channel.transaction === undefined) throw preconditionFailed("channel is not transactional");
  return channel.transaction;
}

const HANDLERS: MethodHandlers = { ...CHANNEL_METHODS, ...EXCHANGE_METHODS, ...QUEUE_METHODS, ...BASIC_METHODS };

/** A channel of a connection (AMQP 0-9-1 §4.3.2), from `channel.open` until it is closed from either side. */
export class Channel {
  readonly session: Session;
  readonly number: number;
  readonly publishing: Publishing;
  readonly consuming: Consuming;
  /** The server has closed it, and drops what comes until the client agrees. */
  isClosing = false;
  #isClosed = false;
  /** What an empty queue name stands for (AMQP 0-9-1 §1.7.2.1.3). */
  lastQueue: string | undefined;

  constructor(session: Session, number: number) {
    this.session = session;
    this.number = number;
    this.publishing = new Publishing(session, number);
    this.consuming = new Consuming(session, number);
    tellChannelCreated(session, this.consuming, number);
  }

  /** Set once `tx.select` was received. */
  get transaction(): Transaction | undefined {
    return this.consuming.transaction;
  }

  /** Carries out a method that is not about the channel's end. */
  handle(method: Method): void {
    const handler = HANDLERS[method.name] as ((channel: Channel, method: Method) => void) | undefined;
    if (handler === undefined) throw commandInvalid("unimplemented method");
    handler(this, method);
  }

  /**
   * `basic.ack`, whose fields lie at `at`: as frequent as deliveries, so it is read without making objects.
   * `end` is where its frame's payload ends.
   */
  ack(bytes: Uint8Array, at: number, end: number): void {
    if (at + 9 > end) throw syntaxError("basic.ack is cut short");
    const high = (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
    const low = (bytes[at + 4] << 24 | bytes[at + 5] << 16 | bytes[at + 6] << 8 | bytes[at + 7]) >>> 0;
    this.consuming.finish(high * 0x100000000 + low, (bytes[at + 8] & 1) !== 0, "settle");
  }

  finish(deliveryTag: bigint, multiple: boolean, outcome: Outcome): void {
    this.consuming.finish(Number(deliveryTag), multiple, outcome);
  }

  reply(method: Method): void {
    const { output, codec } = this.session;
    output.method(codec, this.number, method);
  }

  /**
   * Sends a method that promises a durable change of exchanges, queues or bindings: not before the store has it. It does
   * not wait for messages: with a full disk, who comes to take some must be let in.
   */
  replyWhenDurable(method: Method): void {
    this.reply(method);
    this.session.output.holdUntilDurable(this.session.node.store.declared);
  }

  /** Sends a method that promises a durable change of messages: not before the store has all that was appended. */
  replyWhenAllDurable(method: Method): void {
    this.reply(method);
    this.session.output.holdUntilDurable(this.session.node.store.appended);
  }

  /** Lets go of everything: consumers end, deliveries go back to their queues. */
  close(): void {
    const { consumerCount } = this.consuming;
    this.publishing.close();
    this.consuming.close();
    const { replyQueue } = this.publishing;
    // Without a consumer nothing else would take it away.
    if (replyQueue !== undefined) this.session.vhost.removeQueue(replyQueue);
    if (!this.#isClosed) tellChannelClosed(this.session, this.consuming, consumerCount);
    this.#isClosed = true;
  }
}
