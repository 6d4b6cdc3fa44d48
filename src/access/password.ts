import { sha256 } from "@noble/hashes/sha2.js";

const SALT_BYTES = 4;

/** Fills an array with random bytes. */
export type RandomBytes = (bytes: Uint8Array) => Uint8Array;

/**
 * RabbitMQ's salted hash of a password: four bytes of salt, then the SHA-256 of salt and password
 * (RabbitMQ: Passwords, `rabbit_password_hashing_sha256`).
 */
export function hashPassword(password: string, randomBytes: RandomBytes): Uint8Array {
  return saltedHash(randomBytes(new Uint8Array(SALT_BYTES)), password);
}

/** Whether a password is the one that was hashed. Takes the same time wherever the two differ. */
export function isPasswordOf(hash: Uint8Array, password: string): boolean {
  const candidate = saltedHash(hash.subarray(0, SALT_BYTES), password);
  let difference = candidate.length ^ hash.length;
  for (let i = 0; i < candidate.length; i++) difference |= candidate[i] ^ hash[i];
  return difference === 0;
}

/** Computed here and now: WebCrypto does it on another thread, whose answer a short connection spends its time on. */
function saltedHash(salt: Uint8Array, password: string): Uint8Array {
  const bytes = new TextEncoder().encode(password);
  const salted = new Uint8Array(salt.length + bytes.length);
  salted.set(salt);
  salted.set(bytes, salt.length);
  const digest = sha256(salted);
  const hash = new Uint8Array(salt.length + digest.length);
  hash.set(salt);
  hash.set(digest, salt.length);
  return hash;
}
