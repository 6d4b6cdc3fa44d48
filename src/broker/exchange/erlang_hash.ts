/** Digits of the golden ratio: Erlang mixes in a multiple of it for each kind of term. */
export const GOLDEN = 0x9e3779b9 | 0;
const BINARY = Math.imul(GOLDEN, 13);
const NIL = Math.imul(GOLDEN, 2);
const NIL_VALUE = 2;
const BLOCK_BYTES = 12;

/** `phash2` of the atom `undefined`, which stands for a missing value. */
export const PHASH2_UNDEFINED = 45914356;
export const PHASH2_TRUE = 506293;
export const PHASH2_FALSE = 7111573;

/** Mask of `phash2`, which has 27 bits. */
const PHASH2_MASK = 2 ** 27 - 1;

const utf8 = new TextEncoder();
const bytesOf = (text: string | Uint8Array): Uint8Array => typeof text === "string" ? utf8.encode(text) : text;

/** The three numbers that {@linkcode mix} mixes; reused for each hash. */
const state = new Int32Array(3);

/**
 * Erlang's `phash2` of a binary: at least 0 and less than 2 ** 27. It is the same in all versions of Erlang, so a
 * message goes where RabbitMQ would send it.
 */
export function phash2(text: string | Uint8Array): number {
  return hashBinary(bytesOf(text), 0) & PHASH2_MASK;
}

/** Erlang's `phash2` of a list with at least one binary. */
export function phash2OfList(texts: readonly string[]): number {
  let hash = 0;
  for (const text of texts) hash = hashBinary(bytesOf(text), hash);
  return hashNil(hash) & PHASH2_MASK;
}

/** Hashes the end of a list, after its elements. */
export const hashNil = (hash: number): number => hashPair(NIL_VALUE, 0, NIL, hash);

/** Hashes two numbers after `hash`, with the multiple of {@linkcode GOLDEN} of their kind. */
export function hashPair(first: number, second: number, kind: number, hash: number): number {
  state[0] = kind + first;
  state[1] = kind + second;
  state[2] = hash;
  mix();
  return state[2];
}

/** Bob Jenkins' hash of 1996, known as lookup2. */
export function hashBinary(bytes: Uint8Array, seed: number): number {
  const { length } = bytes;
  if (length === 0) return BINARY + seed | 0;
  state[0] = state[1] = GOLDEN;
  state[2] = BINARY + seed;
  let at = 0;
  for (; length - at >= BLOCK_BYTES; at += BLOCK_BYTES) {
    for (let i = 0; i < BLOCK_BYTES; i++) state[i >> 2] += bytes[at + i] << (i & 3) * 8;
    mix();
  }
  state[2] += length;
  for (let i = 0; at + i < length; i++) {
    // The lowest byte of the last number holds the length.
    const place = i < 8 ? i : i + 1;
    state[place >> 2] += bytes[at + i] << (place & 3) * 8;
  }
  mix();
  return state[2];
}

function mix(): void {
  let [a, b, c] = state;
  a = (a - b - c) ^ c >>> 13;
  b = (b - c - a) ^ a << 8;
  c = (c - a - b) ^ b >>> 13;
  a = (a - b - c) ^ c >>> 12;
  b = (b - c - a) ^ a << 16;
  c = (c - a - b) ^ b >>> 5;
  a = (a - b - c) ^ c >>> 3;
  b = (b - c - a) ^ a << 10;
  c = (c - a - b) ^ b >>> 15;
  state[0] = a;
  state[1] = b;
  state[2] = c;
}
