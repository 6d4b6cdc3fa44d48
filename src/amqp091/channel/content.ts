import {
  EMPTY_FRAME_BYTES as FRAME_OVERHEAD,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_BYTES,
  FRAME_METHOD,
} from "../frame.ts";
import {
  ADDRESS_BYTES_MASK,
  HEAD_BYTES,
  WORD_ADDRESS,
  WORD_BODY_BYTES,
  WORD_HEADER_BYTES,
} from "../../broker/message/layout.ts";
import type { Message, Messages } from "../../broker/message/messages.ts";
import { offsetInSlab, type Slab, slabIndex } from "../../broker/message/slab.ts";
import { COPY_SLACK, copyShort, SHORT_COPY_MAX } from "../../wire/copy.ts";
import type { Output } from "../output.ts";

/** The start of every `basic.deliver` frame to one consumer: the part that does not depend on the message. */
export class DeliveryPrefix {
  readonly bytes: Uint8Array;
  /** The same memory. */
  readonly view: DataView;
  readonly length: number;
  readonly channelHigh: number;
  readonly channelLow: number;

  constructor(channel: number, consumerTag: string) {
    this.channelHigh = channel >> 8;
    this.channelLow = channel & 0xff;
    const tag = new TextEncoder().encode(consumerTag);
    const frame = [FRAME_METHOD, this.channelHigh, this.channelLow, 0, 0, 0, 0];
    const bytes = Uint8Array.of(...frame, 0, 60, 0, 60, tag.length, ...tag, ...new Array(COPY_SLACK).fill(0));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
    this.length = bytes.length - COPY_SLACK;
  }
}

/**
 * Writes a message as `basic.deliver`, content header and body frames. Every delivery goes through this loop: it reads
 * the message's head once, reserves room once, copies bytes, and makes no object (`bench/throughput`, 1 publisher to 1
 * consumer).
 */
export function writeDelivery(
  output: Output,
  prefix: DeliveryPrefix,
  deliveryTag: number,
  isRedelivered: boolean,
  messages: Messages,
  message: Message,
  frameMax: number,
): void {
  const location = messages.locations[message];
  const slab = messages.slabs[slabIndex(location)];
  const start = offsetInSlab(location);
  const words = slab.words;
  const addressBytes = words[(start >> 2) + WORD_ADDRESS] & ADDRESS_BYTES_MASK;
  const headerBytes = words[(start >> 2) + WORD_HEADER_BYTES];
  const bodyBytes = words[(start >> 2) + WORD_BODY_BYTES];
  const prefixBytes = prefix.length;
  const methodBytes = prefixBytes - 7 + 9 + addressBytes;
  let at = output.reserve(
    methodBytes + headerBytes + bodyBytes + FRAME_OVERHEAD * (2 + bodyFrameCount(bodyBytes, frameMax)) +
      COPY_SLACK,
  );
  const target = output.bytes;
  const frame = at;
  const view = output.view;
  at = copyShort(view, at, prefix.view, 0, prefixBytes);
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
  const address = start + HEAD_BYTES;
  at = copyShort(view, at, slab.view, address, addressBytes);
  target[at++] = FRAME_END;
  const { channelHigh, channelLow } = prefix;
  const header = address + addressBytes;
  output.length = writeContentFrames(
    output,
    at,
    channelHigh,
    channelLow,
    slab,
    header,
    headerBytes,
    bodyBytes,
    frameMax,
  );
}

/**
 * Writes a message behind a method frame of `head`, the message's address and `tail`. For methods less frequent than
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
  const location = messages.locations[message];
  const slab = messages.slabs[slabIndex(location)];
  const address = messages.address(message);
  const headerBytes = messages.header(message).length;
  const bodyBytes = messages.bodyBytes(message);
  const methodBytes = head.length + address.length + tail.length;
  const frames = 2 + bodyFrameCount(bodyBytes, frameMax);
  let at = output.reserve(methodBytes + headerBytes + bodyBytes + FRAME_OVERHEAD * frames + COPY_SLACK);
  const target = output.bytes;
  const [channelHigh, channelLow] = [channel >> 8, channel & 0xff];
  target.set([FRAME_METHOD, channelHigh, channelLow, 0, 0, methodBytes >> 8, methodBytes & 0xff], at);
  at += FRAME_HEADER_BYTES;
  for (const part of [head, address, tail]) {
    target.set(part, at);
    at += part.length;
  }
  target[at++] = FRAME_END;
  const header = offsetInSlab(location) + HEAD_BYTES + address.length;
  output.length = writeContentFrames(
    output,
    at,
    channelHigh,
    channelLow,
    slab,
    header,
    headerBytes,
    bodyBytes,
    frameMax,
  );
}

export function bodyFrameCount(bodyBytes: number, frameMax: number): number {
  if (bodyBytes === 0) return 0;
  return frameMax === 0 ? 1 : Math.ceil(bodyBytes / (frameMax - FRAME_OVERHEAD));
}

/**
 * Writes the frames of a content header of `headerBytes` bytes, which lies at `from` in a slab, and of the body behind
 * it. Counts them and the method's frame before them. Room for them must have been reserved. Returns where they end.
 */
function writeContentFrames(
  output: Output,
  at: number,
  channelHigh: number,
  channelLow: number,
  slab: Slab,
  from: number,
  headerBytes: number,
  bodyBytes: number,
  frameMax: number,
): number {
  const target = output.bytes;
  output.frames += 2;
  target[at++] = FRAME_HEADER;
  target[at++] = channelHigh;
  target[at++] = channelLow;
  at = writePayload(output, at, slab, from, headerBytes);
  from += headerBytes;
  const bodyEnd = from + bodyBytes;
  while (from < bodyEnd) {
    const left = bodyEnd - from;
    const size = frameMax === 0 || left <= frameMax - FRAME_OVERHEAD ? left : frameMax - FRAME_OVERHEAD;
    output.frames++;
    target[at++] = FRAME_BODY;
    target[at++] = channelHigh;
    target[at++] = channelLow;
    at = writePayload(output, at, slab, from, size);
    from += size;
  }
  return at;
}

/** Writes the size of a payload, the payload itself, and the end of its frame. */
function writePayload(output: Output, at: number, slab: Slab, from: number, size: number): number {
  const target = output.bytes;
  target[at++] = size >>> 24;
  target[at++] = size >> 16;
  target[at++] = size >> 8;
  target[at++] = size;
  if (size <= SHORT_COPY_MAX) {
    at = copyShort(output.view, at, slab.view, from, size);
  } else {
    target.set(slab.bytes.subarray(from, from + size), at);
    at += size;
  }
  target[at++] = FRAME_END;
  return at;
}
