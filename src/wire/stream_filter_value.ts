import { findHeader, headersRange, headerText } from "./find_header.ts";

const NAME = new TextEncoder().encode("x-stream-filter-value");

/**
 * Returns the filter value of a stream's message (RabbitMQ: Stream Filtering), as UTF-8: a header of the checked
 * content header's payload at an offset. Returns `undefined` when there is none, or it is not a text.
 */
export function streamFilterValue(bytes: Uint8Array, offset: number): Uint8Array | undefined {
  const headers = headersRange(bytes, offset);
  const at = headers === undefined ? -1 : findHeader(bytes, headers, NAME);
  const text = at === -1 ? undefined : headerText(bytes, at);
  return text?.length === 0 ? undefined : text;
}
