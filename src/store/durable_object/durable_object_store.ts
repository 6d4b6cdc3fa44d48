import { StoredIndex, type StoredIndexOptions } from "../index/stored_index.ts";
import { DurableObjectBlocks } from "./durable_object_blocks.ts";
import { DurableObjectLog } from "./durable_object_log.ts";
import { takeOver } from "./ownership.ts";
import type { DurableObjectStorage } from "./storage.ts";

export interface DurableObjectStoreOptions extends Omit<StoredIndexOptions, "log" | "blocks" | "spill"> {
  readonly storage: DurableObjectStorage;
  /** Size of the storage at most. In bytes. Default: 10 GB, the platform's limit. */
  readonly maxBytes?: number;
  /** Called when durable changes are written, in the same turn. Default: does nothing. */
  readonly onWritten?: () => void;
}

/** Opens the store in a Durable Object's storage, or starts a new one. Rejects with `StoreError`. */
export async function openDurableObjectStore(options: DurableObjectStoreOptions): Promise<StoredIndex> {
  const ownership = takeOver(options.storage);
  const log = new DurableObjectLog({ ...options, ownership });
  const blocks = new DurableObjectBlocks({ ...options, ownership });
  return await StoredIndex.open({ ...options, log, blocks });
}
