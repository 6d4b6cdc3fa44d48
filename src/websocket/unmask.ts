/** Length below which single bytes are as fast as words. In bytes. */
const WORDS_MIN_BYTES = 16;

/**
 * Unmasks `count` bytes at `from` (RFC 6455 §5.3), and moves them to `to`, which is not behind them. `mask` has the byte
 * for the first one lowest. `view` shows the same memory: unaligned words through it are several times as fast as bytes.
 */
export function unmask(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  to: number,
  count: number,
  mask: number,
): void {
  let at = 0;
  if (count >= WORDS_MIN_BYTES) {
    for (const end = count - 3; at < end; at += 4) {
      view.setInt32(to + at, view.getInt32(from + at, true) ^ mask, true);
    }
  }
  for (; at < count; at++) bytes[to + at] = bytes[from + at] ^ (mask >>> ((at & 3) << 3));
}

/** Returns the mask for what follows `count` bytes. */
export function rotateMask(mask: number, count: number): number {
  const bits = (count & 3) << 3;
  return mask >>> bits | mask << (32 - bits);
}
