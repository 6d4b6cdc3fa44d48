export const OP_CONTINUATION = 0x0;
export const OP_TEXT = 0x1;
export const OP_BINARY = 0x2;
export const OP_CLOSE = 0x8;
export const OP_PING = 0x9;
export const OP_PONG = 0xa;

/** First bit of a frame: no other one of its message follows. */
export const FINAL = 0x80;
/** Largest payload of a close, ping or pong. In bytes. */
export const CONTROL_MAX_BYTES = 125;
/** Lengths that stand for a longer field behind them, of two and of eight bytes. */
export const LENGTH_16 = 126;
export const LENGTH_64 = 127;
/** Size of the longest head of an unmasked frame. In bytes. */
export const HEAD_MAX_BYTES = 10;

/** Writes the head of a final, unmasked frame at the start of `into`. Returns its size in bytes. */
export function writeHead(into: Uint8Array, opcode: number, length: number): number {
  into[0] = FINAL | opcode;
  if (length < LENGTH_16) {
    into[1] = length;
    return 2;
  }
  if (length <= 0xffff) {
    into[1] = LENGTH_16;
    into[2] = length >> 8;
    into[3] = length;
    return 4;
  }
  into[1] = LENGTH_64;
  const high = Math.floor(length / 2 ** 32);
  for (let at = 0; at < 4; at++) {
    into[2 + at] = high >>> (24 - 8 * at);
    into[6 + at] = length >>> (24 - 8 * at);
  }
  return HEAD_MAX_BYTES;
}

/** Makes a whole frame. */
export function frameOf(opcode: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEAD_MAX_BYTES + payload.length);
  const size = writeHead(frame, opcode, payload.length);
  frame.set(payload, size);
  return frame.subarray(0, size + payload.length);
}
