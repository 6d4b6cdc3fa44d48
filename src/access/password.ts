const SALT_BYTES = 4;

/** Fills an array with random bytes. */
export type RandomBytes = (bytes: Uint8Array) => Uint8Array;

/**
 * RabbitMQ's salted hash of a password: four bytes of salt, then the SHA-256 of salt and password
 * (RabbitMQ: Passwords, `rabbit_password_hashing_sha256`).
 */
export async function hashPassword(password: string, randomBytes: RandomBytes): Promise<Uint8Array> {
  return await saltedHash(randomBytes(new Uint8Array(SALT_BYTES)), password);
}

/** Whether a password is the one that was hashed. Takes the same time wherever the two differ. */
export async function isPasswordOf(hash: Uint8Array, password: string): Promise<boolean> {
  const candidate = await saltedHash(hash.subarray(0, SALT_BYTES), password);
  let difference = candidate.length ^ hash.length;
  for (let i = 0; i < candidate.length; i++) difference |= candidate[i] ^ hash[i];
  return difference === 0;
}

async function saltedHash(salt: Uint8Array, password: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(password);
  const salted = new Uint8Array(salt.length + bytes.length);
  salted.set(salt);
  salted.set(bytes, salt.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", salted));
  const hash = new Uint8Array(salt.length + digest.length);
  hash.set(salt);
  hash.set(digest, salt.length);
  return hash;
}
