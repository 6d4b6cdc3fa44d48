import {
  type ChannelError,
  channelError,
  commandInvalid,
  type ConnectionError,
  type MethodId,
  notImplemented,
  preconditionFailed,
} from "../../wire/error.ts";
import type { Message } from "../../broker/message/messages.ts";
import type { Channel } from "../../broker/session/channel.ts";
import type { ChannelSink } from "../../broker/session/channel.ts";
import type { Outcome } from "../../broker/session/outcome.ts";
import type { Subscriptions } from "../../broker/session/subscriptions.ts";
import { Waiting } from "../../broker/session/waiting.ts";
import { type Method, methodIdOf, type MethodName, type MethodOf } from "../methods.ts";
import type { OpenConnection } from "../open_connection.ts";
import { BASIC_METHODS } from "./basic_methods.ts";
import { writeConfirm, writeReturn } from "./confirm_frames.ts";
import { EXCHANGE_METHODS } from "./exchange_methods.ts";
import { Publishing } from "./publishing.ts";
import { QUEUE_METHODS } from "./queue_methods.ts";

/** Handles a method on a channel. Throws an error that closes the channel or the connection. */
export type MethodHandler<N extends MethodName> = (channel: AmqpChannel, method: MethodOf<N>) => void;
export type MethodHandlers = { readonly [N in MethodName]?: MethodHandler<N> };

const BASIC_ACK = 80;
const BASIC_NACK = 120;

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
    channel.broker.selectConfirms();
    if (!nowait) channel.reply({ name: "confirm.select-ok" });
  },
  "tx.select": (channel) => {
    channel.broker.selectTransactions();
    channel.reply({ name: "tx.select-ok" });
  },
  "tx.commit": (channel) => channel.commit(),
  "tx.rollback": (channel) => {
    channel.broker.rollback();
    channel.reply({ name: "tx.rollback-ok" });
  },
};

const HANDLERS: MethodHandlers = { ...CHANNEL_METHODS, ...EXCHANGE_METHODS, ...QUEUE_METHODS, ...BASIC_METHODS };

/** A frame that came while its channel waited. */
interface HeldFrame {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** A channel of a connection (AMQP 0-9-1 §4.3.2), from `channel.open` until it is closed from either side. */
export class AmqpChannel implements ChannelSink {
  readonly connection: OpenConnection;
  readonly number: number;
  readonly broker: Channel;
  readonly publishing: Publishing;
  /** True after the server has closed it: what comes is dropped until the client confirms. */
  isClosing = false;
  /** The last declared queue, which an empty queue name stands for (AMQP 0-9-1 §1.7.2.1.3). */
  lastQueue: string | undefined;
  /** Set while the channel waits for an answer; its frames are held until then. */
  until: Promise<void> | undefined;
  readonly #held: HeldFrame[] = [];
  heldBytes = 0;

  /** Throws NOT_ALLOWED when the session may have no more channels. */
  constructor(connection: OpenConnection, number: number) {
    this.connection = connection;
    this.number = number;
    this.broker = connection.session.openChannel(number, this);
    this.publishing = new Publishing(this);
  }

  get subscriptions(): Subscriptions {
    return this.broker.subscriptions;
  }

  /** Handles a method, except those that close the channel. */
  handle(method: Method): void {
    const handler = HANDLERS[method.name] as ((channel: AmqpChannel, method: Method) => void) | undefined;
    if (handler === undefined) throw commandInvalid("unimplemented method");
    this.attempt(methodIdOf(method.name), () => handler(this, method));
  }

  /** Settles or returns deliveries. Throws PRECONDITION_FAILED for a tag that is not outstanding. */
  finish(deliveryTag: number, multiple: boolean, outcome: Outcome): void {
    if (this.subscriptions.finish(deliveryTag, multiple, outcome)) return;
    throw preconditionFailed(`unknown delivery tag ${deliveryTag}`);
  }

  /** Handles `tx.commit`. What follows waits until all of the transaction is safe. */
  commit(): void {
    let isSafe = false;
    let wake = () => {};
    const answer = (isTaken: boolean) => {
      isSafe = true;
      if (this.isClosing) return;
      if (!isTaken) this.connection.fail(this.number, preconditionFailed("partial tx completion"), [90, 20]);
      else this.reply({ name: "tx.commit-ok" });
      wake();
    };
    this.broker.commit(answer);
    if (!isSafe) this.wait(methodIdOf("tx.commit"), new Promise((resolve) => wake = resolve), () => {});
  }

  reply(method: Method): void {
    const { output, codec } = this.connection;
    output.method(codec, this.number, method);
  }

  /**
   * Sends a method that promises a durable change of exchanges, queues or bindings, once the store has the change. It
   * does not wait for messages: when the disk is full, a client that comes to fetch some must be let in.
   */
  replyWhenDurable(method: Method): void {
    this.reply(method);
    this.connection.output.holdUntilDurable(this.connection.session.node.store.declared);
  }

  /** Sends a method that promises a durable change of messages, once the store has everything that was appended. */
  replyWhenAllDurable(method: Method): void {
    this.reply(method);
    this.connection.output.holdUntilDurable(this.connection.session.node.store.appended);
  }

  // Waiting

  /** Does an operation of a method. It may have to wait for an answer, and is repeated when the answer is there. */
  attempt(method: MethodId, operation: () => void): void {
    try {
      operation();
    } catch (error) {
      if (!(error instanceof Waiting)) throw error;
      this.wait(method, error.until, () => this.attempt(method, operation));
    }
  }

  /** Holds received frames until `until` settles, and processes them after `resume`, which continues a method. */
  wait(method: MethodId, until: Promise<void>, resume: () => void): void {
    this.until = until.then(() => {
      this.until = undefined;
      this.connection.resume(this, method, resume);
    });
  }

  /** Keeps a frame that arrives while the channel waits. */
  hold(type: number, bytes: Uint8Array, at: number, size: number): void {
    this.#held.push({ type, payload: bytes.slice(at, at + size) });
    this.heldBytes += size;
  }

  /** Handles the held frames, until the channel has to wait again. */
  release(handle: (type: number, bytes: Uint8Array, at: number, size: number) => void): void {
    while (this.until === undefined && this.#held.length > 0) {
      const { type, payload } = this.#held.shift()!;
      this.heldBytes -= payload.length;
      handle(type, payload, 0, payload.length);
    }
  }

  // The sink of the broker's channel

  confirmed(tag: number, isMultiple: boolean): void {
    writeConfirm(this.connection.output, this.number, BASIC_ACK, tag, isMultiple);
  }

  refused(tag: number): void {
    writeConfirm(this.connection.output, this.number, BASIC_NACK, tag, false);
  }

  returned(message: Message): void {
    const { output, frameMax, session } = this.connection;
    writeReturn(output, this.number, session.node.messages, message, frameMax);
  }

  failed(error: ChannelError | ConnectionError): void {
    this.connection.fail(this.number, error);
  }

  /** Releases everything except held frames, which are processed in order even on a closed channel. */
  close(): void {
    this.publishing.close();
    this.broker.close();
  }

  /** Drops held frames, as the client is gone. */
  drop(): void {
    this.#held.length = 0;
    this.heldBytes = 0;
  }
}
