import type { Traffic } from "../load/traffic.ts";

/** A case that is measured in a tab. */
export interface TabCase {
  readonly name: string;
  /**
   * Way of the messages: over a `MessagePort` between page and Worker, over the `BroadcastChannel` that tabs use, or by
   * the API within the Worker.
   */
  readonly by: "port" | "channel" | "api";
  readonly traffic: Traffic;
}

/** Result of a case. */
export interface TabResult {
  /** Messages that reached the consumer, a second. */
  readonly perSecond: number;
  /** Number of messages that reached the consumer, in the warm-up too. */
  readonly consumed: number;
  /** Number of messages that were lost, repeated or out of order. */
  readonly wrong: number;
}
