import type { Clock } from "../broker/turn/clock.ts";

/** The progress of a connection's output. */
export interface SendProgress {
  /** True while a write is under way. */
  readonly isWriting: boolean;
  /** A number that rises with each write that is done. */
  readonly writtenBytes: number;
}

/** Number of checks in the time limit: a write that makes no progress is noticed after 1 to 1.25 times that limit. */
const CHECKS = 4;

const NOTHING = () => {};

/**
 * Watches the writes of a connection (RabbitMQ: `tcp_listen_options.send_timeout`), and calls `peerDoesNotRead` once
 * when one is under way for longer than the time limit. One timer serves a connection, whatever it writes: nothing is
 * done for each write. An infinite limit is none. Returns a function that ends the watch.
 */
export function startSendTimeout(
  clock: Clock,
  timeoutMs: number,
  output: SendProgress,
  peerDoesNotRead: () => void,
): () => void {
  if (timeoutMs === Infinity) return NOTHING;
  const intervalMs = Math.ceil(timeoutMs / CHECKS);
  let written = output.writtenBytes;
  let stuckChecks = 0;
  let cancel = clock.after(intervalMs, check);

  function check(): void {
    // The first check that finds a write counts as its beginning.
    const isSameWrite = output.isWriting && output.writtenBytes === written && stuckChecks > 0;
    stuckChecks = isSameWrite ? stuckChecks + 1 : Number(output.isWriting);
    written = output.writtenBytes;
    if (stuckChecks > CHECKS) peerDoesNotRead();
    else cancel = clock.after(intervalMs, check);
  }

  return () => cancel();
}
