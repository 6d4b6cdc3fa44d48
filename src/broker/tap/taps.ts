import type { Message } from "../message/messages.ts";
import type { Tap } from "./tap.ts";

/** The taps of an exchange or a stream, which see each message. */
export class Taps {
  readonly #taps = new Set<Tap>();

  get isEmpty(): boolean {
    return this.#taps.size === 0;
  }

  add(tap: Tap): void {
    this.#taps.add(tap);
  }

  remove(tap: Tap): void {
    this.#taps.delete(tap);
  }

  pass(message: Message): void {
    for (const tap of this.#taps) tap.pass(message);
  }
}

/** Adds a tap to those of an exchange or a stream. Returns a function that removes it. */
export function addTap(tapped: { taps: Taps | undefined }, tap: Tap): () => void {
  const taps = tapped.taps ??= new Taps();
  taps.add(tap);
  return () => {
    taps.remove(tap);
    if (taps.isEmpty && tapped.taps === taps) tapped.taps = undefined;
  };
}
