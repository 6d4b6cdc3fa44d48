import { readElement, readInside, readSerialNumber, TAG } from "./der.ts";
import { EXTENSION, readAddresses, readExtensions } from "./extensions.ts";

/** A certificate as its authority's revocation lists see it. */
export interface IssuedCertificate {
  /** In hexadecimal digits. */
  readonly serialNumber: string;
  /** Name of its issuer, in DER. */
  readonly issuer: Uint8Array;
  /** True for one of an authority. */
  readonly isAuthority: boolean;
  /** True when its key may sign revocation lists. */
  readonly maySignLists: boolean;
  /** Addresses of the lists that it is in when it is revoked. */
  readonly listAddresses: readonly string[];
}

/** Tags of the version and of extensions. */
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;
/** Bit of the key usage `cRLSign` in its first byte. */
const SIGNS_LISTS = 0x02;

/** Reads a certificate in DER. Throws `RangeError` for one that is malformed. */
export function readIssuedCertificate(der: Uint8Array): IssuedCertificate {
  const [toBeSigned] = readInside(readElement(der), TAG.sequence);
  const fields = readInside(toBeSigned, TAG.sequence);
  if (fields[0]?.tag === VERSION_TAG) fields.shift();
  const [serialNumber, , issuer] = fields;
  if (issuer?.tag !== TAG.sequence) throw new RangeError("The certificate is malformed.");
  const all = fields.find(({ tag }) => tag === EXTENSIONS_TAG);
  const extensions = all === undefined ? [] : readExtensions(readInside(all, EXTENSIONS_TAG)[0]);
  const valueOf = (id: string) => {
    const extension = extensions.find((one) => one.id === id);
    return extension && readElement(extension.value);
  };
  const usage = valueOf(EXTENSION.keyUsage);
  const constraints = valueOf(EXTENSION.basicConstraints);
  const points = valueOf(EXTENSION.listDistributionPoints);
  return {
    serialNumber: readSerialNumber(serialNumber),
    issuer: issuer.content,
    isAuthority: constraints !== undefined && (readInside(constraints, TAG.sequence)[0]?.content[0] ?? 0) !== 0 &&
      readInside(constraints, TAG.sequence)[0].tag === 0x01,
    // Without the extension a key may be used for everything. Its first byte counts unused bits.
    maySignLists: usage === undefined || (usage.content[1] & SIGNS_LISTS) !== 0,
    listAddresses: points === undefined
      ? []
      : readInside(points, TAG.sequence).flatMap((point) =>
        readInside(point, TAG.sequence).filter(({ tag }) => tag === 0xa0).flatMap(readAddresses)
      ),
  };
}
