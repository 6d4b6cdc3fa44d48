import type { MessageContent } from "../../store/message_content.ts";
import { findHeader, headersRange, headerText } from "../../wire/find_header.ts";

/** The span that a message comes from (W3C Trace Context). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** The state of other tracing systems, or empty. */
  readonly state: string;
}

const encoder = new TextEncoder();
const TRACEPARENT = encoder.encode("traceparent");
const TRACESTATE = encoder.encode("tracestate");
/** Version, trace, parent and flags; later versions may add more behind a dash. */
const FORMAT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Longest `traceparent` that is read, and longest `tracestate`. In bytes. */
const [PARENT_BYTES_MAX, STATE_BYTES_MAX] = [256, 512];
const SAMPLED = 1;

const decoder = new TextDecoder();

/**
 * Reads the context of a message that its publisher has sampled; returns `undefined` for one without `traceparent`, with
 * an invalid one, and one that the publisher does not trace.
 */
export function readTraceContext({ bytes, offset, addressBytes }: MessageContent): TraceContext | undefined {
  const range = headersRange(bytes, offset + addressBytes);
  if (range === undefined) return undefined;
  const textOf = (name: Uint8Array, maxBytes: number): string | undefined => {
    const at = findHeader(bytes, range, name);
    const text = at === -1 ? undefined : headerText(bytes, at);
    return text === undefined || text.length > maxBytes ? undefined : decoder.decode(text);
  };
  const [, version, traceId, spanId, flags, rest] = FORMAT.exec(textOf(TRACEPARENT, PARENT_BYTES_MAX) ?? "") ?? [];
  if (version === undefined || version === "00" && rest !== undefined) return undefined;
  if ((parseInt(flags, 16) & SAMPLED) === 0) return undefined;
  return { traceId, spanId, state: textOf(TRACESTATE, STATE_BYTES_MAX) ?? "" };
}
