import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";

/** Where a message was published to, as `basic.publish` and `basic.deliver` carry it: two short strings. */
export interface MessageAddress {
  readonly exchange: string;
  readonly routingKey: string;
}

export function readAddress(bytes: Uint8Array, offset = 0): MessageAddress {
  const reader = new ByteReader(bytes, offset);
  return { exchange: reader.octetString(), routingKey: reader.octetString() };
}

/** Throws `RangeError` for a text of over 255 bytes. */
export function writeAddress({ exchange, routingKey }: MessageAddress): Uint8Array {
  const writer = new ByteWriter();
  writer.shortstr(exchange);
  writer.shortstr(routingKey);
  return writer.written();
}
