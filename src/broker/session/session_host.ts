import type { Histogram } from "../../measure/histogram.ts";
import type { Access } from "../../access/access.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import type { Clock } from "../turn/clock.ts";
import type { AcknowledgementTick } from "./acknowledgement_tick.ts";
import type { Admission, NodeLimits } from "./admission.ts";
import type { Channel } from "./channel.ts";
import type { MessageInterceptors } from "./message_interceptors.ts";
import type { PairCounts } from "./pairs/pair_counts.ts";
import type { Publisher, PublisherSink } from "./publisher.ts";
import type { SessionOptions } from "./session.ts";

/** The parts of the broker that sessions use. */
export interface SessionHost extends QueueHost {
  readonly clock: Clock;
  readonly access: Access;
  readonly limits: NodeLimits;
  readonly admission: Admission;
  /** Sizes of the bodies of messages from connections. In bytes. */
  readonly messageSizes: Histogram;
  readonly sessionOptions: SessionOptions;
  /** What is added to messages; `undefined` for nothing. */
  readonly interceptors: MessageInterceptors | undefined;
  /** Counts by channel, exchange and queue; `undefined` where they are not kept. */
  readonly pairCounts: PairCounts | undefined;
  readonly acknowledgementTick: AcknowledgementTick;
  /** Reason why publishers have to wait; `undefined` when they need not. */
  readonly blockedReason: string | undefined;
  /** Resolves when publishers no longer have to wait. */
  whenUnblocked(): Promise<void>;
  /** Resolves when the store has caught up with everything appended. */
  whenCaughtUp(): Promise<void>;
  /** Makes the publisher of a new channel. Tests replace it. */
  readonly newPublisher: (channel: Channel, sink: PublisherSink) => Publisher;
  /** Returns a unique part of a name: 22 characters that are valid in any name. */
  uniqueName(): string;
}
