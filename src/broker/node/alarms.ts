import type { Store } from "../../store/store.ts";
import type { EventSink } from "../events/events.ts";
import type { Messages } from "../message/messages.ts";

/** Part of the memory limit below which an active alarm ends. */
const CLEARED_PART = 0.8;

/** Reason of a block in RabbitMQ's words, as blocked publishers are told. */
export type BlockedReason = "low on memory" | "low on disk" | "low on memory & disk";

const SOURCES = ["memory", "disk"] as const;
type AlarmSource = typeof SOURCES[number];

/** Memory and disk alarms, which make publishers wait (RabbitMQ: Memory and Disk Alarms). */
export class Alarms {
  readonly #nodeName: string;
  readonly #messages: Messages;
  readonly #store: Store;
  readonly #memoryHighWatermarkBytes: number;
  #wasMemoryAlarmOn = false;
  /** Active alarms that have been reported. */
  readonly #told = new Set<AlarmSource>();
  #untilUnblocked: (() => void)[] = [];

  constructor(nodeName: string, messages: Messages, store: Store, memoryHighWatermarkBytes: number) {
    this.#nodeName = nodeName;
    this.#messages = messages;
    this.#store = store;
    this.#memoryHighWatermarkBytes = memoryHighWatermarkBytes;
  }

  /** Reason why publishers have to wait; `undefined` when they need not. */
  get blockedReason(): BlockedReason | undefined {
    const isLowOnMemory = this.#isMemoryAlarmOn();
    if (this.#store.isShortOfSpace) return isLowOnMemory ? "low on memory & disk" : "low on disk";
    return isLowOnMemory ? "low on memory" : undefined;
  }

  /**
   * Returns whether the memory alarm is on. It ends somewhat below the limit: otherwise it would come and go with every
   * message.
   */
  #isMemoryAlarmOn(): boolean {
    const limit = this.#memoryHighWatermarkBytes * (this.#wasMemoryAlarmOn ? CLEARED_PART : 1);
    return this.#wasMemoryAlarmOn = this.#messages.slabBytes > limit;
  }

  /** Reports the alarms that have started or ended since the last call. */
  tell(events: EventSink): void {
    const isOn = { memory: this.#isMemoryAlarmOn(), disk: this.#store.isShortOfSpace };
    for (const source of SOURCES) {
      if (isOn[source] === this.#told.has(source)) continue;
      if (isOn[source]) this.#told.add(source);
      else this.#told.delete(source);
      events.tell(isOn[source] ? "alarm.set" : "alarm.cleared", { source, node: this.#nodeName });
    }
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
