import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";

/**
 * The exchange and the routing key of a message, as `basic.publish` and `basic.deliver` carry them: two short strings.
 */
export interface MessageAddress {
  readonly exchange: string;
  readonly routingKey: string;
}

export function readAddress(bytes: Uint8Array, offset = 0): MessageAddress {
  const reader = new ByteReader(bytes, offset);
  return { exchange: reader.octetString(), routingKey: reader.octetString() };
}

/** Encodes an address. Throws `RangeError` for a text of over 255 bytes. */
export function writeAddress({ exchange, routingKey }: MessageAddress): Uint8Array {
  const writer = new ByteWriter();
  writer.shortstr(exchange);
  writer.shortstr(routingKey);
  return writer.written();
}
