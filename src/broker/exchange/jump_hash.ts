const MASK_21 = 2 ** 21 - 1;
/** Size of the generator's state, in numbers. */
const STATE_NUMBERS = 16;
const bits64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/**
 * Lamping and Veach's jump consistent hash: returns the bucket of a key, from 0 on. With one more bucket, keys move
 * there or stay where they are. Its random numbers are those of Erlang's `exs1024`, so that the bucket is that of
 * RabbitMQ's plugin.
 */
export function jumpConsistentHash(key: number, buckets: number): number {
  const random = seeded(key);
  let bucket = 0;
  for (let next = 0; next < buckets; next = Math.trunc((bucket + 1) / random())) bucket = next;
  return bucket;
}

/** Sebastiano Vigna's xorshift1024*: returns a generator of numbers from 0 to 1. Only 21 bits of the key count. */
function seeded(key: number): () => number {
  const [high, middle, low] = [2097131, 2097133, 2097143].map((prime) =>
    BigInt(((key & MASK_21) + 1) * prime % (MASK_21 + 1))
  );
  const numbers = initialNumbers(high << 43n | middle << 22n | low << 1n | 1n);
  let at = 0;
  return () => {
    const first = numbers[at];
    at = (at + 1) % STATE_NUMBERS;
    let second = numbers[at];
    second ^= bits64(second << 31n);
    second ^= second >> 11n;
    const next = first ^ first >> 30n ^ second;
    numbers[at] = next;
    return Number(bits64(next * 1181783497276652981n)) / 2 ** 64;
  };
}

/** Returns numbers of xorshift64*, the last one first. */
function initialNumbers(seed: bigint): bigint[] {
  const numbers: bigint[] = new Array(STATE_NUMBERS);
  let state = seed;
  for (let i = STATE_NUMBERS - 1; i >= 0; i--) {
    state ^= state >> 12n;
    state ^= bits64(state << 25n);
    state ^= state >> 27n;
    numbers[i] = bits64(state * 2685821657736338717n);
  }
  return numbers;
}
