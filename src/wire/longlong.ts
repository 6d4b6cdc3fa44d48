/**
 * Returns the unsigned 64-bit number that lies `at`, rounded beyond 2^53. Small ones never become floating-point numbers
 * on the way, which costs more than reading them.
 */
export function longlongAt(bytes: Uint8Array, at: number): number {
  const high = bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
  const low = bytes[at + 4] << 24 | bytes[at + 5] << 16 | bytes[at + 6] << 8 | bytes[at + 7];
  return high === 0 && low >= 0 ? low : (high >>> 0) * 0x100000000 + (low >>> 0);
}

/** Writes a whole number that is not negative as an unsigned 64-bit number. */
export function setLonglong(target: DataView, at: number, value: number): void {
  target.setInt32(at, value > 0xffffffff ? Math.floor(value / 0x100000000) : 0);
  target.setInt32(at + 4, value);
}
