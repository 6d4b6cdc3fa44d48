import type { MessageBytes, MessageContent } from "../../store/message_content.ts";
import type { Store } from "../../store/store.ts";
import type { DiskCounts } from "./disk_counts.ts";
import type { Message } from "./messages.ts";
import type { LateReceipt } from "./receipt.ts";
import type { Position, SequenceId } from "../../store/sequence.ts";

/** The part of a broker that keeps the messages of a target. */
export interface TargetHost {
  readonly store: Pick<Store, "durable" | "enqueued"> & {
    enqueue(message: MessageBytes, ids: readonly number[], positions: readonly Position[], count: number): void;
  };
  readonly diskCounts: DiskCounts;
  whenDurable(position: number, callback: () => void): void;
}

/** A target in another process. */
export interface RemoteTarget {
  /**
   * Sends a message, which is valid until the end of the call. The receipt learns once whether it was taken, even when
   * the other process goes away.
   */
  send(message: MessageContent, receipt: LateReceipt): void;
}

/** The end of a message's route: a queue, or the delayed messages of an exchange. */
export interface Target {
  readonly kind: "queue" | "delay";
  readonly name: string;
  readonly isDurable: boolean;
  readonly isDeleted: boolean;
  /** The host that keeps its messages: targets with one host share a log. */
  readonly host: TargetHost;
  /** Set for a target in another process; then nothing else is used. */
  readonly remote?: RemoteTarget;
  /** Number of its messages that went to the store since the broker started. `routing/give.ts` counts them. */
  writtenCount: number;
  /** Number of messages ready for consumers. */
  readonly readyCount: number;
  /** Number of messages that wait for its consumers, or for the most advanced of them. */
  readonly behindCount: number;

  /** True when rules apply to arriving messages, as `give.ts` says. */
  readonly isConstrained: boolean;
  /** True when messages need their time of arrival. */
  readonly keepsTime: boolean;
  /** True when the store gets transient messages too. */
  readonly keepsTransient: boolean;
  /** Returns whether it refuses a message, which may then be dead-lettered. */
  refuses(message: Message): boolean;
  /** Notes that a message with an expiration will come. */
  expectExpiry(): void;
  /** Takes over one reference to a message. Returns its position. */
  enqueue(message: Message): number;
  /** Returns the id of the stored sequence with a position, and the position in it. */
  storedIdAt(position: number): SequenceId;
  storedPositionAt(position: number): Position;
  /** Removes messages above the limits. */
  enforceLimit(): void;

  /** Returns whether publishers should wait for its consumers to catch up. */
  isBehindBy(limit: number): boolean;
  /** Calls back once when at most `limit` messages wait or there are no consumers. Returns a function to cancel that. */
  whenBelow(limit: number, callback: () => void): () => void;
}
