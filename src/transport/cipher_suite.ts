/** A cipher suite in Erlang's words, which RabbitMQ's lists and events use. */
export interface CipherSuite {
  readonly keyExchange: string;
  readonly cipher: string;
  readonly hash: string;
  /** Pseudorandom function; `default_prf` where the version of TLS decides about it. */
  readonly prf: string;
}

export interface NamedCipherSuite extends CipherSuite {
  /** OpenSSL's name. */
  readonly name: string;
}

/** The cipher suites that listeners have. */
export interface CipherSuites {
  /** Those that are offered when none are configured. */
  readonly offered: readonly NamedCipherSuite[];
  /** Those that can be configured, in the same order. */
  readonly all: readonly NamedCipherSuite[];
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
    prf: hash === undefined || hash === "SHA" || hash === "MD5" ? "default_prf" : hash.toLowerCase(),
    hash: AUTHENTICATED.test(cipher) ? "aead" : (hash ?? "").toLowerCase(),
  };
}
