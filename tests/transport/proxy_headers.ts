import { parseIpAddress } from "../../src/transport/ip_address.ts";
import type { Address } from "../../src/transport/transport.ts";

/** Makes a PROXY header of version 1. */
export const v1 = (text: string): Uint8Array => new TextEncoder().encode(`PROXY ${text}\r\n`);

/** Makes a PROXY header of version 2. */
export function v2(
  command: number,
  family: number,
  ends?: { readonly peer: Address; readonly local: Address },
  extensions: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const addresses: number[] = [];
  if (ends !== undefined) {
    const { peer, local } = ends;
    addresses.push(...parseIpAddress(peer.host)!, ...parseIpAddress(local.host)!);
    addresses.push(peer.port >> 8, peer.port & 0xff, local.port >> 8, local.port & 0xff);
  }
  const length = addresses.length + extensions.length;
  const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
  return Uint8Array.of(...signature, command, family, length >> 8, length & 0xff, ...addresses, ...extensions);
}
