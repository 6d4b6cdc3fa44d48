import { type CipherSuites, type NamedCipherSuite, readCipherSuite } from "../transport/cipher_suite.ts";
import { isKnownCipher, TLS_1_3_CIPHERS } from "./tls_ciphers.ts";

/**
 * IANA's names by OpenSSL's, in Erlang's order: stronger ones come first. Those with a pre-shared key are left out, as are
 * those of ephemeral Diffie-Hellman without curves: no listener has the keys or the parameters that they need.
 */
const NAMES: Readonly<Record<string, string>> = {
  "TLS_AES_256_GCM_SHA384": "TLS_AES_256_GCM_SHA384",
  "TLS_AES_128_GCM_SHA256": "TLS_AES_128_GCM_SHA256",
  "TLS_CHACHA20_POLY1305_SHA256": "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384": "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "ECDHE-ECDSA-AES256-CCM": "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
  "ECDHE-ECDSA-AES256-CCM8": "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
  "ECDHE-ECDSA-AES256-SHA384": "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
  "ECDHE-RSA-AES256-SHA384": "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
  "ECDHE-ECDSA-ARIA256-GCM-SHA384": "TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384",
  "ECDHE-ARIA256-GCM-SHA384": "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305": "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "ECDHE-RSA-CHACHA20-POLY1305": "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES128-CCM": "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
  "ECDHE-ECDSA-AES128-CCM8": "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
  "ECDHE-ECDSA-AES128-SHA256": "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
  "ECDHE-RSA-AES128-SHA256": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
  "ECDHE-ECDSA-ARIA128-GCM-SHA256": "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256",
  "ECDHE-ARIA128-GCM-SHA256": "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256",
  "ECDHE-ECDSA-AES256-SHA": "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
  "ECDHE-RSA-AES256-SHA": "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
  "ECDHE-ECDSA-AES128-SHA": "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  "ECDHE-RSA-AES128-SHA": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
  "AES256-GCM-SHA384": "TLS_RSA_WITH_AES_256_GCM_SHA384",
  "AES256-CCM": "TLS_RSA_WITH_AES_256_CCM",
  "AES256-CCM8": "TLS_RSA_WITH_AES_256_CCM_8",
  "AES256-SHA256": "TLS_RSA_WITH_AES_256_CBC_SHA256",
  "ARIA256-GCM-SHA384": "TLS_RSA_WITH_ARIA_256_GCM_SHA384",
  "AES128-GCM-SHA256": "TLS_RSA_WITH_AES_128_GCM_SHA256",
  "AES128-CCM": "TLS_RSA_WITH_AES_128_CCM",
  "AES128-CCM8": "TLS_RSA_WITH_AES_128_CCM_8",
  "AES128-SHA256": "TLS_RSA_WITH_AES_128_CBC_SHA256",
  "ARIA128-GCM-SHA256": "TLS_RSA_WITH_ARIA_128_GCM_SHA256",
  "AES256-SHA": "TLS_RSA_WITH_AES_256_CBC_SHA",
  "AES128-SHA": "TLS_RSA_WITH_AES_128_CBC_SHA",
  "DES-CBC3-SHA": "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
};

/** What decides about the cipher suites of a runtime. */
export interface CipherChoice {
  /** True when ciphers of TLS 1.2 and the precedence of their order can be chosen. */
  readonly choosesCiphers: boolean;
  /** Returns whether a listener offers a suite of TLS 1.2 that the runtime has, when none are configured. */
  offers(suite: NamedCipherSuite): boolean;
}

/** Returns the cipher suites of a runtime. */
export function cipherSuitesOf({ choosesCiphers, offers }: CipherChoice): CipherSuites {
  const isOffered = (suite: NamedCipherSuite) => TLS_1_3_CIPHERS.includes(suite.name) || offers(suite);
  const suites = Object.entries(NAMES).map(([name, ianaName]) => ({ name, ...readCipherSuite(ianaName) }));
  if (!choosesCiphers) {
    const offered = suites.filter(isOffered);
    return { offered, all: offered };
  }
  const all = suites.filter(({ name }) => TLS_1_3_CIPHERS.includes(name) || isKnownCipher(name));
  return { offered: all.filter(isOffered), all };
}
