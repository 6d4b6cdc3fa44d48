import { sha256 } from "@noble/hashes/sha2.js";

/** Length of random texts. In bytes. */
const RANDOM_BYTES = 32;

/** Returns a text that nobody can guess, of characters that addresses may have. */
export const randomText = (): string => base64Url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));

/**
 * Returns the challenge of a verifier (RFC 7636 §4.2, S256). WebCrypto hashes on pages with TLS only, and this one may
 * have none.
 */
export const challengeOf = (verifier: string): string => base64Url(sha256(new TextEncoder().encode(verifier)));

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
