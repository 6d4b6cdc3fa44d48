import { type ClientTls, versionsOf } from "./client_tls.ts";
import { isKnownCipher, TLS_1_3_CIPHERS } from "./tls_ciphers.ts";
import type { TlsAbilities } from "./tls_context.ts";
import { TLS_VERSIONS, TlsOptionsError } from "./tls_options.ts";

/**
 * Throws {@linkcode TlsOptionsError} for options of a section of keys, such as `auth_http.ssl_options`, that a runtime
 * would ignore.
 */
export function checkClientTls(section: string, tls: ClientTls, { name, choosesCiphers }: TlsAbilities): void {
  const { versions = TLS_VERSIONS, ciphers } = tls;
  if (ciphers === undefined) return;
  if (!choosesCiphers) {
    throw new TlsOptionsError(`${section}.ciphers: ${name} has one list of ciphers. Leave them out, or run on Bun.`);
  }
  const isOfTls13 = (cipher: string) => TLS_1_3_CIPHERS.includes(cipher);
  const missing = TLS_1_3_CIPHERS.filter((cipher) => !ciphers.includes(cipher));
  if (versions.includes("tlsv1.3") && ciphers.some(isOfTls13) && missing.length > 0) {
    throw new TlsOptionsError(
      `${section}.ciphers: ${name} has all ciphers of TLS 1.3 or none. Add ${
        missing.join(", ")
      }, or leave the others out.`,
    );
  }
  const unknown = ciphers.find((cipher) => !isOfTls13(cipher) && !isKnownCipher(cipher));
  if (unknown !== undefined) throw new TlsOptionsError(`${section}.ciphers: ${name} has no cipher "${unknown}".`);
  if (versionsOf(tls).length === 0) {
    throw new TlsOptionsError(`${section}.ciphers: none of them is for ${versions.join(" or ")}.`);
  }
}
