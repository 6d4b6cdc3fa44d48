import type { Access } from "../../access/access.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import type { Clock } from "../turn/clock.ts";
import type { AcknowledgementTick } from "./acknowledgement_tick.ts";
import type { Admission, NodeLimits } from "./admission.ts";
import type { SessionOptions } from "./session.ts";

/** What sessions need of the broker. */
export interface SessionHost extends QueueHost {
  readonly clock: Clock;
  readonly access: Access;
  readonly limits: NodeLimits;
  readonly admission: Admission;
  readonly sessionOptions: SessionOptions;
  readonly acknowledgementTick: AcknowledgementTick;
  /** Why publishers have to wait, or `undefined` when they need not. */
  readonly blockedReason: string | undefined;
  /** Resolves when publishers need not wait any more. */
  whenUnblocked(): Promise<void>;
  /** Resolves when the store has caught up with what was appended. */
  whenCaughtUp(): Promise<void>;
  /** Returns a unique part of a name: 22 characters that are valid in any name. */
  uniqueName(): string;
}
