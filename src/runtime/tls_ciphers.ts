import { nodeTls, type SecureContextOptions } from "./node_tls.ts";

/** The ciphers of TLS 1.3, which can't be chosen in any runtime. */
export const TLS_1_3_CIPHERS = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"];

/** Returns whether a cipher is a known name: an expression such as `ALL` would choose ciphers that nobody has named. */
export function isKnownCipher(cipher: string): boolean {
  if (!/^[A-Z0-9]+(-[A-Z0-9]+)+$/.test(cipher)) return false;
  try {
    const versions = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" };
    nodeTls().createSecureContext({ ciphers: cipher, ...versions } as SecureContextOptions);
    return true;
  } catch {
    return false;
  }
}
