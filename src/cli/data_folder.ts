import type { Logger } from "../amqp091/logger.ts";
import { FolderInUseError } from "../runtime/folder_error.ts";
import type { LockedFolder, Runtime } from "../runtime/runtime.ts";

/** Time limit for a stopping broker to release its folder, as its successor sees it. In milliseconds. */
const HOLDER_MAX_MS = 10_000;
/** Interval between attempts to lock a folder. In milliseconds. */
const ATTEMPT_MS = 100;

/**
 * Locks and opens a data folder. Service managers start a broker while its predecessor is still stopping, so this waits
 * for it. Rejects with `FolderInUseError` when it does not stop, and with `FolderNotUsableError`.
 */
export async function openDataFolder(runtime: Runtime, path: string, log: Logger): Promise<LockedFolder> {
  const startMs = runtime.uptimeMs();
  for (let attempt = 0;; attempt++) {
    try {
      return await runtime.openFolder(path);
    } catch (error) {
      if (!(error instanceof FolderInUseError) || runtime.uptimeMs() - startMs > HOLDER_MAX_MS) throw error;
      const seconds = HOLDER_MAX_MS / 1000;
      if (attempt === 0) log("warning", `${error.problem} It has ${seconds} s to stop before this one gives up.`);
    }
    await new Promise<void>((resolve) => setTimeout(resolve, ATTEMPT_MS));
  }
}
