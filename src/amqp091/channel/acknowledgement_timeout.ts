import { type ChannelError, preconditionFailed } from "../../wire/error.ts";
import type { Consumer } from "../../broker/queue/consumers/consumer.ts";
import type { Ticking } from "./channel_tick.ts";
import type { Consuming } from "./consuming.ts";
import { DeliveryAges } from "./delivery_ages.ts";

/** How old deliveries are is noted so often in the shortest time that one may stay unacknowledged, at most. */
const NOTES_PER_TIMEOUT = 64;

/**
 * Has a channel closed when a delivery stays unacknowledged for too long (RabbitMQ: Delivery Acknowledgement Timeout).
 * Deliveries cost nothing for it: how old they are is known by what was noted when the channel was looked at.
 */
export class AcknowledgementTimeout implements Ticking {
  readonly #consuming: Consuming;
  readonly #ages = new DeliveryAges();
  /** The shortest time that a delivery may stay unacknowledged whose consumer is gone, or that never had one. */
  #timeoutOfOthersMs = Infinity;

  constructor(consuming: Consuming) {
    this.#consuming = consuming;
  }

  /** The channel has a new consumer that acknowledges. */
  added(consumer: Consumer): void {
    this.#consuming.session.channelTick.add(this, this.#timeoutMs(consumer));
  }

  /** Deliveries may stay unacknowledged that went to a consumer which the channel does not have any more. */
  left(consumer: Consumer): void {
    this.#timeoutOfOthersMs = Math.min(this.#timeoutOfOthersMs, this.#timeoutMs(consumer));
    this.#consuming.session.channelTick.add(this, this.#timeoutOfOthersMs);
  }

  /** The channel is closed. */
  end(): void {
    this.#consuming.session.channelTick.remove(this);
  }

  /** How long a delivery to a consumer may stay unacknowledged; `Infinity` for ever. */
  #timeoutMs({ timeoutMs, queue }: Consumer): number {
    const { options } = this.#consuming.session;
    const orDefault = timeoutMs ?? queue.settings.consumerTimeoutMs ?? options.consumerTimeoutMs;
    return orDefault === false ? Infinity : orDefault;
  }

  tick(nowMs: number): number | undefined {
    const { unacked, consumers, lastDeliveryTag } = this.#consuming;
    if (unacked.count === 0) this.#timeoutOfOthersMs = Infinity;
    let shortestMs = this.#timeoutOfOthersMs;
    let isNeeded = unacked.count > 0;
    for (const consumer of consumers) {
      if (consumer.noAck) continue;
      isNeeded = true;
      shortestMs = Math.min(shortestMs, this.#timeoutMs(consumer));
    }
    if (!isNeeded) return undefined;
    this.#ages.forgetBefore(unacked.count === 0 ? Infinity : unacked.firstTag);
    if (unacked.count > 0 && shortestMs < Infinity) {
      this.#ages.note(lastDeliveryTag, nowMs, shortestMs / NOTES_PER_TIMEOUT);
      this.#findOverdue(shortestMs, nowMs);
    }
    return shortestMs;
  }

  #findOverdue(shortestMs: number, nowMs: number): void {
    const { session, channel, unacked } = this.#consuming;
    const mayBeOverdue = this.#ages.lastOlderThan(shortestMs, nowMs);
    const consumer = unacked.findConsumer(
      mayBeOverdue,
      (tag, consumer) => tag <= this.#ages.lastOlderThan(this.#timeoutMs(consumer), nowMs),
    );
    if (consumer === undefined) return;
    const timeoutMs = this.#timeoutMs(consumer);
    const queue = session.vhost.queuePhrase(consumer.queue.name);
    session.log("warning", `channel ${channel}: consumer '${consumer.tag}' of ${queue} acknowledges too late`);
    session.failChannel(channel, timedOut(channel, timeoutMs));
  }
}

const timedOut = (channel: number, timeoutMs: number): ChannelError =>
  preconditionFailed(
    `delivery acknowledgement on channel ${channel} timed out. Timeout value used: ${timeoutMs} ms. ` +
      `This timeout value can be configured, see consumers doc guide to learn more`,
  );
