import type { Message } from "../message/messages.ts";

/** What takes messages in at the end of their route: a queue, or what keeps them back for an exchange until they are due. */
export interface Target {
  readonly kind: "queue" | "delay";
  readonly name: string;
  readonly isDurable: boolean;
  readonly isDeleted: boolean;
  /** How many messages there are for consumers. */
  readonly readyCount: number;
  /** How far its consumers are behind: how many messages wait for those that are the furthest. */
  readonly behindCount: number;

  /** Whether messages that come have to be looked at, as `enqueue.ts` does. */
  readonly isConstrained: boolean;
  /** Whether messages need the time at which they came. */
  readonly keepsTime: boolean;
  /** Whether the store gets to know transient messages too. */
  readonly keepsTransient: boolean;
  /** Whether it does not want a message. That may be dead-lettered then. */
  refuses(message: Message): boolean;
  /** A message that expires some day is going to come. */
  expectExpiry(): void;
  /** Takes over one reference to a message, and returns its position. */
  enqueue(message: Message): number;
  /** What the store calls the row of messages in which a position is, and the position in it. */
  storedIdAt(position: number): number;
  storedPositionAt(position: number): number;
  /** Takes out what there are too many of. */
  enforceLimit(): void;

  /** Whether there is so much for its consumers that who publishes should wait for them. */
  isBehindBy(limit: number): boolean;
  /** Calls back once, when no more than `limit` messages wait or nobody consumes them. Returns what takes that back. */
  whenBelow(limit: number, callback: () => void): () => void;
}
