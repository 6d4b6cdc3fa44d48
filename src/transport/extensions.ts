import { type DerElement, readElements, readInside, readObjectIdentifier, TAG } from "./der.ts";

/** An extension of a certificate, a revocation list or an entry of one (RFC 5280 §4.2, §5.2 and §5.3). */
export interface Extension {
  readonly id: string;
  /** True when who does not understand it may not use what it extends. */
  readonly isCritical: boolean;
  /** In DER. */
  readonly value: Uint8Array;
}

/** Object identifiers of extensions. */
export const EXTENSION = {
  keyUsage: "2.5.29.15",
  basicConstraints: "2.5.29.19",
  reason: "2.5.29.21",
  deltaListIndicator: "2.5.29.27",
  issuingDistributionPoint: "2.5.29.28",
  listDistributionPoints: "2.5.29.31",
} as const;

const BOOLEAN = 0x01;
const OCTETS = 0x04;
/** Tags of a full name, and of an address in it. */
const FULL_NAME = 0xa0;
const ADDRESS = 0x86;

/** Reads the extensions in a sequence. Throws `RangeError` when they are malformed. */
export const readExtensions = (sequence: DerElement): Extension[] =>
  readInside(sequence, TAG.sequence).map((extension) => {
    const [id, ...rest] = readInside(extension, TAG.sequence);
    const critical = rest[0]?.tag === BOOLEAN ? rest.shift() : undefined;
    const [value] = rest;
    if (id === undefined || value?.tag !== OCTETS) throw new RangeError("The extension is malformed.");
    const isCritical = critical !== undefined && critical.content[0] !== 0;
    return { id: readObjectIdentifier(id), isCritical, value: value.content };
  });

/** Reads the addresses in the name of a distribution point, which has an element of its own around it. */
export const readAddresses = (point: DerElement): string[] =>
  readElements(point.content).filter(({ tag }) => tag === FULL_NAME).flatMap(({ content }) =>
    readElements(content).filter(({ tag }) => tag === ADDRESS).map(({ content }) => String.fromCharCode(...content))
  );
