import type { Logger } from "../amqp091/logger.ts";
import { phrase } from "../phrase/phrase.ts";
import { StoreError } from "../store/error.ts";
import type { Files } from "../store/files.ts";

/** RabbitMQ's name of the file that tells that a data folder was in use. */
const MARKER = "node_initialized.marker";

/**
 * Checks a data folder as `prevent_startup_if_node_was_reset` asks for. Resolves to `true` when it is to be marked once it
 * has contents. Rejects with `StoreError` when it is marked and its store is empty.
 */
export async function checkNotReset(files: Files, isEmpty: boolean, log: Logger): Promise<boolean> {
  if (!(await files.list()).includes(MARKER)) return true;
  if (isEmpty) {
    throw new StoreError(
      phrase`The data folder ${files.folder} was in use before, and is empty now: its contents were lost or reset. Restore them, or remove ${MARKER} from it to start anew.`,
    );
  }
  log("info", "Node has already been initialized, proceeding with normal startup");
  return false;
}

/** Marks a data folder as one that is in use. */
export async function markInitialized(files: Files, log: Logger): Promise<void> {
  log("info", "First node startup detected, creating initialization marker");
  await (await files.open(MARKER, { create: true })).close();
  await files.syncFolder();
}
