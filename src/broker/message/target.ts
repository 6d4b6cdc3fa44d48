import type { MessageBytes, MessageContent, Store } from "../../store/store.ts";
import type { DiskCounts } from "./disk_counts.ts";
import type { Message } from "./messages.ts";
import type { LateReceipt } from "./receipt.ts";

/** The part of a broker that keeps what a target is given. */
export interface TargetHost {
  readonly store: Pick<Store, "durable" | "enqueued"> & {
    enqueue(message: MessageBytes, ids: readonly number[], positions: readonly number[], count: number): void;
  };
  readonly diskCounts: DiskCounts;
  whenDurable(position: number, callback: () => void): void;
}

/** A target in another process. */
export interface RemoteTarget {
  /**
   * Sends a message, which is good until the end of the call. The receipt is told once whether it was taken: also when the
   * other process goes away.
   */
  send(message: MessageContent, receipt: LateReceipt): void;
}

/** The end of a message's route: a queue, or the delayed messages of an exchange. */
export interface Target {
  readonly kind: "queue" | "delay";
  readonly name: string;
  readonly isDurable: boolean;
  readonly isDeleted: boolean;
  /** Where it is kept: targets with one host share a log. */
  readonly host: TargetHost;
  /** Set for a target in another process, of which nothing but this is asked then. */
  readonly remote?: RemoteTarget;
  /** Number of messages of it that went to the store since the broker started. `routing/give.ts` counts them. */
  writtenCount: number;
  /** Number of messages ready for consumers. */
  readonly readyCount: number;
  /** Number of messages that wait for its consumers, for the most advanced ones. */
  readonly behindCount: number;

  /** Whether rules apply to arriving messages, as `give.ts` says. */
  readonly isConstrained: boolean;
  /** Whether messages need their time of arrival. */
  readonly keepsTime: boolean;
  /** Whether the store gets to know transient messages too. */
  readonly keepsTransient: boolean;
  /** Returns whether it refuses a message, which may then be dead-lettered. */
  refuses(message: Message): boolean;
  /** A message that expires some day is going to come. */
  expectExpiry(): void;
  /** Takes over one reference to a message. Returns its position. */
  enqueue(message: Message): number;
  /** The id of the sequence in the store that has a position, and the position in it. */
  storedIdAt(position: number): number;
  storedPositionAt(position: number): number;
  /** Removes messages above the limits. */
  enforceLimit(): void;

  /** Whether publishers should wait for its consumers to catch up. */
  isBehindBy(limit: number): boolean;
  /** Calls back once when at most `limit` messages wait or there are no consumers. Returns a function to cancel that. */
  whenBelow(limit: number, callback: () => void): () => void;
}
