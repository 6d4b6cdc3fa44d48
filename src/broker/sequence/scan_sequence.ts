import type { StoredBlock } from "../../store/block.ts";
import type { Store } from "../../store/store.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** Delay before a failed read is retried. In milliseconds. */
const READ_AGAIN_MS = 1000;
/** Pause of reading while the store is behind. In milliseconds. */
const REST_MS = 10;

/** The parts of the broker that reading a sequence uses. */
interface ScanHost {
  readonly store: Store;
  later(delayMs: number, callback: () => void): void;
  endTurn(): void;
  report(line: string): void;
}

/**
 * Reads a sequence of messages from its front up to a position, which is excluded. `take` is called with one block of
 * messages in each turn. `what` names in reports what is held up. Ends early when the sequence is deleted.
 */
export async function scanSequence(
  host: ScanHost,
  sequenceId: SequenceId,
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
