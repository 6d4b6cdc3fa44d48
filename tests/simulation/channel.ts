import type { Method, MethodFields, MethodName, MethodOf } from "../../src/amqp091/methods.ts";
import { concat } from "../frames.ts";
import type { Client } from "./client.ts";
import type { Delivery, Message, Model, Publisher, QueueModel } from "./model.ts";
import { mustHold, Violation } from "./violation.ts";

/** A consumer as its client knows it. */
export interface ConsumerModel {
  readonly tag: string;
  /** Queues that it consumes from: several when the queue of that name was declared again meanwhile. */
  readonly queues: Set<QueueModel>;
  readonly noAck: boolean;
  readonly prefetch: number;
  /** Number of its deliveries that can't have been acknowledged yet, as far as the broker knows. */
  outstanding: number;
}

interface Request {
  readonly name: MethodName;
  readonly resolve: (method: Method | undefined) => void;
  /** Settlements that were sent before, and are done when the answer is there. */
  readonly settled: Delivery[];
  readonly published: Message[];
  /** The queues of `basic.get`. */
  readonly queues: Set<QueueModel>;
  readonly noAck: boolean;
  /** Called with the answer, before anything after it is handled. */
  readonly onAnswer: () => void;
}

const ANSWERS: { readonly [N in MethodName]?: readonly MethodName[] } = {
  "basic.get": ["basic.get-ok", "basic.get-empty"],
};

/** A channel as its client knows it, with its requests, publishes and deliveries. */
export class Channel {
  readonly number: number;
  readonly client: Client;
  readonly run: number;
  readonly consumers = new Map<string, ConsumerModel>();
  /** Unsettled deliveries, by delivery tag. */
  readonly held = new Map<number, Delivery>();
  /** Codes with which the broker may close the channel. */
  readonly mayBeClosedWith = new Set<number>();
  publisher: Publisher | undefined;
  isTransactional = false;
  isEnded = false;
  /** Code with which the broker closed the channel. */
  closeCode: number | undefined;
  /** Published and unconfirmed messages, in order. */
  readonly unconfirmed: Message[] = [];
  prefetch = 0;
  isPrefetchGlobal = false;

  readonly #model: Model;
  readonly #requests: Request[] = [];
  #settled: Delivery[] = [];
  #published: Message[] = [];
  #isConfirming = false;
  #lastConfirmed = 0;
  #publishedCount = 0;
  #lastTag = 0;
  /** Deliveries settled in the current transaction. */
  #inTransaction: Delivery[] = [];
  /** Number of the last message that came for the first time, by queue and publisher. */
  readonly #lastFirst = new Map<QueueModel, Map<Publisher, number>>();

  constructor(client: Client, number: number) {
    this.client = client;
    this.number = number;
    this.#model = client.host.model;
    this.run = this.#model.run;
  }

  /** Sends a method and resolves to the answer, or to `undefined` when the channel ends first. */
  request<N extends MethodName>(
    name: N,
    fields: Partial<MethodFields<N>> = {},
    about: Partial<Pick<Request, "queues" | "noAck" | "onAnswer">> = {},
  ): Promise<Method | undefined> {
    const { census } = this.client.host;
    if (this.isEnded) {
      census.missed(name);
      return Promise.resolve(undefined);
    }
    this.client.send(this.number, name, fields);
    return new Promise((onEnd) => {
      const resolve = (answer: Method | undefined) => {
        if (answer === undefined) census.missed(name);
        else census.did(name);
        onEnd(answer);
      };
      const [settled, published] = [this.#settled, this.#published];
      const { queues = new Set(), noAck = false, onAnswer = () => {} } = about;
      this.#requests.push({ name, resolve, settled, published, queues, noAck, onAnswer });
      this.#settled = [];
      this.#published = [];
    });
  }

  get waitingRequests(): string[] {
    return this.#requests.map(({ name }) => name);
  }

  // Publishing

  async confirmSelect(): Promise<boolean> {
    this.#isConfirming = true;
    return await this.request("confirm.select") !== undefined;
  }

  publish(messages: readonly Message[]): void {
    const { census } = this.client.host;
    if (this.isEnded) return census.missed("publish");
    census.did("publish");
    this.client.link.send(concat(...messages.map((message) => this.client.publishFrames(this.number, message))));
    this.#published.push(...messages);
    if (this.#isConfirming) this.unconfirmed.push(...messages);
    this.#publishedCount += messages.length;
  }

  #confirmed({ deliveryTag, multiple }: MethodOf<"basic.ack">): void {
    const tag = Number(deliveryTag);
    const isRight = this.#isConfirming && tag > this.#lastConfirmed && tag <= this.#publishedCount;
    mustHold(isRight, () => `a confirm came for tag ${tag}, after ${this.#lastConfirmed} of ${this.#publishedCount}`);
    mustHold(multiple || tag === this.#lastConfirmed + 1, () => `a confirm for tag ${tag} passes over others`);
    for (const message of this.unconfirmed.splice(0, tag - this.#lastConfirmed)) this.#model.confirmed(message);
    this.#lastConfirmed = tag;
  }

  // Consuming

  async qos(prefetchCount: number, global: boolean): Promise<boolean> {
    this.prefetch = prefetchCount;
    this.isPrefetchGlobal = global;
    return await this.request("basic.qos", { prefetchCount, global }) !== undefined;
  }

  /** Consumes from a queue. Resolves to the consumer, or to `undefined` when that failed. */
  async consume(queue: QueueModel, noAck: boolean): Promise<ConsumerModel | undefined> {
    const tag = `c${++this.#lastTag}`;
    const queues = this.#model.mayBecome(queue);
    const prefetch = this.isPrefetchGlobal ? 0 : this.prefetch;
    const consumer = { tag, queues, noAck, prefetch, outstanding: 0 };
    // The broker may deliver at once.
    this.consumers.set(tag, consumer);
    const onAnswer = () => this.#model.becameClear(queues);
    const answer = await this.request("basic.consume", { queue: queue.name, consumerTag: tag, noAck }, { onAnswer });
    return answer === undefined ? undefined : consumer;
  }

  async cancel(consumer: ConsumerModel): Promise<void> {
    const onAnswer = () => void this.consumers.delete(consumer.tag);
    await this.request("basic.cancel", { consumerTag: consumer.tag }, { onAnswer });
  }

  async get(queue: QueueModel, noAck: boolean): Promise<Method | undefined> {
    const queues = this.#model.mayBecome(queue);
    const onAnswer = () => this.#model.becameClear(queues);
    return await this.request("basic.get", { queue: queue.name, noAck }, { queues, noAck, onAnswer });
  }

  ack(delivery: Delivery, multiple = false): void {
    this.client.host.census.did("basic.ack");
    this.client.send(this.number, "basic.ack", { deliveryTag: BigInt(delivery.tag), multiple });
    for (const one of this.#upTo(delivery, multiple)) this.#settle(one, "settling");
  }

  nack(delivery: Delivery, { multiple, requeue }: { multiple: boolean; requeue: boolean }): void {
    this.client.host.census.did("basic.nack");
    this.client.send(this.number, "basic.nack", { deliveryTag: BigInt(delivery.tag), multiple, requeue });
    for (const one of this.#upTo(delivery, multiple)) this.#settle(one, requeue ? "returned" : "settling");
  }

  reject(delivery: Delivery, requeue: boolean): void {
    this.client.host.census.did("basic.reject");
    this.client.send(this.number, "basic.reject", { deliveryTag: BigInt(delivery.tag), requeue });
    this.#settle(delivery, requeue ? "returned" : "settling");
  }

  #upTo(delivery: Delivery, multiple: boolean): Delivery[] {
    return multiple ? [...this.held.values()].filter(({ tag }) => tag <= delivery.tag) : [delivery];
  }

  #settle(delivery: Delivery, state: "settling" | "returned"): void {
    this.held.delete(delivery.tag);
    if (this.isTransactional) {
      delivery.outcome = state;
      this.#inTransaction.push(delivery);
      return;
    }
    this.#carryOut(delivery, state);
    this.#settled.push(delivery);
  }

  #carryOut(delivery: Delivery, state: "settling" | "returned"): void {
    if (delivery.consumer !== undefined) delivery.consumer.outstanding--;
    this.#model.settling(delivery, state);
  }

  /** Returns all held messages to their queues. */
  async recover(): Promise<void> {
    await this.request("basic.recover", { requeue: true }, { onAnswer: () => this.#returnAll() });
  }

  #returnAll(): void {
    for (const delivery of this.held.values()) this.#carryOut(delivery, "returned");
    this.held.clear();
  }

  // Transactions

  async txSelect(): Promise<boolean> {
    this.isTransactional = true;
    return await this.request("tx.select") !== undefined;
  }

  async commit(messages: readonly Message[]): Promise<boolean> {
    for (const message of messages) this.#model.sent(message);
    const settled = this.#inTransaction;
    this.#inTransaction = [];
    for (const delivery of settled) this.#carryOut(delivery, delivery.outcome);
    const onAnswer = () => {
      for (const message of messages) this.#model.confirmed(message);
      for (const delivery of settled) this.#model.settledDurably(delivery);
    };
    return await this.request("tx.commit", {}, { onAnswer }) !== undefined;
  }

  async rollback(messages: readonly Message[]): Promise<boolean> {
    for (const message of messages) this.#model.rolledBack(message);
    const settled = this.#inTransaction;
    this.#inTransaction = [];
    const onAnswer = () => {
      const inOrder = [...this.held.values(), ...settled].sort((a, b) => a.tag - b.tag);
      this.held.clear();
      for (const delivery of inOrder) this.held.set(delivery.tag, delivery);
    };
    return await this.request("tx.rollback", {}, { onAnswer }) !== undefined;
  }

  // Receiving

  received(method: Method): void {
    if (method.name === "basic.ack") return this.#confirmed(method);
    if (method.name === "channel.close") return this.#closedByBroker(method);
    if (method.name === "basic.cancel") {
      const consumer = this.consumers.get(method.consumerTag);
      mustHold(consumer !== undefined, () => `basic.cancel came for ${method.consumerTag}, which is no consumer`);
      const mayBeGone = [...consumer.queues].some((queue) => queue.presence !== "present");
      mustHold(mayBeGone, () => `a consumer of ${[...consumer.queues][0].name} was cancelled, and the queue is there`);
      this.consumers.delete(method.consumerTag);
      return;
    }
    this.#answered(method);
  }

  #answered(method: Method): Request {
    const request = this.#requests.shift();
    const expected: readonly string[] | undefined = request && (ANSWERS[request.name] ?? [`${request.name}-ok`]);
    mustHold(expected?.includes(method.name) === true, () => `${method.name} came, expected is ${expected}`);
    for (const delivery of request!.settled) this.#model.settledForSure(delivery);
    for (const message of request!.published) this.#model.takenIn(message);
    request!.onAnswer();
    request!.resolve(method);
    return request!;
  }

  receivedMessage(method: Method, message: Message): void {
    if (method.name === "basic.return") {
      mustHold(message.publisher === this.publisher, () => `message ${message.number} was returned to somebody else`);
      return this.#model.returned(message);
    }
    const { deliveryTag, redelivered } = method as MethodOf<"basic.deliver">;
    const tag = Number(deliveryTag);
    let consumer: ConsumerModel | undefined;
    let queues: Set<QueueModel>;
    let noAck: boolean;
    if (method.name === "basic.deliver") {
      consumer = this.consumers.get(method.consumerTag);
      mustHold(consumer !== undefined, () => `message ${message.number} came for ${method.consumerTag}, no consumer`);
      ({ queues, noAck } = consumer);
    } else {
      ({ queues, noAck } = this.#answered(method));
    }
    const delivery = this.#model.delivered(message, queues, { channel: this, tag, redelivered, noAck, consumer });
    if (!redelivered) this.#checkOrder(message, delivery.copy.queue);
    if (noAck) return;
    this.held.set(tag, delivery);
    if (consumer === undefined) return;
    consumer.outstanding++;
    const most = consumer.prefetch;
    mustHold(most === 0 || consumer.outstanding <= most, () => `a consumer has ${consumer.outstanding} of ${most}`);
    if (!this.isPrefetchGlobal || this.prefetch === 0) return;
    let outstanding = 0;
    for (const one of this.consumers.values()) outstanding += one.outstanding;
    mustHold(outstanding <= this.prefetch, () => `a channel has ${outstanding} deliveries of ${this.prefetch}`);
  }

  #checkOrder({ publisher, sequence, number }: Message, queue: QueueModel): void {
    let last = this.#lastFirst.get(queue);
    if (last === undefined) this.#lastFirst.set(queue, last = new Map());
    const before = last.get(publisher) ?? -1;
    mustHold(
      sequence > before,
      () => `message ${number} of queue ${queue.name} came behind a later one of its publisher, for the first time`,
    );
    last.set(publisher, sequence);
  }

  // Closing

  #closedByBroker({ replyCode, replyText }: MethodOf<"channel.close">): void {
    if (!this.mayBeClosedWith.has(replyCode)) {
      throw new Violation(`the broker closed a channel: ${replyCode} ${replyText}`);
    }
    this.closeCode = replyCode;
    this.client.send(this.number, "channel.close-ok");
    this.client.channels.delete(this.number);
    this.end(true);
  }

  async close(): Promise<void> {
    const onAnswer = () => {
      this.client.channels.delete(this.number);
      this.end(true);
    };
    await this.request("channel.close", { replyCode: 200 }, { onAnswer });
  }

  /** Notes that deliveries may not have arrived, and never will. */
  mayHaveLostDeliveries(): void {
    for (const { queues, noAck } of [...this.consumers.values(), ...this.#requests]) {
      for (const queue of queues) this.#model.mayHaveLostDeliveries(queue, noAck, this.client.link);
    }
  }

  /** Ends the channel; `isOrderly` when nothing can have been lost on the way. */
  end(isOrderly: boolean): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const { link } = this.client;
    if (!isOrderly) this.mayHaveLostDeliveries();
    this.#returnAll();
    for (const delivery of this.#inTransaction) this.#carryOut(delivery, "returned");
    for (const message of [...this.unconfirmed, ...this.#published]) this.#model.abandoned(message, link);
    for (const { published } of this.#requests) {
      for (const message of published) this.#model.abandoned(message, link);
    }
    for (const { resolve } of this.#requests.splice(0)) resolve(undefined);
  }
}
