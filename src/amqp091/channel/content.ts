import {
  EMPTY_FRAME_BYTES as FRAME_OVERHEAD,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_BYTES,
  FRAME_METHOD,
  writeFrameHead,
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
import { setLonglong } from "../../wire/longlong.ts";
import type { Output } from "../output.ts";

/** The start of every `basic.deliver` frame to one consumer: the part that does not depend on the message. */
export class DeliveryPrefix {
  readonly bytes: Uint8Array;
  /** The same memory. */
  readonly view: DataView;
  readonly length: number;
  readonly channel: number;

  constructor(channel: number, consumerTag: string) {
    this.channel = channel;
    const tag = new TextEncoder().encode(consumerTag);
    this.length = FRAME_HEADER_BYTES + 5 + tag.length;
    this.bytes = new Uint8Array(this.length + COPY_SLACK);
    this.view = new DataView(this.bytes.buffer);
    this.bytes.set([0, 60, 0, 60, tag.length, ...tag], writeFrameHead(this.view, 0, FRAME_METHOD, channel, 0));
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
  const methodBytes = prefixBytes - FRAME_HEADER_BYTES + 9 + addressBytes;
  let at = output.reserve(
    methodBytes + headerBytes + bodyBytes + FRAME_OVERHEAD * (2 + bodyFrameCount(bodyBytes, frameMax)) +
      COPY_SLACK,
  );
  const frame = at;
  const { view } = output;
  at = copyShort(view, at, prefix.view, 0, prefixBytes);
  view.setInt16(frame + 5, methodBytes);
  setLonglong(view, at, deliveryTag);
  at += 8;
  view.setUint8(at++, isRedelivered ? 1 : 0);
  const address = start + HEAD_BYTES;
  at = copyShort(view, at, slab.view, address, addressBytes);
  view.setUint8(at++, FRAME_END);
  const header = address + addressBytes;
  output.length = writeContentFrames(output, at, prefix.channel, slab, header, headerBytes, bodyBytes, frameMax);
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
  at = writeFrameHead(output.view, at, FRAME_METHOD, channel, methodBytes);
  for (const part of [head, address, tail]) {
    target.set(part, at);
    at += part.length;
  }
  target[at++] = FRAME_END;
  const header = offsetInSlab(location) + HEAD_BYTES + address.length;
  output.length = writeContentFrames(output, at, channel, slab, header, headerBytes, bodyBytes, frameMax);
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
  channel: number,
  slab: Slab,
  from: number,
  headerBytes: number,
  bodyBytes: number,
  frameMax: number,
): number {
  output.frames += 2;
  at = writeFrame(output, at, FRAME_HEADER, channel, slab, from, headerBytes);
  from += headerBytes;
  const bodyEnd = from + bodyBytes;
  while (from < bodyEnd) {
    const left = bodyEnd - from;
    const size = frameMax === 0 || left <= frameMax - FRAME_OVERHEAD ? left : frameMax - FRAME_OVERHEAD;
    output.frames++;
    at = writeFrame(output, at, FRAME_BODY, channel, slab, from, size);
    from += size;
  }
  return at;
}

/** Writes a frame whose payload lies in a slab. Returns where it ends. */
function writeFrame(
  { bytes, view }: Output,
  at: number,
  type: number,
  channel: number,
  slab: Slab,
  from: number,
  size: number,
): number {
  at = writeFrameHead(view, at, type, channel, size);
  if (size <= SHORT_COPY_MAX) {
    at = copyShort(view, at, slab.view, from, size);
  } else {
    bytes.set(slab.bytes.subarray(from, from + size), at);
    at += size;
  }
  view.setUint8(at, FRAME_END);
  return at + 1;
}
