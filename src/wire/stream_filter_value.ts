import { findHeader, headersRange, headerText } from "./find_header.ts";

const NAME = new TextEncoder().encode("x-stream-filter-value");

/**
 * What a message of a stream can be found by (RabbitMQ: Stream Filtering), as UTF-8: a header in the content header's
 * payload that lies at an offset and has been checked. `undefined` when it is not there, or has no text.
 */
export function streamFilterValue(bytes: Uint8Array, offset: number): Uint8Array | undefined {
  const headers = headersRange(bytes, offset);
  const at = headers === undefined ? -1 : findHeader(bytes, headers, NAME);
  const text = at === -1 ? undefined : headerText(bytes, at);
  return text?.length === 0 ? undefined : text;
}
