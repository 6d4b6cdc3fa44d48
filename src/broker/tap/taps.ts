import type { Message } from "../message/messages.ts";
import type { Tap } from "./tap.ts";

/** The taps of an exchange or a stream, which see each message. */
export class Taps {
  readonly all = new Set<Tap>();

  pass(message: Message): void {
    for (const tap of this.all) tap.pass(message);
  }
}

/** Something with taps: `taps` is absent while there are none. */
interface Tapped<AllTaps> {
  taps: AllTaps | undefined;
}

/**
 * Adds a tap to those of an exchange, a stream or a queue. Returns a function that removes it.
 *
 * @param create makes what holds the first tap.
 */
export function addTap<AllTaps extends { readonly all: Set<Tap> }>(
  tapped: Tapped<AllTaps>,
  tap: Tap,
  create: () => AllTaps,
): () => void {
  const taps = tapped.taps ??= create();
  taps.all.add(tap);
  return () => {
    taps.all.delete(tap);
    if (taps.all.size === 0 && tapped.taps === taps) tapped.taps = undefined;
  };
}
