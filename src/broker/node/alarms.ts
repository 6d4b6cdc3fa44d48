import type { Store } from "../../store/store.ts";
import type { EventSink } from "../events/events.ts";
import type { Messages } from "../message/messages.ts";

/** Part of the memory limit below which an active alarm ends. */
const CLEARED_PART = 0.8;

/** Reason of a block in RabbitMQ's words, as blocked publishers are told. */
export type BlockedReason = "low on memory" | "low on disk" | "low on memory & disk";

/** The parts of the node that alarms use. */
interface AlarmsHost {
  readonly name: string;
  readonly messages: Messages;
  readonly store: Store;
  /** Publishers are blocked while messages take more than this. In bytes. */
  readonly memoryHighWatermarkBytes: number;
}

/** Memory and disk alarms, which make publishers wait (RabbitMQ: Memory and Disk Alarms). */
export class Alarms {
  readonly #host: AlarmsHost;
  #wasMemoryAlarmOn = false;
  /** Active alarms that have been reported. */
  readonly #notified = { memory: false, disk: false };
  #untilUnblocked: (() => void)[] = [];

  constructor(host: AlarmsHost) {
    this.#host = host;
  }

  /** Reason why publishers have to wait; `undefined` when they need not. */
  get blockedReason(): BlockedReason | undefined {
    const isLowOnMemory = this.#isMemoryAlarmOn();
    if (this.#host.store.isShortOfSpace) return isLowOnMemory ? "low on memory & disk" : "low on disk";
    return isLowOnMemory ? "low on memory" : undefined;
  }

  /**
   * Returns whether the memory alarm is on. It ends somewhat below the limit: otherwise it would come and go with every
   * message.
   */
  #isMemoryAlarmOn(): boolean {
    const { messages, memoryHighWatermarkBytes } = this.#host;
    const limit = memoryHighWatermarkBytes * (this.#wasMemoryAlarmOn ? CLEARED_PART : 1);
    return this.#wasMemoryAlarmOn = messages.slabBytes > limit;
  }

  /** Reports the alarms that have started or ended since the last call. */
  notify(events: EventSink): void {
    this.#notify(events, "memory", this.#isMemoryAlarmOn());
    this.#notify(events, "disk", this.#host.store.isShortOfSpace);
  }

  #notify(events: EventSink, source: "memory" | "disk", isOn: boolean): void {
    if (this.#notified[source] === isOn) return;
    this.#notified[source] = isOn;
    events.notify(isOn ? "alarm.set" : "alarm.cleared", { source, node: this.#host.name });
  }

  /** Resolves when publishers no longer have to wait. */
  whenUnblocked(): Promise<void> {
    return new Promise((resolve) => this.#untilUnblocked.push(resolve));
  }

  /** Lets waiting publishers continue, once no alarm is on. */
  resumeUnblocked(): void {
    if (this.#untilUnblocked.length === 0 || this.blockedReason !== undefined) return;
    for (const resolve of this.#untilUnblocked.splice(0)) resolve();
  }
}
