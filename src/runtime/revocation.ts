import { type IssuedCertificate, readIssuedCertificate } from "../transport/issued_certificate.ts";
import {
  isInScope,
  isOfIssuer,
  listsOfPem,
  readRevocationList,
  type RevocationList,
} from "../transport/revocation_list.ts";
import { nodeCrypto, type X509Certificate } from "./node_tls.ts";
import { type PemFile, type RevocationCheck, TlsOptionsError } from "./tls_options.ts";

/** Digests of algorithms of signatures, by their object identifiers; `null` where the algorithm has its own. */
const DIGESTS: Readonly<Record<string, string | null>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
  "1.3.101.112": null,
  "1.3.101.113": null,
};

/** What lists tell about a certificate. */
type Status = "good" | "revoked" | "unknown";

/** Looks certificates of clients up in revocation lists (RFC 5280 §6.3). It is the same on all runtimes: Deno's TLS reads none. */
export class Revocation {
  readonly #check: RevocationCheck;
  readonly #lists: readonly RevocationList[];
  /** The fingerprints of the authorities that were found to have signed a list, or not. */
  readonly #signers = new Map<RevocationList, Map<string, boolean>>();

  /** Throws {@linkcode TlsOptionsError} for a list that can't be used. */
  constructor(check: RevocationCheck, files: readonly PemFile[]) {
    this.#check = check;
    this.#lists = files.flatMap(readLists);
  }

  /**
   * Returns the reason for which a certificate is refused.
   *
   * @param path the certificate, and the authorities between it and a trusted one, which is the last.
   */
  problem(path: readonly X509Certificate[]): string | undefined {
    const certificates = path.map(({ raw }) => readIssuedCertificate(raw));
    // A trusted authority is not looked up: it would have to revoke itself.
    const last = this.#check === "peer" ? 1 : path.length - 1;
    for (let at = 0; at < last; at++) {
      const whose = at === 0 ? "peer's certificate" : "the certificate of an authority of the peer's";
      const status = this.#statusOf(certificates[at], path[at + 1], certificates[at + 1]);
      if (status === "revoked") return `${whose} was revoked`;
      if (status === "unknown" && this.#check !== "best_effort") {
        return `no current revocation list in ssl_options.crl_sources tells about ${whose}`;
      }
    }
    return undefined;
  }

  #statusOf(certificate: IssuedCertificate, issuer: X509Certificate, { maySignLists }: IssuedCertificate): Status {
    const now = Date.now();
    let status: Status = "unknown";
    for (const list of this.#lists) {
      if (!maySignLists || !isOfIssuer(list, certificate) || !this.#isSignedBy(list, issuer)) continue;
      // A certificate stays revoked when its list is late.
      if (list.serialNumbers.has(certificate.serialNumber)) return "revoked";
      const isCurrent = list.thisUpdateMs <= now && now < list.nextUpdateMs;
      if (isCurrent && isInScope(list, certificate)) status = "good";
    }
    return status;
  }

  #isSignedBy(list: RevocationList, { fingerprint256, publicKey }: X509Certificate): boolean {
    let signers = this.#signers.get(list);
    if (signers === undefined) this.#signers.set(list, signers = new Map());
    let isSigner = signers.get(fingerprint256);
    if (isSigner === undefined) {
      isSigner = isSignature(list, publicKey);
      signers.set(fingerprint256, isSigner);
    }
    return isSigner;
  }
}

function isSignature({ algorithm, signed, signature }: RevocationList, key: unknown): boolean {
  try {
    return nodeCrypto().verify(DIGESTS[algorithm], signed, key, signature);
  } catch {
    // The key is of another kind.
    return false;
  }
}

function readLists({ path, text }: PemFile): RevocationList[] {
  return listsOfPem(text).map((base64, at) => {
    const problem = (why: string) => new TlsOptionsError(`ssl_options.crl_sources: list ${at + 1} in ${path} ${why}.`);
    let list: RevocationList;
    try {
      list = readRevocationList(Uint8Array.from(atob(base64.replace(/\s+/g, "")), (byte) => byte.charCodeAt(0)));
    } catch {
      throw problem("is malformed");
    }
    if (!Object.hasOwn(DIGESTS, list.algorithm)) {
      throw problem(`has a signature that can't be verified, of algorithm ${list.algorithm}`);
    }
    return list;
  });
}
