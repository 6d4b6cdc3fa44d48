import { certificatesOfPem, readCertificate } from "../transport/certificate.ts";
import { isEqual } from "../transport/der.ts";
import type { PeerCertificate } from "../transport/transport.ts";
import {
  nodeCrypto,
  nodeTls,
  type NodeTlsSocket,
  type PrivateKey,
  type SecureContextOptions,
  type ShownCertificate,
  type TlsServerOptions,
  type X509Certificate,
} from "./node_tls.ts";
import type { CipherChoice } from "./cipher_suites.ts";
import { Revocation } from "./revocation.ts";
import { isKnownCipher, TLS_1_3_CIPHERS } from "./tls_ciphers.ts";
import type { TlsHandshake } from "./tls_handshake.ts";
import { NODE_TLS_VERSIONS, type PemFile, TLS_VERSIONS, type TlsOptions, TlsOptionsError } from "./tls_options.ts";

/** Differences between the runtimes' TLS. */
export interface TlsAbilities extends CipherChoice {
  /** Name of the runtime. */
  readonly name: string;
  /** Returns the function that makes handshakes on this runtime. */
  handshakes(options: SecureContextOptions & TlsServerOptions): TlsHandshake;
}

/** Maximum number of verified certificates that are remembered. */
const VERIFIED_MAX = 10_000;

/** The certificates between a client and an authority, and that. */
interface VerifiedPath {
  /** In DER. */
  readonly certificates: readonly Uint8Array[];
  readonly authority: X509Certificate;
}

/** A client's certificate that is not accepted. */
export class CertificateRefused extends Error {}

/** The certificate of a listener, and the verification of its clients' certificates. */
export class TlsContext {
  readonly shakeHands: TlsHandshake;
  readonly #options: TlsOptions;
  readonly #authorities: readonly X509Certificate[];
  readonly #revocation: Revocation | undefined;
  /**
   * The certificates that passed a full handshake, by their fingerprints, with the authorities between each and a trusted
   * one, if they are looked up in revocation lists.
   */
  readonly #verified = new Map<string, VerifiedPath | undefined>();

  /**
   * Throws {@linkcode TlsOptionsError} for options that can't be used, or that the runtime would ignore.
   *
   * @param before the context in whose place this one comes: its clients may resume sessions where only lists differ.
   */
  constructor(options: TlsOptions, abilities: TlsAbilities, before?: TlsContext) {
    const { certfile, keyfile, password, cacertfile, versions, honor_cipher_order: honorCipherOrder } = options;
    this.#options = options;
    const key = readKey(keyfile, password);
    const [certificate] = readCertificates("certfile", certfile);
    if (!certificate.checkPrivateKey(key)) {
      throw new TlsOptionsError(
        `ssl_options.keyfile: ${keyfile.path} is not the key of the certificate in ${certfile.path}.`,
      );
    }
    this.#authorities = cacertfile === undefined ? [] : readCertificates("cacertfile", cacertfile);
    const { crl_check: check, lists = [] } = options;
    this.#revocation = check && new Revocation(check, lists);
    if (this.#revocation !== undefined && before !== undefined) this.#takeVerified(before);
    const sorted = TLS_VERSIONS.filter((version) => versions.includes(version));
    const secureContext: SecureContextOptions = {
      cert: certfile.text,
      // Decrypted here, so that both runtimes accept the same keys.
      key: key.export({ type: "pkcs8", format: "pem" }),
      ...cacertfile === undefined ? {} : { ca: cacertfile.text },
      minVersion: NODE_TLS_VERSIONS[sorted[0]],
      maxVersion: NODE_TLS_VERSIONS[sorted[sorted.length - 1]],
      ...cipherOptions(options, abilities),
      honorCipherOrder,
    };
    try {
      nodeTls().createSecureContext(secureContext);
    } catch (error) {
      throw new TlsOptionsError(`ssl_options: ${abilities.name} can't use them: ${(error as Error).message}.`);
    }
    this.shakeHands = abilities.handshakes({
      ...secureContext,
      requestCert: options.verify === "verify_peer",
      // An invalid certificate is refused after the handshake, because only then the reason is known.
      rejectUnauthorized: false,
      allowHalfOpen: true,
    });
  }

  /** Takes over the certificates that an earlier context has verified, when this one would verify them alike but for lists. */
  #takeVerified(before: TlsContext): void {
    const [now, earlier] = [this.#options, before.#options];
    if (now.cacertfile?.text !== earlier.cacertfile?.text || now.depth !== earlier.depth) return;
    for (const [fingerprint, path] of before.#verified) {
      if (path !== undefined) this.#verified.set(fingerprint, path);
    }
  }

  /**
   * Verifies a client's certificate after the handshake. Returns `undefined` when it has shown none and needs none.
   * Throws when it is refused.
   */
  verify(socket: NodeTlsSocket): PeerCertificate | undefined {
    if (this.#options.verify === "verify_none") return undefined;
    const shown = socket.getPeerCertificate(true);
    if (shown?.raw === undefined) {
      if (this.#options.fail_if_no_peer_cert) throw new CertificateRefused("peer has shown no certificate");
      return undefined;
    }
    const certificate = readCertificate(shown.raw);
    const { notBeforeMs, notAfterMs } = certificate;
    const now = Date.now();
    if (now < notBeforeMs) throw new CertificateRefused(PROBLEMS.CERT_NOT_YET_VALID);
    if (now > notAfterMs) throw new CertificateRefused(PROBLEMS.CERT_HAS_EXPIRED);
    if (!socket.authorized) throw new CertificateRefused(describeProblem(socket.authorizationError));
    if (socket.isSessionReused()) this.#checkResumed(shown as ShownCertificate);
    else this.#remember(shown as ShownCertificate);
    return certificate;
  }

  /**
   * Checks the certificate of a client that resumes a session: it is that of the session. Deno 2.9 reports it as
   * verified whatever it was, and keeps sessions when the authorities change. So it must have passed a handshake with
   * the current ones.
   */
  #checkResumed({ fingerprint256 }: ShownCertificate): void {
    if (!this.#verified.has(fingerprint256)) {
      throw new CertificateRefused("peer has resumed a session whose certificate was not verified");
    }
    const path = this.#verified.get(fingerprint256);
    if (this.#revocation === undefined || path === undefined) return;
    const { X509Certificate } = nodeCrypto();
    this.#lookUp([...path.certificates.map((raw) => new X509Certificate(raw)), path.authority]);
  }

  /** Looks the certificates between a client and an authority up in revocation lists. Throws when one is refused. */
  #lookUp(path: readonly X509Certificate[]): void {
    const problem = this.#revocation?.problem(path);
    if (problem !== undefined) throw new CertificateRefused(problem);
  }

  #remember(shown: ShownCertificate): void {
    const { depth } = this.#options;
    const path = this.#pathOf(shown);
    if (path === undefined || path.length - 2 > depth) {
      throw new CertificateRefused(`peer's certificate is further from an authority than ssl_options.depth = ${depth}`);
    }
    this.#lookUp(path);
    if (this.#verified.size >= VERIFIED_MAX) {
      const [oldest] = this.#verified.keys();
      this.#verified.delete(oldest);
    }
    const kept = this.#revocation && {
      certificates: path.slice(0, -1).map(({ raw }) => raw),
      authority: path[path.length - 1],
    };
    this.#verified.set(shown.fingerprint256, kept);
  }

  /** Returns a certificate with the authorities up to a trusted one, which is the last; `undefined` when there is no path. */
  #pathOf(shown: ShownCertificate): X509Certificate[] | undefined {
    const { X509Certificate } = nodeCrypto();
    const others: X509Certificate[] = [];
    for (let next = shown.issuerCertificate; next?.raw !== undefined; next = next.issuerCertificate) {
      if (others.some(({ raw }) => isEqual(raw, next!.raw!))) break;
      others.push(new X509Certificate(next.raw));
    }
    let at = new X509Certificate(shown.raw);
    const path = [at];
    for (let count = 0; count <= others.length; count++) {
      const isIssuer = (other: X509Certificate) => at.checkIssued(other) && at.verify(other.publicKey);
      const authority = this.#authorities.find(isIssuer);
      if (authority !== undefined) return [...path, authority];
      const issuer = others.find((other) => !isEqual(other.raw, at.raw) && isIssuer(other));
      if (issuer === undefined) break;
      path.push(at = issuer);
    }
    return undefined;
  }
}

/** Reads the private key in a file. */
function readKey({ path, text }: PemFile, passphrase: string | undefined): PrivateKey {
  const isEncrypted = /ENCRYPTED/.test(text);
  if (isEncrypted && passphrase === undefined) {
    throw new TlsOptionsError(`ssl_options.keyfile: the key in ${path} needs its password, in ssl_options.password.`);
  }
  try {
    return nodeCrypto().createPrivateKey({ key: text, ...isEncrypted ? { passphrase } : {} });
  } catch {
    const why = isEncrypted ? "can't be read with the password in ssl_options.password" : "has no private key in PEM";
    throw new TlsOptionsError(`ssl_options.keyfile: ${path} ${why}.`);
  }
}

/** Reads the certificates in a file, at least one. */
function readCertificates(key: "certfile" | "cacertfile", { path, text }: PemFile): X509Certificate[] {
  const { X509Certificate } = nodeCrypto();
  const found = certificatesOfPem(text);
  if (found.length === 0) throw new TlsOptionsError(`ssl_options.${key}: ${path} has no certificate in PEM.`);
  return found.map(({ pem }, at) => {
    try {
      return new X509Certificate(pem);
    } catch {
      throw new TlsOptionsError(`ssl_options.${key}: certificate ${at + 1} in ${path} is malformed.`);
    }
  });
}

function cipherOptions(options: TlsOptions, { name, choosesCiphers }: TlsAbilities): { ciphers?: string } {
  const { ciphers, honor_cipher_order: honorsOrder, honor_ecc_order: honorsCurves, versions } = options;
  if (!choosesCiphers) {
    if (ciphers !== undefined) {
      throw new TlsOptionsError(`ssl_options.ciphers: ${name} has one list of ciphers. Leave them out, or run on Bun.`);
    }
    if (honorsOrder || honorsCurves) {
      const key = honorsOrder ? "honor_cipher_order" : "honor_ecc_order";
      throw new TlsOptionsError(
        `ssl_options.${key} = true: on ${name} the client's order counts. Leave it out, or run on Bun.`,
      );
    }
    return {};
  }
  if (honorsCurves && !honorsOrder) {
    throw new TlsOptionsError(
      `ssl_options.honor_ecc_order = true: on ${name} it goes with ssl_options.honor_cipher_order = true only.`,
    );
  }
  if (ciphers === undefined) return {};
  const missing = TLS_1_3_CIPHERS.filter((cipher) => !ciphers.includes(cipher));
  if (versions.includes("tlsv1.3") && missing.length > 0) {
    throw new TlsOptionsError(
      `ssl_options.ciphers: ${name} always has ${TLS_1_3_CIPHERS.join(", ")} for TLS 1.3. Add ${
        missing.join(", ")
      }, or ` +
        "leave TLS 1.3 out with ssl_options.versions.1 = tlsv1.2.",
    );
  }
  const chosen = ciphers.filter((cipher) => !TLS_1_3_CIPHERS.includes(cipher));
  for (const cipher of chosen) {
    if (!isKnownCipher(cipher)) throw new TlsOptionsError(`ssl_options.ciphers: ${name} has no cipher "${cipher}".`);
  }
  if (versions.includes("tlsv1.2") && chosen.length === 0) {
    throw new TlsOptionsError(
      "ssl_options.ciphers: none of them is for TLS 1.2. Leave it out with ssl_options.versions.1 = tlsv1.3.",
    );
  }
  return chosen.length === 0 ? {} : { ciphers: chosen.join(":") };
}

/** Problems of a client's certificate, by OpenSSL's codes, which all runtimes use. */
const PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "peer's certificate has expired",
  CERT_NOT_YET_VALID: "peer's certificate is not good yet",
  CERT_REVOKED: "peer's certificate was revoked",
  INVALID_PURPOSE: "peer's certificate is not one for clients",
  DEPTH_ZERO_SELF_SIGNED_CERT: "peer's certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "peer's certificate is of an authority that ssl_options.cacertfile does not have",
  UNABLE_TO_GET_ISSUER_CERT: "peer's certificate is of an authority that ssl_options.cacertfile does not have",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "peer's certificate is of an authority that ssl_options.cacertfile does not have",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "peer's certificate can't be verified with the authorities of ssl_options.cacertfile",
};

function describeProblem(error: NodeTlsSocket["authorizationError"]): string {
  const code = typeof error === "object" ? error?.code ?? "" : error ?? "";
  return PROBLEMS[code] ?? `peer's certificate can't be verified (${code || "no reason given"})`;
}
