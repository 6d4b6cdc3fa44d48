import { formatIpAddress, parseIpAddress } from "./ip_address.ts";
import type { Address } from "./transport.ts";

/**
 * The header in which a proxy describes the connection that it passes on (HAProxy: The PROXY protocol, versions 1 and
 * 2).
 */
export interface ProxyHeader {
  /** Size of the header. In bytes. */
  readonly size: number;
  /** Ends of the connection to the proxy; absent when the proxy speaks for itself, or does not know them. */
  readonly ends?: { readonly peer: Address; readonly local: Address };
}

/** A connection that does not begin with a valid PROXY header. */
export class ProxyHeaderError extends Error {
  override name = "ProxyHeaderError";
}

/** Size of the longest header of version 1, with its line break. In bytes. */
const V1_MAX_BYTES = 107;
const V1_START = Uint8Array.from("PROXY ", (character) => character.charCodeAt(0));
const V2_START = new Uint8Array([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
/** Size of the fixed part of a header of version 2. In bytes. */
const V2_FIXED_BYTES = 16;
/** Largest header of version 2 that is accepted. Its field would allow 64 KiB of extensions. In bytes. */
const V2_MAX_BYTES = 4096;

/**
 * Reads the PROXY header at the start of a connection. Returns `undefined` while it is incomplete. Throws {@linkcode
 * ProxyHeaderError} as soon as it can't become a header.
 */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader | undefined {
  if (startsAs(bytes, V2_START)) return bytes.length < V2_FIXED_BYTES ? undefined : readVersion2(bytes);
  if (startsAs(bytes, V1_START)) return readVersion1(bytes);
  throw new ProxyHeaderError("it does not begin with a PROXY header");
}

/** Returns whether bytes begin with a start, as far as they go. */
function startsAs(bytes: Uint8Array, start: Uint8Array): boolean {
  for (let at = 0; at < bytes.length && at < start.length; at++) if (bytes[at] !== start[at]) return false;
  return true;
}

/** Reads `PROXY TCP4 192.0.2.1 192.0.2.2 51234 5672` and a line break. */
function readVersion1(bytes: Uint8Array): ProxyHeader | undefined {
  const end = bytes.subarray(0, V1_MAX_BYTES).indexOf(0x0a);
  if (end === -1) {
    if (bytes.length < V1_MAX_BYTES) return undefined;
    throw new ProxyHeaderError(`its PROXY header is longer than ${V1_MAX_BYTES} bytes`);
  }
  const line = String.fromCharCode(...bytes.subarray(0, end));
  const size = end + 1;
  if (/^PROXY UNKNOWN( .*)?\r$/.test(line)) return { size };
  const [, family, ...parts] = /^PROXY TCP([46]) (\S+) (\S+) (\d+) (\d+)\r$/.exec(line) ?? [];
  const [peer, local] = [0, 1].map((at) => addressOf(family, parts[at], parts[at + 2]));
  if (peer === undefined || local === undefined) throw new ProxyHeaderError("its PROXY header is malformed");
  return { size, ends: { peer, local } };
}

function addressOf(family: string | undefined, host = "", digits = ""): Address | undefined {
  const bytes = parseIpAddress(host);
  const port = /^(0|[1-9]\d{0,4})$/.test(digits) ? Number(digits) : Infinity;
  if (bytes?.length !== (family === "4" ? 4 : 16) || port > 0xffff) return undefined;
  return { host: formatIpAddress(bytes), port };
}

/** Size of an IP address, by the byte for family and transport in version 2. In bytes; 0 when none is read. */
const V2_ADDRESS_BYTES: Readonly<Record<number, number>> = {
  0x00: 0, // unknown
  0x11: 4, // TCP over IPv4
  0x21: 16, // TCP over IPv6
  0x31: 0, // a stream over a socket of the file system
};
const V2_LOCAL = 0x20;
const V2_PROXY = 0x21;

function readVersion2(bytes: Uint8Array): ProxyHeader | undefined {
  const [command, family] = bytes.subarray(V2_START.length);
  const size = V2_FIXED_BYTES + (bytes[14] << 8 | bytes[15]);
  if (command !== V2_LOCAL && command !== V2_PROXY) {
    throw new ProxyHeaderError("its PROXY header has an unknown command");
  }
  if (size > V2_MAX_BYTES) throw new ProxyHeaderError(`its PROXY header is longer than ${V2_MAX_BYTES} bytes`);
  const addressBytes = command === V2_LOCAL ? 0 : V2_ADDRESS_BYTES[family];
  if (addressBytes === undefined) throw new ProxyHeaderError("its PROXY header is of no stream of bytes");
  const portsAt = V2_FIXED_BYTES + 2 * addressBytes;
  if (addressBytes > 0 && size < portsAt + 4) throw new ProxyHeaderError("its PROXY header is malformed");
  if (bytes.length < size) return undefined;
  if (addressBytes === 0) return { size };
  const [peer, local] = [0, 1].map((end) => {
    const at = V2_FIXED_BYTES + end * addressBytes;
    const portAt = portsAt + 2 * end;
    return {
      host: formatIpAddress(bytes.subarray(at, at + addressBytes)),
      port: bytes[portAt] << 8 | bytes[portAt + 1],
    };
  });
  return { size, ends: { peer, local } };
}
