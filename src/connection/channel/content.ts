import {
  EMPTY_FRAME_BYTES as FRAME_OVERHEAD,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_BYTES,
  FRAME_METHOD,
} from "../../amqp/frame.ts";
import {
  ADDRESS_BYTES_MASK,
  HEAD_BYTES,
  type Message,
  type Messages,
  OFFSET_BITS,
  offsetInSlab,
  WORD_ADDRESS,
  WORD_BODY_BYTES,
  WORD_HEADER_BYTES,
} from "../../broker/messages.ts";
import type { Output } from "../output.ts";

/** Up to here a loop copies bytes faster than `set`, which needs a view of them first. */
const LOOP_COPY_MAX = 64;

/** The start of every `basic.deliver` frame to one consumer: all that does not depend on the message. */
export function deliveryPrefix(channel: number, consumerTag: string): Uint8Array {
  const tag = new TextEncoder().encode(consumerTag);
  return Uint8Array.of(FRAME_METHOD, channel >> 8, channel & 0xff, 0, 0, 0, 0, 0, 60, 0, 60, tag.length, ...tag);
}

/**
 * Writes a message as `basic.deliver`, content header and body frames. This is the loop that every delivery goes through:
 * it reads the message's head once, reserves room once and copies bytes, and makes no object
 * (`bench/throughput`, 1 publisher to 1 consumer).
 */
export function writeDelivery(
  output: Output,
  prefix: Uint8Array,
  deliveryTag: number,
  isRedelivered: boolean,
  messages: Messages,
  message: Message,
  frameMax: number,
): void {
  const location = messages.locations[message];
  const slab = messages.slabs[location >>> OFFSET_BITS];
  const start = offsetInSlab(location);
  const words = slab.words;
  const addressBytes = words[(start >> 2) + WORD_ADDRESS] & ADDRESS_BYTES_MASK;
  const headerBytes = words[(start >> 2) + WORD_HEADER_BYTES];
  const bodyBytes = words[(start >> 2) + WORD_BODY_BYTES];
  const prefixBytes = prefix.length;
  const methodBytes = prefixBytes - 7 + 9 + addressBytes;
  let at = output.reserve(
    methodBytes + headerBytes + bodyBytes + FRAME_OVERHEAD * (2 + bodyFrameCount(bodyBytes, frameMax)),
  );
  const target = output.bytes;
  const frame = at;
  for (let i = 0; i < prefixBytes; i++) target[at++] = prefix[i];
  target[frame + 5] = methodBytes >> 8;
  target[frame + 6] = methodBytes;
  const high = deliveryTag > 0xffffffff ? Math.floor(deliveryTag / 0x100000000) : 0;
  target[at++] = high >>> 24;
  target[at++] = high >> 16;
  target[at++] = high >> 8;
  target[at++] = high;
  target[at++] = deliveryTag >>> 24;
  target[at++] = deliveryTag >> 16;
  target[at++] = deliveryTag >> 8;
  target[at++] = deliveryTag;
  target[at++] = isRedelivered ? 1 : 0;
  const source = slab.bytes;
  let from = start + HEAD_BYTES;
  for (const end = from + addressBytes; from < end;) target[at++] = source[from++];
  target[at++] = FRAME_END;
  output.length = writeContentFrames(
    target,
    at,
    prefix[1],
    prefix[2],
    source,
    from,
    headerBytes,
    bodyBytes,
    frameMax,
  );
}

/**
 * Writes a message behind a method frame: `head`, the message's address, `tail`. For methods that are not as frequent as
 * deliveries.
 */
export function writeMessage(
  output: Output,
  channel: number,
  head: Uint8Array,
  messages: Messages,
  message: Message,
  tail: Uint8Array,
  frameMax: number,
): void {
  const address = messages.address(message);
  const header = messages.header(message);
  const bodyBytes = messages.bodyBytes(message);
  const methodBytes = head.length + address.length + tail.length;
  let at = output.reserve(
    methodBytes + header.length + bodyBytes + FRAME_OVERHEAD * (2 + bodyFrameCount(bodyBytes, frameMax)),
  );
  const target = output.bytes;
  const [channelHigh, channelLow] = [channel >> 8, channel & 0xff];
  target.set([FRAME_METHOD, channelHigh, channelLow, 0, 0, methodBytes >> 8, methodBytes & 0xff], at);
  at += FRAME_HEADER_BYTES;
  for (const part of [head, address, tail]) {
    target.set(part, at);
    at += part.length;
  }
  target[at++] = FRAME_END;
  const source = new Uint8Array(header.buffer);
  const { byteOffset, length } = header;
  output.length = writeContentFrames(
    target,
    at,
    channelHigh,
    channelLow,
    source,
    byteOffset,
    length,
    bodyBytes,
    frameMax,
  );
}

function bodyFrameCount(bodyBytes: number, frameMax: number): number {
  if (bodyBytes === 0) return 0;
  return frameMax === 0 ? 1 : Math.ceil(bodyBytes / (frameMax - FRAME_OVERHEAD));
}

/** The content header of `headerBytes` lies at `from` in `source`, and the body behind it. Returns where it stopped. */
function writeContentFrames(
  target: Uint8Array,
  at: number,
  channelHigh: number,
  channelLow: number,
  source: Uint8Array,
  from: number,
  headerBytes: number,
  bodyBytes: number,
  frameMax: number,
): number {
  target[at++] = FRAME_HEADER;
  target[at++] = channelHigh;
  target[at++] = channelLow;
  target[at++] = headerBytes >>> 24;
  target[at++] = headerBytes >> 16;
  target[at++] = headerBytes >> 8;
  target[at++] = headerBytes;
  if (headerBytes <= LOOP_COPY_MAX) {
    for (const end = from + headerBytes; from < end;) target[at++] = source[from++];
  } else {
    target.set(source.subarray(from, from + headerBytes), at);
    at += headerBytes;
    from += headerBytes;
  }
  target[at++] = FRAME_END;
  const bodyEnd = from + bodyBytes;
  while (from < bodyEnd) {
    const left = bodyEnd - from;
    const size = frameMax === 0 || left <= frameMax - FRAME_OVERHEAD ? left : frameMax - FRAME_OVERHEAD;
    target[at++] = FRAME_BODY;
    target[at++] = channelHigh;
    target[at++] = channelLow;
    target[at++] = size >>> 24;
    target[at++] = size >> 16;
    target[at++] = size >> 8;
    target[at++] = size;
    if (size <= LOOP_COPY_MAX) {
      for (const end = from + size; from < end;) target[at++] = source[from++];
    } else {
      target.set(source.subarray(from, from + size), at);
      at += size;
      from += size;
    }
    target[at++] = FRAME_END;
  }
  return at;
}
