import { AMQP_0_8, AMQP_0_9_1, type MethodCodec } from "./methods.ts";

export const PROTOCOL_HEADER_BYTES = 8;

/** The header of AMQP 0-9-1 (§4.2.2), which is also the answer to any other beginning. */
export const PROTOCOL_HEADER: Uint8Array = Uint8Array.of(0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1);

/** A version of AMQP. */
export interface Protocol {
  readonly codec: MethodCodec;
  readonly versionMajor: number;
  readonly versionMinor: number;
}

/** The supported protocols, by the last four bytes of their headers. RabbitMQ 3 supports the same ones. */
const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ["0,0,9,1", { codec: AMQP_0_9_1, versionMajor: 0, versionMinor: 9 }],
  ["1,1,0,9", { codec: AMQP_0_9_1, versionMajor: 0, versionMinor: 9 }],
  ["1,1,8,0", { codec: AMQP_0_8, versionMajor: 8, versionMinor: 0 }],
  ["1,1,9,1", { codec: AMQP_0_8, versionMajor: 8, versionMinor: 0 }],
]);

/** Returns the protocol that a header asks for; `undefined` when it is not supported. */
export function protocolOf(header: Uint8Array): Protocol | undefined {
  return isProtocolName(header) ? PROTOCOLS.get(header.subarray(4).join()) : undefined;
}

/** Returns whether the bytes so far may become a protocol header. */
export function isProtocolName(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 4).every((byte, index) => byte === PROTOCOL_HEADER[index]);
}

/** Describes the first bytes of a peer that does not speak AMQP, with a guess at its protocol. */
export function describeStart(start: Uint8Array): string {
  const text = String.fromCharCode(...start);
  const octets = [...start].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (/^(GET|POST|PUT|HEAD|DELE)/.test(text)) return `an HTTP request (${octets})`;
  if (start[0] === 0x16 && start[1] === 0x03) return `a TLS hello (${octets})`;
  if (text.startsWith("AMQP")) return `the header of another version (${octets})`;
  return octets;
}
