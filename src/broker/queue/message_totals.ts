import type { Message, Messages } from "../message/messages.ts";

/** Totals of some messages of a queue. Bytes are those of bodies, as in RabbitMQ's `message_bytes`. */
export class MessageTotals {
  count = 0;
  bytes = 0;
  /** Of these, the messages that the store has. */
  persistentCount = 0;
  persistentBytes = 0;

  /** Adds a message that is in memory. */
  add(message: Message, messages: Messages): void {
    const bytes = messages.bodyBytes(message);
    this.addAll(1, bytes, messages.isPersistent(message));
  }

  /** Adds messages that are all persistent, or all transient. */
  addAll(count: number, bytes: number, arePersistent: boolean): void {
    this.count += count;
    this.bytes += bytes;
    if (!arePersistent) return;
    this.persistentCount += count;
    this.persistentBytes += bytes;
  }

  addTotals({ count, bytes, persistentCount, persistentBytes }: MessageTotals): void {
    this.count += count;
    this.bytes += bytes;
    this.persistentCount += persistentCount;
    this.persistentBytes += persistentBytes;
  }

  /** Counts all messages as persistent, or none. */
  setPersistent(arePersistent: boolean): void {
    this.persistentCount = arePersistent ? this.count : 0;
    this.persistentBytes = arePersistent ? this.bytes : 0;
  }
}
