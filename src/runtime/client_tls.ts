import { TLS_1_3_CIPHERS } from "./tls_ciphers.ts";
import { TLS_VERSIONS, type TlsVersion } from "./tls_options.ts";

/** What is verified of a server; an exact host is not one of all those in a domain (`*.example.org`). */
export type Verification = "nothing" | "certificate" | "certificate and host" | "certificate and exact host";

/** TLS of connections to servers; certificates and keys are in PEM format. */
export interface ClientTls {
  /** Authorities by which servers are verified. Default: the runtime's own. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Default: the certificate and the host. */
  readonly verifies?: Verification;
  /** Maximum number of authorities between a server's certificate and one of `ca`. Default: any. */
  readonly depth?: number;
  /** Default: all. */
  readonly versions?: readonly TlsVersion[];
  /** Ciphers by OpenSSL's names. Without one of TLS 1.3 that version is left out, and so is TLS 1.2. Default: all. */
  readonly ciphers?: readonly string[];
  /** Name that servers are asked for, and that their certificates must have; empty for none. Default: the host. */
  readonly serverName?: string;
}

/** Returns whether a runtime's `fetch` can't do this. */
export const needsNodeFetch = ({ ca: _, cert: __, key: ___, ...others }: ClientTls): boolean =>
  Object.values(others).some((value) => value !== undefined);

/** Returns the versions that are left by the ciphers. */
export function versionsOf({ versions = TLS_VERSIONS, ciphers }: ClientTls): TlsVersion[] {
  const isOf = (version: TlsVersion) => (cipher: string) =>
    TLS_1_3_CIPHERS.includes(cipher) === (version === "tlsv1.3");
  return TLS_VERSIONS.filter((version) => versions.includes(version) && (ciphers?.some(isOf(version)) ?? true));
}
