import type { Message, Messages } from "../../broker/message/messages.ts";
import { ByteWriter } from "../../wire/byte_writer.ts";
import { setLonglong } from "../../wire/longlong.ts";
import { REPLY_CODES } from "../../wire/reply_code.ts";
import { EMPTY_FRAME_BYTES, FRAME_END, FRAME_METHOD, writeFrameHead } from "../frame.ts";
import type { Output } from "../output.ts";
import { writeMessage } from "./content.ts";

const CONFIRM_BYTES = 21;
const NO_BYTES = new Uint8Array(0);

/** Writes `basic.ack` or `basic.nack`: the fields that a server sends are the same in both. */
export function writeConfirm(
  output: Output,
  channel: number,
  methodId: number,
  tag: number,
  isMultiple: boolean,
): void {
  const start = output.reserve(CONFIRM_BYTES);
  const { view } = output;
  const at = writeFrameHead(view, start, FRAME_METHOD, channel, CONFIRM_BYTES - EMPTY_FRAME_BYTES);
  view.setInt32(at, 60 << 16 | methodId);
  setLonglong(view, at + 4, tag);
  view.setUint8(at + 12, isMultiple ? 1 : 0);
  view.setUint8(at + 13, FRAME_END);
  output.length = start + CONFIRM_BYTES;
  output.frames++;
}

/** `basic.return` up to the message's address. */
const RETURN_HEAD = returnHead();

function returnHead(): Uint8Array {
  const head = new ByteWriter();
  head.short(60);
  head.short(50);
  head.short(REPLY_CODES.noRoute.code);
  head.shortstr(REPLY_CODES.noRoute.name);
  return head.written();
}

/** Writes `basic.return` for a message without a route. */
export function writeReturn(
  output: Output,
  channel: number,
  messages: Messages,
  message: Message,
  frameMax: number,
): void {
  writeMessage(output, channel, RETURN_HEAD, messages, message, NO_BYTES, frameMax);
}
