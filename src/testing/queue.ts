import { type PlainObject, plainObject } from "./plain.ts";
import { NO_MESSAGE } from "../broker/message/messages.ts";
import type { Node } from "../broker/node/node.ts";
import type { AnyQueue } from "../broker/queue/any_queue.ts";
import { peekMessages } from "../broker/queue/peek.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { Slice } from "../broker/turn/slices.ts";
import type { DeadLetter, DeadLetterRecord } from "./dead_letters.ts";
import type { Fault, Faults } from "./fault.ts";
import { TestMessage } from "./message.ts";

/** A message that a client has and has not acknowledged. */
export interface UnackedMessage {
  /** A copy of the message. */
  readonly message: TestMessage;
  /** Number of the delivery on its channel. */
  readonly deliveryTag: number;
  /** Empty for a message that was fetched with `basic.get`. */
  readonly consumerTag: string;
  /** Name of the connection; `embedded` for a consumer inside the process. */
  readonly connection: string;
  /** Number of the channel. */
  readonly channel: number;
}

/** A consumer of a queue. */
export interface TestConsumer {
  /** Consumer tag. */
  readonly tag: string;
  /** Name of the connection; `embedded` for a consumer inside the process. */
  readonly connection: string;
  /** Number of the channel; 0 for a consumer inside the process. */
  readonly channel: number;
  /** Maximum number of unacknowledged deliveries; 0 is any number. */
  readonly prefetch: number;
  /** True when deliveries need no acknowledgement. */
  readonly noAck: boolean;
  /** True for the only consumer that the queue may have. */
  readonly isExclusive: boolean;
  /** Consumers of higher priority are served first. */
  readonly priority: number;
  /** Number of deliveries that it has not acknowledged. */
  readonly unackedCount: number;
}

/** A binding of a queue; the default exchange has one for each queue, which is left out. */
export interface TestBinding {
  /** Exchange that leads to the queue. */
  readonly exchange: string;
  /** Routing key of the binding. */
  readonly routingKey: string;
  /** Arguments of the binding. */
  readonly arguments: PlainObject;
}

/** A queue of a test broker. */
export class TestQueue {
  readonly #queue: AnyQueue;
  readonly #vhost: VirtualHost;
  readonly #node: Node;
  readonly #faults: Faults;
  readonly #deadLetters: DeadLetterRecord;

  /** Called by the test broker only. */
  constructor(queue: AnyQueue, vhost: VirtualHost, node: Node, faults: Faults, deadLetters: DeadLetterRecord) {
    this.#queue = queue;
    this.#vhost = vhost;
    this.#node = node;
    this.#faults = faults;
    this.#deadLetters = deadLetters;
  }

  /** Name of the queue. */
  get name(): string {
    return this.#queue.name;
  }
  /** Name of its virtual host. */
  get vhost(): string {
    return this.#vhost.name;
  }
  /** Number of messages that wait for a consumer. */
  get readyCount(): number {
    return this.#queue.readyCount;
  }
  /** Number of messages that clients have and have not acknowledged. */
  get unackedCount(): number {
    return this.#queue.unackedCount;
  }
  /** True when the queue was declared as durable. */
  get isDurable(): boolean {
    return this.#queue.isDurable;
  }
  /** Arguments of the declaration, with the type that the broker has given it. */
  get arguments(): PlainObject {
    return plainObject(this.#queue.arguments);
  }

  /** Returns the messages that wait for a consumer, in the order of their delivery. It leaves no trace. */
  async messages(): Promise<TestMessage[]> {
    const messages: TestMessage[] = [];
    const request = { offset: 0, most: Infinity, isAsDelivered: true };
    await peekMessages(this.#queue, request, new Slice(this.#node), (content, isRedelivered) => {
      messages.push(new TestMessage(content, isRedelivered));
      return true;
    });
    return messages;
  }

  /** The messages that clients have and have not acknowledged; a stream, which keeps its messages, has none here. */
  get unacked(): readonly UnackedMessage[] {
    const unacked: UnackedMessage[] = [];
    for (const { origin, channels } of this.#node.sessions.all) {
      for (const { number, subscriptions } of channels) {
        subscriptions.unacked.forEach((message, _, { queue, tag }, deliveryTag) => {
          if (queue !== this.#queue || message === NO_MESSAGE) return;
          unacked.push({
            message: new TestMessage(this.#node.messages.locate(message), false),
            deliveryTag,
            consumerTag: tag,
            connection: origin.name,
            channel: number,
          });
        });
      }
    }
    return unacked;
  }

  /** The consumers. */
  get consumers(): readonly TestConsumer[] {
    return [...this.#queue.consumers].map((consumer) => {
      const { tag, receiver, prefetch, noAck, isExclusive, priority, unackedCount } = consumer;
      const connection = receiver.channel?.session.origin.name ?? "";
      return {
        tag,
        connection,
        channel: receiver.channel?.number ?? 0,
        prefetch,
        noAck,
        isExclusive,
        priority,
        unackedCount,
      };
    });
  }

  /** The bindings, except that of the default exchange. */
  get bindings(): readonly TestBinding[] {
    return [...this.#vhost.incoming.of(this.#queue)].map(({ source, routingKey, arguments: given }) => ({
      exchange: source.name,
      routingKey,
      arguments: plainObject(given),
    }));
  }

  /** The messages that died in it and went to its dead letter exchange, the oldest first. */
  get deadLetters(): readonly DeadLetter[] {
    return this.#deadLetters.letters.filter(({ queue, vhost }) => queue === this.name && vhost === this.vhost);
  }

  /** Cancels all consumers, as when the queue fails over (RabbitMQ: Consumer Cancel Notification). */
  cancelConsumers(): void {
    for (const consumer of [...this.#queue.consumers]) {
      consumer.receiver.queueDeleted(consumer);
      this.#vhost.cancelConsumer(consumer);
    }
    this.#node.endTurn();
  }

  /**
   * Refuses all messages from now on, as a full queue with `x-overflow: reject-publish` does. A change of policies ends
   * it, too. Throws `TypeError` for a stream, which is never full.
   */
  fill(): Fault {
    if (this.#queue.isStream) throw new TypeError(`'${this.name}' is a stream, and those are never full.`);
    const before = this.#queue.settings;
    const full = { ...before, maxLength: 0, overflow: "reject-publish" as const };
    this.#apply(full);
    return this.#faults.begin(() => {
      if (this.#queue.settings === full && !this.#queue.isDeleted) this.#apply(before);
    });
  }

  #apply(settings: AnyQueue["settings"]): void {
    this.#queue.apply(settings);
    this.#vhost.topologyVersion++;
    this.#node.endTurn();
  }
}
