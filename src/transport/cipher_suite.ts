/** A cipher suite in Erlang's words, which RabbitMQ's lists and events use. */
export interface CipherSuite {
  readonly keyExchange: string;
  readonly cipher: string;
  readonly hash: string;
}

/** Modes that encrypt and authenticate at once. */
const AUTHENTICATED = /_(GCM|CCM|CCM_8|POLY1305)$/;

/** Reads IANA's name of a cipher suite, such as `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`. */
export function readCipherSuite(name: string): CipherSuite {
  const parts = name.replace(/^TLS_/, "");
  // TLS 1.3 names no key exchange.
  const [keyExchange, rest] = parts.includes("_WITH_") ? parts.split("_WITH_") : ["any", parts];
  const [, cipher, hash] = /^(.*?)(?:_(SHA\d*|MD5))?$/.exec(rest)!;
  return {
    keyExchange: keyExchange.toLowerCase(),
    cipher: cipher.toLowerCase(),
    hash: AUTHENTICATED.test(cipher) ? "aead" : (hash ?? "").toLowerCase(),
  };
}
