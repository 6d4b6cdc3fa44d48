/** Number of bits for each value, and of those set: fewer than one in a hundred blocks is read in vain. */
const BITS_PER_VALUE = 10;
const BITS_SET = 7;
const BYTES_MIN = 16;
/** With more values than there is room for in that, more blocks are read in vain. */
const BYTES_MAX = 255;

/** Which values the messages of a block may have: a bloom filter. */
export interface ValueFilter {
  /** Empty where no message has a value. */
  readonly bits: Uint8Array;
  /** True when there are messages without a value. */
  readonly hasMessagesWithout: boolean;
}

/** Filter of a block in which no message has a value, as in most. */
const WITHOUT_VALUES: ValueFilter = { bits: new Uint8Array(0), hasMessagesWithout: true };

/** A filter that was written: its bits lie somewhere else. */
export function valueFilter(bits: Uint8Array, hasMessagesWithout: boolean): ValueFilter {
  return bits.length === 0 && hasMessagesWithout ? WITHOUT_VALUES : { bits, hasMessagesWithout };
}

/** Makes the filter of a block from the values of its messages. */
export class ValueFilterBuilder {
  readonly #hashes = new Set<number>();
  #hasMessagesWithout = false;

  /** Adds the value of a message, or that it has none. */
  add(value: Uint8Array | undefined): void {
    if (value === undefined) this.#hasMessagesWithout = true;
    else this.#hashes.add(valueHash(value));
  }

  built(): ValueFilter {
    const count = this.#hashes.size;
    if (count === 0) return valueFilter(new Uint8Array(0), this.#hasMessagesWithout);
    const bytes = Math.min(BYTES_MAX, Math.max(BYTES_MIN, Math.ceil(count * BITS_PER_VALUE / 8)));
    const bits = new Uint8Array(bytes);
    for (const hash of this.#hashes) eachBit(hash, bytes * 8, (bit) => bits[bit >> 3] |= 1 << (bit & 7));
    return { bits, hasMessagesWithout: this.#hasMessagesWithout };
  }
}

/** Returns the hash by which a value is found. */
export function valueHash(value: Uint8Array): number {
  // FNV-1a
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value[i], 0x01000193);
  return hash >>> 0;
}

/** Returns whether a message with the value of this hash may be there; if false, there is none. */
export function mayHold({ bits }: ValueFilter, hash: number): boolean {
  if (bits.length === 0) return false;
  let isSet = true;
  eachBit(hash, bits.length * 8, (bit) => isSet &&= (bits[bit >> 3] & 1 << (bit & 7)) !== 0);
  return isSet;
}

/** Two hashes make all others (Kirsch and Mitzenmacher, Less Hashing, Same Performance). */
function eachBit(hash: number, count: number, visit: (bit: number) => void): void {
  let mixed = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  mixed = Math.imul(mixed ^ mixed >>> 13, 0xc2b2ae35);
  const step = ((mixed ^ mixed >>> 16) | 1) >>> 0;
  for (let i = 0; i < BITS_SET; i++) visit((hash + i * step) % count);
}
