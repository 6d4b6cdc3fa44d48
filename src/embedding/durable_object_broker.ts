import { Broker, type BrokerOptions } from "./broker.ts";
import { openDurableObjectStore } from "../store/durable_object/durable_object_store.ts";
import { ObjectAlarm } from "../store/durable_object/object_alarm.ts";
import type { DurableObjectStorage } from "../store/durable_object/storage.ts";

/** Memory for messages in a Durable Object, which has 128 MB for all. In bytes. */
const MEMORY_BYTES = 32 * 1024 * 1024;

/** The settings of a broker in a Durable Object. */
export interface DurableObjectBrokerOptions extends Omit<BrokerOptions, "store"> {
  /** Size of the storage at most. In bytes. Default: 10 GB, the platform's limit. */
  readonly maxBytes?: number;
}

/** A broker that keeps what is durable in a Durable Object. */
export interface DurableObjectBroker {
  /** The broker, which must not be closed: the platform ends it. */
  readonly broker: Broker;
  /** To be called by the object's own `alarm`: does what was due while the object was evicted. */
  alarm(): Promise<void>;
}

/**
 * Opens the broker of a Durable Object with SQLite, with everything that its storage has. Confirms are sent when the
 * storage has synced. The object's alarm belongs to the broker: it wakes the object for the next expiry or delay.
 * Rejects with `StoreError` when the storage can't be used as it is.
 *
 * ```ts
 * export class MessageBroker {
 *   constructor(ctx) {
 *     this.opening = ctx.blockConcurrencyWhile(() => openDurableObjectBroker(ctx.storage));
 *   }
 *   async alarm() {
 *     await (await this.opening).alarm();
 *   }
 * }
 * ```
 */
export async function openDurableObjectBroker(
  storage: DurableObjectStorage,
  options: DurableObjectBrokerOptions = {},
): Promise<DurableObjectBroker> {
  const alarm = await ObjectAlarm.open(storage);
  const store = await openDurableObjectStore({
    storage,
    maxBytes: options.maxBytes,
    report: options.log,
    onWritten: () => alarm.arm(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  });
  const broker = new Broker({ memoryHighWatermarkBytes: MEMORY_BYTES, ...options, store });
  alarm.follow(() => broker.nextDueAtMs);
  return { broker, alarm: () => alarm.fired() };
}
