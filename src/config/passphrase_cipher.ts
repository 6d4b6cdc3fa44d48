/** How a value is encrypted by a passphrase. */
export interface CipherChoice {
  readonly cipher: string;
  readonly hash: string;
  /** Iterations of PBKDF2. */
  readonly iterations: number;
}

/** RabbitMQ's defaults. */
export const DEFAULT_CHOICE: CipherChoice = { cipher: "aes_128_cbc", hash: "sha256", iterations: 1 };

/** Lengths of keys by the ciphers that web platforms have. In bits. */
const CIPHER_KEY_BITS: Readonly<Record<string, number>> = { aes_256_cbc: 256, aes_192_cbc: 192, aes_128_cbc: 128 };
const HASHES: Readonly<Record<string, string>> = {
  sha512: "SHA-512",
  sha384: "SHA-384",
  sha256: "SHA-256",
  sha: "SHA-1",
};

export const CIPHERS = Object.keys(CIPHER_KEY_BITS);
export const HASH_NAMES = Object.keys(HASHES);

const SALT_BYTES = 16;
const VECTOR_BYTES = 16;

async function keyOf({ cipher, hash, iterations }: CipherChoice, passphrase: string, salt: Uint8Array<ArrayBuffer>) {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, [
    "deriveKey",
  ]);
  return await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: HASHES[hash], salt, iterations },
    secret,
    { name: "AES-CBC", length: CIPHER_KEY_BITS[cipher] },
    false,
    ["encrypt", "decrypt"],
  );
}

/** Returns salt, initial vector and encrypted bytes, as RabbitMQ's `encode` does. In base 64. */
export async function encrypt(
  bytes: Uint8Array<ArrayBuffer>,
  passphrase: string,
  choice: CipherChoice,
): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(VECTOR_BYTES));
  const key = await keyOf(choice, passphrase, salt);
  const encrypted = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, bytes));
  const all = new Uint8Array([...salt, ...iv, ...encrypted]);
  return btoa(String.fromCharCode(...all));
}

/** Decrypts what {@linkcode encrypt} returns. Rejects when it is something else, or the passphrase is. */
export async function decrypt(text: string, passphrase: string, choice: CipherChoice): Promise<Uint8Array> {
  const all = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const salt = all.slice(0, SALT_BYTES);
  const iv = all.slice(SALT_BYTES, SALT_BYTES + VECTOR_BYTES);
  const key = await keyOf(choice, passphrase, salt);
  return new Uint8Array(
    await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, all.slice(SALT_BYTES + VECTOR_BYTES)),
  );
}
