/** Largest size that {@linkcode copyShort} copies faster than `set`, which needs a view. In bytes. */
export const SHORT_COPY_MAX = 96;
/** Number of bytes behind the copied ones that {@linkcode copyShort} may touch, on both sides. */
export const COPY_SLACK = 3;

/**
 * Copies a few bytes, four at a time, and returns where they end in the target. Both sides must have {@linkcode
 * COPY_SLACK} more bytes; those of the target are overwritten. Takes half the time of a loop over bytes.
 */
export function copyShort(target: DataView, at: number, source: DataView, from: number, length: number): number {
  for (let i = 0; i < length; i += 4) target.setInt32(at + i, source.getInt32(from + i, true), true);
  return at + length;
}

/** Copies a few bytes and touches no others. Returns where they end in the target. */
export function copyExactly(target: DataView, at: number, source: DataView, from: number, length: number): number {
  const end = at + length;
  for (; at + 4 <= end; at += 4, from += 4) target.setInt32(at, source.getInt32(from, true), true);
  while (at < end) target.setUint8(at++, source.getUint8(from++));
  return end;
}

/** Returns whether a few bytes are equal. The last ones are compared first, as names differ more often at their end. */
export function areEqual(a: DataView, aAt: number, b: DataView, bAt: number, length: number): boolean {
  let i = length - 4;
  for (; i >= 0; i -= 4) if (a.getInt32(aAt + i) !== b.getInt32(bAt + i)) return false;
  for (i += 3; i >= 0; i--) if (a.getUint8(aAt + i) !== b.getUint8(bAt + i)) return false;
  return true;
}

let lastBytes: Uint8Array = new Uint8Array(0);
let lastView = new DataView(lastBytes.buffer);

/**
 * Returns a view of the memory of some bytes, for copying. It is made once for the bytes of the last call, as all
 * messages of a chunk are copied out of the same bytes. Making one takes as long as reading a hundred bytes, so it does
 * not pay for a chunk without messages. The function is called four times a message, and short so that Bun inlines it.
 */
export function cachedViewOf(bytes: Uint8Array): DataView {
  if (bytes !== lastBytes) {
    lastBytes = bytes;
    lastView = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return lastView;
}

/** Returns a new view of a part of some bytes. */
export const viewOfPart = ({ buffer, byteOffset }: Uint8Array, at: number, length: number): DataView =>
  new DataView(buffer, byteOffset + at, length);

/** Returns the memory of a view as bytes. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: DataView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
