import { type ChannelError, preconditionFailed } from "../../wire/error.ts";
import { queueTypeName } from "../queue/queue_type.ts";
import type { Consumer } from "../queue/consumers/consumer.ts";
import type { AcknowledgementTick, Ticking } from "./acknowledgement_tick.ts";
import { DeliveryAges } from "./delivery_ages.ts";
import { loggedNameOf } from "./origin_fields.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Maximum number of notes of delivery ages within the shortest acknowledgement timeout. */
const NOTES_PER_TIMEOUT = 64;

/**
 * Closes a channel when a delivery stays unacknowledged for too long (RabbitMQ: Delivery Acknowledgement Timeout). A
 * delivery costs nothing for that: its age follows from the notes taken at each check of the channel.
 */
export class AcknowledgementTimeout implements Ticking {
  readonly #subscriptions: Subscriptions;
  readonly #ages = new DeliveryAges();
  /** Shortest acknowledgement timeout of deliveries without a consumer, as it was cancelled or they were fetched. */
  #timeoutOfOthersMs = Infinity;

  constructor(subscriptions: Subscriptions) {
    this.#subscriptions = subscriptions;
  }

  get #tick(): AcknowledgementTick {
    return this.#subscriptions.channel.session.node.acknowledgementTick;
  }

  /** Notes that the channel has a new consumer that acknowledges. */
  added(consumer: Consumer): void {
    this.#tick.add(this, this.#timeoutMs(consumer));
  }

  /** Notes that deliveries to a cancelled consumer may stay unacknowledged. */
  left(consumer: Consumer): void {
    this.#timeoutOfOthersMs = Math.min(this.#timeoutOfOthersMs, this.#timeoutMs(consumer));
    this.#tick.add(this, this.#timeoutOfOthersMs);
  }

  /** Ends the checks, as the channel is closed. */
  end(): void {
    this.#tick.remove(this);
  }

  /** Returns a consumer's acknowledgement timeout. In milliseconds; `Infinity` for none. */
  #timeoutMs({ timeoutMs, queue }: Consumer): number {
    const { options, node } = this.#subscriptions.channel.session;
    if (!node.behaviour.timesOutAllConsumers && queueTypeName(queue.arguments) !== "quorum") return Infinity;
    const orDefault = timeoutMs ?? queue.settings.consumerTimeoutMs ?? options.consumerTimeoutMs;
    return orDefault === false ? Infinity : orDefault;
  }

  tick(nowMs: number): number | undefined {
    const { unacked, consumers, lastDeliveryTag } = this.#subscriptions;
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
    const { channel, unacked } = this.#subscriptions;
    const { vhost, origin } = channel.session;
    const mayBeOverdue = this.#ages.lastOlderThan(shortestMs, nowMs);
    const consumer = unacked.findConsumer(
      mayBeOverdue,
      (tag, consumer) => tag <= this.#ages.lastOlderThan(this.#timeoutMs(consumer), nowMs),
    );
    if (consumer === undefined) return;
    const timeoutMs = this.#timeoutMs(consumer);
    const queue = vhost.queuePhrase(consumer.queue.name);
    const connection = loggedNameOf(origin);
    const line =
      `Consumer '${consumer.tag}' on channel ${channel.number} of connection ${connection} and ${queue} has ` +
      `timed out waiting for a consumer acknowledgement of a delivery. Timeout used: ${timeoutMs} ms.`;
    origin.log("warning", line, "channel");
    channel.sink.failed(timedOut(channel.number, timeoutMs));
  }
}

const timedOut = (channel: number, timeoutMs: number): ChannelError =>
  preconditionFailed(
    `delivery acknowledgement on channel ${channel} timed out. Timeout value used: ${timeoutMs} ms. ` +
      `This timeout value can be configured, see consumers doc guide to learn more`,
  );
