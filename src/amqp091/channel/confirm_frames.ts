import type { Message, Messages } from "../../broker/message/messages.ts";
import { ByteWriter } from "../../wire/byte_writer.ts";
import { REPLY_CODES } from "../../wire/reply_code.ts";
import { FRAME_END, FRAME_METHOD } from "../frame.ts";
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
  let at = output.reserve(CONFIRM_BYTES);
  const bytes = output.bytes;
  const high = Math.floor(tag / 0x100000000);
  bytes[at++] = FRAME_METHOD;
  bytes[at++] = channel >> 8;
  bytes[at++] = channel;
  bytes[at++] = 0;
  bytes[at++] = 0;
  bytes[at++] = 0;
  bytes[at++] = 13;
  bytes[at++] = 0;
  bytes[at++] = 60;
  bytes[at++] = 0;
  bytes[at++] = methodId;
  bytes[at++] = high >>> 24;
  bytes[at++] = high >> 16;
  bytes[at++] = high >> 8;
  bytes[at++] = high;
  bytes[at++] = tag >>> 24;
  bytes[at++] = tag >> 16;
  bytes[at++] = tag >> 8;
  bytes[at++] = tag;
  bytes[at++] = isMultiple ? 1 : 0;
  bytes[at++] = FRAME_END;
  output.length = at;
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
