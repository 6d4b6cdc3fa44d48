import type { StoredBlock } from "../../store/block.ts";
import type { QueueHost } from "../queue/queue_host.ts";

/** After messages could not be read it is tried again after so long. In milliseconds. */
const READ_AGAIN_MS = 1000;
/** While the store is behind, it is left alone for so long. In milliseconds. */
const REST_MS = 10;

/**
 * Reads a row of the store from its front up to a position, without it. `take` is called with one block of messages a
 * turn. `what` is how a report calls who is held up. Ends early when the row is deleted.
 */
export async function scanRow(
  host: QueueHost,
  sequenceId: number,
  end: number,
  what: string,
  isDeleted: () => boolean,
  take: (block: StoredBlock) => void,
): Promise<void> {
  const rest = (delayMs: number) => new Promise<void>((resolve) => host.later(delayMs, resolve));
  let hasFailed = false;
  for (let from = 0; from < end;) {
    let block: StoredBlock | undefined;
    try {
      block = await host.store.read(sequenceId, from);
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) host.report(`${what} is held up, its messages can't be read: ${(error as Error).message}`);
      hasFailed = true;
      await rest(READ_AGAIN_MS);
      if (isDeleted()) return;
      continue;
    }
    if (isDeleted() || block === undefined) return;
    from = block.last + 1;
    take(block);
    host.endTurn();
    while (host.store.isBehind && !isDeleted()) await rest(REST_MS);
  }
}
