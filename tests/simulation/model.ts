import { Buffer } from "node:buffer";
import type { FieldTable } from "../../src/wire/field_table.ts";
import type { Channel, ConsumerModel } from "./channel.ts";
import type { Link } from "./network.ts";
import { seededRandom } from "../store/seeded_random.ts";
import { type Declared, Topology } from "./topology.ts";
import { mustHold } from "./violation.ts";

/** Bodies are parts of this buffer, so that all parts of all bodies differ, and none is made twice. */
const BODIES = Buffer.alloc(4 * 1024 * 1024);
const bodyRandom = seededRandom(1);
for (let at = 0; at < BODIES.length; at += 4) BODIES.writeInt32LE(bodyRandom() * 2 ** 32 | 0, at);

/** A publisher on one channel, whose order queues keep. */
export interface Publisher {
  readonly run: number;
  sequence: number;
  /** True when its messages go to their queues at the commit, by the names that these had when they were routed. */
  isTransactional: boolean;
}

/** A queue from its declaration to its end. */
export interface QueueModel extends Declared {
  readonly kind: "queue";
  /** Link of the connection that owns it and with which it is deleted. */
  readonly owner: Link | undefined;
  readonly copies: Set<Copy>;
  /** True for a quorum queue, which keeps transient messages too, and delivers returned ones first. */
  readonly isQuorum: boolean;
  /** True when there may have been deliveries that nobody has seen. */
  mayHaveLostDeliveries: boolean;
}

export interface Publishing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly headers: FieldTable | undefined;
  readonly isMandatory: boolean;
  readonly isPersistent: boolean;
  readonly bodyBytes: number;
}

/** A message, from before it is sent. */
export interface Message extends Publishing {
  readonly number: number;
  readonly publisher: Publisher;
  readonly sequence: number;
  readonly run: number;
  readonly body: Uint8Array;
  /** Earliest time at which it was sent; for one in a transaction, the time of the commit. */
  sentAtMs: number;
  confirmedAtMs: number;
  /** True when the broker has it, whether it said so or not. */
  isTakenIn: boolean;
  isReturned: boolean;
  isRolledBack: boolean;
  /** Copies by the queue that has them, or may have them. */
  readonly copies: Map<QueueModel, Copy>;
}

/** A message in a queue. */
export interface Copy {
  readonly message: Message;
  readonly queue: QueueModel;
  /** True when the message certainly went to the queue. */
  isCertain: boolean;
  /** Reason why it need not be there any more. */
  excuse: string | undefined;
  last: Delivery | undefined;
  /** True when any delivery in the run of the last one was marked as redelivered. */
  wasRedelivered: boolean;
  /** True when it is gone for good, whatever happens to the broker. */
  isGoneForGood: boolean;
}

export interface Delivery {
  readonly copy: Copy;
  readonly channel: Channel;
  readonly tag: number;
  readonly consumer: ConsumerModel | undefined;
  readonly isRedelivered: boolean;
  /** `settling`: the settlement was sent, and may not have been received. */
  state: "held" | "settling" | "settled" | "returned";
  /** Outcome of the delivery with the transaction. */
  outcome: "settling" | "returned";
}

/** A suspicious event, whose explanation may still be on its way. */
interface Suspicion {
  readonly text: string;
  readonly isExplained: () => boolean;
}

/** The expected state of the broker, by all that clients have sent and received. */
export class Model {
  readonly topology = new Topology();
  readonly messages: Message[] = [];
  /** Number of starts of the broker. */
  run = 0;
  deliveryCount = 0;
  publishedBytes = 0;
  confirmCount = 0;
  readonly #now: () => number;
  /** Messages that the broker may put into queues at any time from now on. */
  readonly #underWay = new Set<Message>();
  #suspicions: Suspicion[] = [];
  /** Names of queues of future consumers, with the queues that these may be by now. */
  readonly #unclear = new Set<{ readonly name: string; readonly queues: Set<QueueModel> }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  // Topology

  /** Notes that a queue will be declared whose name is free. */
  declareQueue(name: string, isDurable: boolean, owner: Link | undefined, isQuorum: boolean = false): QueueModel {
    const queue: QueueModel = {
      kind: "queue",
      name,
      isDurable: isDurable && owner === undefined,
      owner,
      presence: "uncertain",
      copies: new Set(),
      isQuorum,
      mayHaveLostDeliveries: false,
    };
    this.topology.queues.set(name, queue);
    for (const unclear of this.#unclear) if (unclear.name === name) unclear.queues.add(queue);
    this.topologyMayChange();
    this.#heirMayGet(queue);
    return queue;
  }

  /** Notes that a queue and all its messages are gone. */
  queueIsGone(queue: QueueModel): void {
    this.topology.forget(queue);
    for (const copy of queue.copies) copy.excuse = "deleted with its queue";
    this.topologyMayChange();
  }

  /** Notes that a queue may have lost all its messages. */
  mayBeEmptied(queue: QueueModel, why: string): void {
    for (const copy of queue.copies) copy.excuse ??= why;
  }

  /** Notes a coming change: messages on the way may be routed by the old or the new topology. */
  topologyMayChange(): void {
    for (const message of this.#underWay) this.#route(message);
  }

  #route(message: Message): void {
    const isNew = message.copies.size === 0 && !this.#underWay.has(message);
    const route = this.topology.route(message.exchange, message.routingKey, message.headers);
    for (const [queue, isCertain] of route) {
      const copy = message.copies.get(queue);
      if (copy === undefined) this.#addCopy(message, queue, isNew && isCertain);
      else copy.isCertain &&= isCertain;
    }
    for (const [queue, copy] of message.copies) if (!route.has(queue)) copy.isCertain = false;
  }

  /** Notes that a commit may put a message into a new queue with the name of an old one. */
  #heirMayGet(queue: QueueModel): void {
    for (const message of this.#underWay) {
      if (!message.publisher.isTransactional || message.copies.has(queue)) continue;
      if ([...message.copies.keys()].some(({ name }) => name === queue.name)) this.#addCopy(message, queue, false);
    }
  }

  #addCopy(message: Message, queue: QueueModel, isCertain: boolean): void {
    const copy: Copy = {
      message,
      queue,
      isCertain,
      excuse: undefined,
      last: undefined,
      wasRedelivered: false,
      isGoneForGood: false,
    };
    message.copies.set(queue, copy);
    queue.copies.add(copy);
  }

  /** Returns the queues that a name may stand for, until {@linkcode becameClear}. */
  mayBecome({ name }: QueueModel): Set<QueueModel> {
    const current = this.topology.queues.get(name)!;
    const queues = new Set([current]);
    this.#unclear.add({ name, queues });
    return queues;
  }

  becameClear(queues: Set<QueueModel>): void {
    for (const unclear of this.#unclear) if (unclear.queues === queues) this.#unclear.delete(unclear);
  }

  // Publishing

  /** Notes that a message will be sent. */
  publish(publisher: Publisher, publishing: Publishing): Message {
    const number = this.messages.length;
    const { bodyBytes } = publishing;
    const at = number * 7919 % (BODIES.length - bodyBytes);
    const message: Message = {
      ...publishing,
      number,
      publisher,
      sequence: publisher.sequence++,
      run: publisher.run,
      body: BODIES.subarray(at, at + bodyBytes),
      sentAtMs: this.#now(),
      confirmedAtMs: Infinity,
      isTakenIn: false,
      isReturned: false,
      isRolledBack: false,
      copies: new Map(),
    };
    this.messages.push(message);
    this.publishedBytes += bodyBytes;
    this.#route(message);
    if (message.run === this.run) this.#underWay.add(message);
    return message;
  }

  /** Notes that a message of a transaction will be committed. */
  sent(message: Message): void {
    message.sentAtMs = this.#now();
  }

  confirmed(message: Message): void {
    this.confirmCount++;
    message.confirmedAtMs = this.#now();
    this.takenIn(message);
    const isRouted = [...message.copies.values()].some(({ isCertain }) => isCertain);
    mustHold(!(message.isReturned && isRouted), () => `message ${message.number} was returned, and it has a queue`);
    const mustReturn = message.isMandatory && message.copies.size === 0;
    mustHold(!mustReturn || message.isReturned, () => `message ${message.number} has no queue and was not returned`);
  }

  takenIn(message: Message): void {
    message.isTakenIn = true;
    this.#underWay.delete(message);
  }

  returned(message: Message): void {
    mustHold(message.isMandatory, () => `message ${message.number} was returned, and is not mandatory`);
    message.isReturned = true;
    for (const copy of message.copies.values()) copy.excuse ??= "returned";
  }

  rolledBack(message: Message): void {
    message.isRolledBack = true;
    this.#underWay.delete(message);
  }

  /**
   * Notes that nobody will learn the result of a publish; the message may be put into queues for as long as the broker
   * has the connection.
   */
  abandoned(message: Message, link: Link): void {
    link.letGo.then(() => this.#underWay.delete(message));
  }

  // Delivering

  delivered(
    message: Message,
    queues: ReadonlySet<QueueModel>,
    { channel, tag, redelivered, noAck, consumer }: {
      readonly channel: Channel;
      readonly tag: number;
      readonly redelivered: boolean;
      readonly noAck: boolean;
      readonly consumer: ConsumerModel | undefined;
    },
  ): Delivery {
    this.deliveryCount++;
    const copy = [...queues].map((queue) => message.copies.get(queue)).find((copy) => copy !== undefined);
    const from = [...queues][0].name;
    const what = () => `message ${message.number} came from queue ${from}`;
    mustHold(copy !== undefined, () => `${what()}, to which it did not go`);
    mustHold(!message.isRolledBack, () => `${what()}, and its transaction was rolled back`);
    mustHold(!message.isReturned, () => `${what()}, and it was returned`);
    const isLasting = isKept(message, copy.queue);
    mustHold(message.run === channel.run || isLasting, () => `${what()} after a restart, and is not durable`);
    // Messages sent to an ending channel may be seen after their later deliveries elsewhere.
    if (copy.isGoneForGood) this.#suspect(`${what()}, though it was settled for good`, () => channel.isEnded);
    const { last } = copy;
    const state = noAck ? "settled" : "held";
    const delivery: Delivery = {
      copy,
      channel,
      tag,
      consumer,
      isRedelivered: redelivered,
      state,
      outcome: "returned",
    };
    if (noAck) copy.excuse ??= "delivered, and needs no acknowledgement";
    // Messages of an older process may come late.
    if (last !== undefined && last.channel.run > channel.run) return delivery;
    if (last !== undefined && last.channel.run === channel.run) {
      if (last.state === "settled") this.#suspect(`${what()} again, though it was settled`, () => channel.isEnded);
      else if (last.state !== "returned") {
        this.#suspect(`${what()} to two at once`, () => channel.isEnded || last.channel.isEnded);
      }
      const isToldSo = redelivered || copy.wasRedelivered || last.isRedelivered;
      mustHold(isToldSo, () => `${what()} again, and is not marked as redelivered`);
      copy.wasRedelivered ||= redelivered;
    } else {
      copy.wasRedelivered = redelivered;
      if (redelivered) {
        const isAgain = () => last !== undefined || copy.queue.mayHaveLostDeliveries || copy.last !== delivery;
        this.#suspect(`${what()} for the first time, and is marked as redelivered`, isAgain);
      }
    }
    copy.last = delivery;
    return delivery;
  }

  #suspect(text: string, isExplained: () => boolean): void {
    if (!isExplained()) this.#suspicions.push({ text, isExplained });
  }

  settling(delivery: Delivery, state: "settling" | "returned"): void {
    delivery.state = state;
    if (state === "settling") delivery.copy.excuse ??= "acknowledged";
  }

  /** Notes that the broker has received a settlement. */
  settledForSure(delivery: Delivery): void {
    if (delivery.state === "settling") delivery.state = "settled";
  }

  /** Notes that the broker has a settlement on disk. */
  settledDurably(delivery: Delivery): void {
    if (delivery.state === "returned") return;
    delivery.state = "settled";
    delivery.copy.isGoneForGood = true;
  }

  /** Notes that a channel ended before all its deliveries were seen. */
  mayHaveLostDeliveries(queue: QueueModel, noAck: boolean, link: Link): void {
    const note = () => {
      queue.mayHaveLostDeliveries = true;
      if (noAck) this.mayBeEmptied(queue, "may have been delivered to one who is gone");
    };
    note();
    link.letGo.then(note);
  }

  // The end of a process

  /** Notes the end of a process; `isOrderly` when the broker has everything on disk that it had received. */
  processEnded(isOrderly: boolean): void {
    if (isOrderly) {
      for (const { copies } of this.messages) {
        for (const copy of copies.values()) {
          if (copy.last?.state === "settled" && copy.last.channel.run === this.run) copy.isGoneForGood = true;
        }
      }
    }
    for (const message of this.#underWay) if (message.run === this.run) this.#underWay.delete(message);
    this.run++;
    for (const queue of this.topology.queues.values()) {
      queue.mayHaveLostDeliveries = true;
      if (!queue.isDurable && queue.presence !== "absent") this.queueIsGone(queue);
    }
    this.topology.forgetTransient();
  }

  /** Checks after all attempts that every suspicion has been explained. */
  checkSuspicions(): void {
    for (const { text, isExplained } of this.#suspicions) mustHold(isExplained(), () => text);
    this.#suspicions = [];
  }

  // What queues hold

  /** Returns whether a message must be in its queue, or unacknowledged at a consumer of it. */
  mustBeThere({ message, queue, isCertain, excuse }: Copy): boolean {
    if (!isCertain || excuse !== undefined || queue.presence !== "present" || message.isRolledBack) return false;
    if (message.run !== this.run) {
      return isKept(message, queue) && message.confirmedAtMs !== Infinity;
    }
    return message.isTakenIn;
  }
}

/** Returns whether a queue has a message after a restart too. */
const isKept = ({ isPersistent }: Message, { isDurable, isQuorum }: QueueModel): boolean =>
  isQuorum || (isDurable && isPersistent);
