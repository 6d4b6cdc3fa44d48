import { md5 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

const SALT_BYTES = 4;

/** RabbitMQ's modules that hash passwords, by their names in its configuration and definitions. */
const HASHES = {
  rabbit_password_hashing_sha256: sha256,
  rabbit_password_hashing_sha512: sha512,
  rabbit_password_hashing_md5: md5,
} as const satisfies Record<HashingAlgorithm, unknown>;

/** RabbitMQ's `password_hashing_module`, and the `hashing_algorithm` of a user. */
export type HashingAlgorithm =
  | "rabbit_password_hashing_sha256"
  | "rabbit_password_hashing_sha512"
  | "rabbit_password_hashing_md5";

export const HASHING_ALGORITHMS = Object.keys(HASHES) as readonly HashingAlgorithm[];

export const DEFAULT_HASHING_ALGORITHM: HashingAlgorithm = "rabbit_password_hashing_sha256";

/** Algorithm of users in definitions without one, which come from RabbitMQ before 3.6. */
export const LEGACY_HASHING_ALGORITHM: HashingAlgorithm = "rabbit_password_hashing_md5";

export const isHashingAlgorithm = (name: string): name is HashingAlgorithm => Object.hasOwn(HASHES, name);

/** Returns the size of the hash of any password, with its salt. In bytes. */
export const hashLength = (algorithm: HashingAlgorithm): number => SALT_BYTES + HASHES[algorithm].outputLen;

/** Computes a digest. */
export type ComputeDigest = (algorithm: HashingAlgorithm, bytes: Uint8Array) => Uint8Array;

export const computeDigest: ComputeDigest = (algorithm, bytes) => HASHES[algorithm](bytes);

/** Fills an array with random bytes. */
export type RandomBytes = (bytes: Uint8Array) => Uint8Array;

/** Hashes a password as RabbitMQ does: four bytes of salt, then the hash of salt and password (RabbitMQ: Passwords). */
export function hashPassword(
  password: string,
  randomBytes: RandomBytes,
  algorithm: HashingAlgorithm = DEFAULT_HASHING_ALGORITHM,
): Uint8Array {
  return saltedHash(algorithm, randomBytes(new Uint8Array(SALT_BYTES)), encoder.encode(password));
}

/**
 * Returns whether a password has a hash. Takes the same time wherever the two differ, and for every algorithm: all
 * hashes are computed, so that the time does not reveal which users exist or how their passwords are hashed.
 */
export function verifyPassword(
  hash: Uint8Array,
  password: string,
  algorithm: HashingAlgorithm = DEFAULT_HASHING_ALGORITHM,
  digest: ComputeDigest = computeDigest,
): boolean {
  const salt = new Uint8Array(SALT_BYTES);
  salt.set(hash.subarray(0, SALT_BYTES));
  const bytes = encoder.encode(password);
  let isRight = false;
  for (const each of HASHING_ALGORITHMS) {
    const isEqual = equalInConstantTime(saltedHash(each, salt, bytes, digest), hash);
    isRight ||= isEqual && each === algorithm;
  }
  return isRight;
}

const encoder = new TextEncoder();

/**
 * Computes a hash on this thread: WebCrypto uses another one, and its answer would take most of the time of a short
 * connection.
 */
function saltedHash(
  algorithm: HashingAlgorithm,
  salt: Uint8Array,
  password: Uint8Array,
  compute: ComputeDigest = computeDigest,
): Uint8Array {
  const salted = new Uint8Array(salt.length + password.length);
  salted.set(salt);
  salted.set(password, salt.length);
  const digest = compute(algorithm, salted);
  const hash = new Uint8Array(salt.length + digest.length);
  hash.set(salt);
  hash.set(digest, salt.length);
  return hash;
}

/** Compares all of `expected`, wherever the first difference is. */
function equalInConstantTime(expected: Uint8Array, given: Uint8Array): boolean {
  let difference = expected.length ^ given.length;
  for (let i = 0; i < expected.length; i++) difference |= expected[i] ^ given[i];
  return difference === 0;
}
