import {
  type DerElement,
  isEqual,
  readElement,
  readElements,
  readInside,
  readObjectIdentifier,
  readSerialNumber,
  readTime,
  TAG,
} from "./der.ts";
import { EXTENSION, type Extension, readAddresses, readExtensions } from "./extensions.ts";
import type { IssuedCertificate } from "./issued_certificate.ts";

/** A certificate revocation list (RFC 5280 §5). */
export interface RevocationList {
  /** The bytes that are signed. */
  readonly signed: Uint8Array;
  /** Object identifier of the algorithm of the signature. */
  readonly algorithm: string;
  readonly signature: Uint8Array;
  /** Name of the authority that has issued it, in DER. */
  readonly issuer: Uint8Array;
  /** Time from which it is good, in milliseconds since 1970. */
  readonly thisUpdateMs: number;
  /** Time at which the next one is there; infinite when it is not announced. In milliseconds since 1970. */
  readonly nextUpdateMs: number;
  /** The serial numbers of revoked certificates, in hexadecimal digits. */
  readonly serialNumbers: ReadonlySet<string>;
  /** The certificates that are good when they are not in the list. */
  readonly scope: Scope;
}

/** The certificates that a list tells about. */
interface Scope {
  readonly certificates: "all" | "users" | "authorities" | "unknown";
  /** Addresses of the list, one of which its certificates name; absent for all certificates. */
  readonly addresses?: readonly string[];
}

const PEM_LIST = /-----BEGIN X509 CRL-----([^-]*)-----END X509 CRL-----/g;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const BIT_STRING = 0x03;
const EXTENSIONS_TAG = 0xa0;
/** Reason of an entry that takes a certificate out of an earlier list. */
const REMOVED = 8;

const EVERYTHING: Scope = { certificates: "all" };
const UNKNOWN: Scope = { certificates: "unknown" };

/** Returns the lists of a text in PEM, each in Base64. */
export const listsOfPem = (text: string): string[] => [...text.matchAll(PEM_LIST)].map(([, base64]) => base64);

/** Reads a list in DER. Throws `RangeError` for one that is malformed. */
export function readRevocationList(der: Uint8Array): RevocationList {
  const whole = readElement(der);
  const [list, algorithm, signature] = readInside(whole, TAG.sequence);
  const fields = readInside(list, TAG.sequence);
  if (fields[0]?.tag === TAG.integer) fields.shift();
  const [, issuer, thisUpdate, ...optional] = fields;
  if (issuer?.tag !== TAG.sequence || thisUpdate === undefined || signature?.tag !== BIT_STRING) throw malformed();
  const next = optional[0]?.tag === UTC_TIME || optional[0]?.tag === GENERALIZED_TIME ? optional.shift() : undefined;
  const entries = optional[0]?.tag === TAG.sequence ? readElements(optional.shift()!.content) : [];
  const [extensions] = optional;
  const [sequence] = extensions === undefined ? [] : readInside(extensions, EXTENSIONS_TAG);
  const { scope, isIndirect } = readScope(sequence === undefined ? [] : readExtensions(sequence));
  const start = whole.content.byteOffset;
  return {
    signed: whole.content.subarray(0, list.content.byteOffset - start + list.content.length),
    algorithm: readObjectIdentifier(readInside(algorithm, TAG.sequence)[0]),
    // The first byte counts unused bits, of which there are none.
    signature: signature.content.subarray(1),
    issuer: issuer.content,
    thisUpdateMs: readTime(thisUpdate),
    nextUpdateMs: next === undefined ? Infinity : readTime(next),
    // The entries of such a list are certificates of other authorities.
    serialNumbers: isIndirect ? new Set() : readSerialNumbers(entries),
    scope: isIndirect ? UNKNOWN : scope,
  };
}

function readSerialNumbers(entries: readonly DerElement[]): Set<string> {
  const numbers = new Set<string>();
  for (const entry of entries) {
    const [number, , extensions] = readInside(entry, TAG.sequence);
    const reason = extensions && readExtensions(extensions).find(({ id }) => id === EXTENSION.reason);
    if (reason !== undefined && readElement(reason.value).content[0] === REMOVED) continue;
    numbers.add(readSerialNumber(number));
  }
  return numbers;
}

function readScope(extensions: readonly Extension[]): { readonly scope: Scope; readonly isIndirect: boolean } {
  let scope = EVERYTHING;
  let isIndirect = false;
  for (const { id, isCritical, value } of extensions) {
    if (id === EXTENSION.issuingDistributionPoint) {
      const parts = readInside(readElement(value), TAG.sequence);
      const has = (tag: number) => parts.some((part) => part.tag === tag && part.content[0] !== 0);
      const point = parts.find(({ tag }) => tag === 0xa0);
      isIndirect = has(0x84);
      scope = has(0x83) || has(0x85) || parts.some(({ tag }) => tag === 0x83) ? UNKNOWN : {
        certificates: has(0x81) ? "users" : has(0x82) ? "authorities" : "all",
        ...point === undefined ? {} : { addresses: readAddresses(point) },
      };
    } else if (isCritical || id === EXTENSION.deltaListIndicator) {
      return { scope: UNKNOWN, isIndirect };
    }
  }
  return { scope, isIndirect };
}

/** Returns whether a list is one of the issuer of a certificate. */
export const isOfIssuer = (list: RevocationList, certificate: IssuedCertificate): boolean =>
  isEqual(list.issuer, certificate.issuer);

/** Returns whether a certificate that is not in the list is good, as far as the list goes. */
export function isInScope({ scope }: RevocationList, certificate: IssuedCertificate): boolean {
  const { certificates, addresses } = scope;
  if (certificates === "unknown") return false;
  if (certificates !== "all" && certificate.isAuthority !== (certificates === "authorities")) return false;
  return addresses === undefined || addresses.some((address) => certificate.listAddresses.includes(address));
}

const malformed = () => new RangeError("The revocation list is malformed.");
