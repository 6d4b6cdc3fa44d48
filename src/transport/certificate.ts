import {
  type DerElement,
  readElement,
  readElements,
  readInside,
  readObjectIdentifier,
  readText,
  readTime,
  TAG,
} from "./der.ts";
import { DistinguishedName } from "./distinguished_name.ts";
import { formatIpAddress } from "./ip_address.ts";

/** A certificate that a peer has shown in the TLS handshake and that was verified. */
export interface PeerCertificate {
  /** Distinguished name, as RabbitMQ writes it after RFC 4514: `CN=client,O=example`. */
  readonly subject: string;
  /** Distinguished name of the issuer. */
  readonly issuer: string;
  /** In hexadecimal digits. */
  readonly serialNumber: string;
  /** Absent where the subject has none. */
  readonly commonName?: string;
  /** Alternative names of the subject. */
  readonly alternativeNames: readonly AlternativeName[];
  /** First and last moment of its validity, in milliseconds since 1970. */
  readonly notBeforeMs: number;
  /** End of its validity. In milliseconds since 1970. */
  readonly notAfterMs: number;
}

/** A name of a certificate's `subjectAltName` extension. */
export interface AlternativeName {
  /** Type of the name. */
  readonly type: "dns" | "ip" | "email" | "uri" | "other";
  /** The name. */
  readonly value: string;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;

/** Returns the certificates of a text in PEM, without keys and whatever else it has, and the bytes of each in Base64. */
export const certificatesOfPem = (text: string): { readonly pem: string; readonly base64: string }[] =>
  [...text.matchAll(PEM_CERTIFICATE)].map(([pem, base64]) => ({ pem, base64 }));

/** Tags of context-specific elements [0] and [3], which contain others. */
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

/** Reads a certificate (RFC 5280 §4.1) in DER. Throws `RangeError` for one that is malformed. */
export function readCertificate(der: Uint8Array): PeerCertificate {
  const [toBeSigned] = readInside(readElement(der), TAG.sequence);
  const fields = readInside(toBeSigned, TAG.sequence);
  if (fields[0]?.tag === VERSION_TAG) fields.shift();
  const [serialNumber, , issuer, validity, subject, , ...optional] = fields;
  const [notBefore, notAfter] = readInside(validity, TAG.sequence);
  if (serialNumber?.tag !== TAG.integer || notAfter === undefined) {
    throw new RangeError("The certificate is malformed.");
  }
  const name = new DistinguishedName(subject);
  return {
    subject: name.toString(),
    issuer: new DistinguishedName(issuer).toString(),
    serialNumber: BigInt(`0x${hexOf(serialNumber.content)}`).toString(16).toUpperCase(),
    commonName: name.commonName,
    alternativeNames: readAlternativeNames(optional.find(({ tag }) => tag === EXTENSIONS_TAG)),
    notBeforeMs: readTime(notBefore),
    notAfterMs: readTime(notAfter),
  };
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function readAlternativeNames(extensions: DerElement | undefined): AlternativeName[] {
  if (extensions === undefined) return [];
  const [list] = readInside(extensions, EXTENSIONS_TAG);
  for (const extension of readInside(list, TAG.sequence)) {
    const parts = readInside(extension, TAG.sequence);
    if (readObjectIdentifier(parts[0]) !== SUBJECT_ALTERNATIVE_NAME) continue;
    const names = readElement(parts[parts.length - 1].content);
    return readInside(names, TAG.sequence).flatMap(readAlternativeName);
  }
  return [];
}

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Readers of alternative names, by tag (RFC 5280 §4.2.1.6). RabbitMQ knows no others. */
const ALTERNATIVE_NAMES: Readonly<Record<number, readonly [AlternativeName["type"], (bytes: Uint8Array) => string]>> = {
  0xa0: ["other", readOtherName],
  0x81: ["email", ascii],
  0x82: ["dns", ascii],
  0x86: ["uri", ascii],
  // RabbitMQ uses the bytes as the name, which nobody can type.
  0x87: ["ip", formatIpAddress],
};

function readAlternativeName({ tag, content }: DerElement): AlternativeName[] {
  const [type, read] = ALTERNATIVE_NAMES[tag] ?? [];
  return type === undefined ? [] : [{ type, value: read!(content) }];
}

/** Returns the text of a name of another type; empty when it is not a text. */
function readOtherName(content: Uint8Array): string {
  const [, value] = readElements(content);
  return value === undefined ? "" : readText(readElement(value.content)) ?? "";
}
