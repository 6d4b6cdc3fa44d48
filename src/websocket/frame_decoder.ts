import { type Close, CLOSE_CODES, readClose, violation } from "./close.ts";
import {
  CONTROL_MAX_BYTES,
  FINAL,
  LENGTH_16,
  LENGTH_64,
  OP_BINARY,
  OP_CLOSE,
  OP_CONTINUATION,
  OP_PING,
  OP_PONG,
  OP_TEXT,
} from "./frame.ts";
import { rotateMask, unmask } from "./unmask.ts";

/** Size of the longest head of a masked frame. In bytes. */
const MASKED_HEAD_MAX_BYTES = 14;
const RESERVED_BITS = 0x70;
const OPCODE_BITS = 0x0f;
const MASKED = 0x80;
const CONTROL = 0x08;

/**
 * Decodes the frames that a client sends (RFC 6455 §5) into a stream of bytes. Their data is unmasked and put together
 * in the memory of the chunk that they come in, so a chunk with a thousand messages is one piece of data in the end.
 */
export class FrameDecoder {
  /** Range of the data in the last chunk. */
  start = 0;
  end = 0;
  /** The last ping that nobody has taken. */
  ping: Uint8Array | undefined;
  /** The end of the WebSocket; nothing behind it is decoded. */
  close: Close | undefined;

  readonly #messageMaxBytes: number;
  /** The head of the current frame, as far as it is there. */
  readonly #head = new Uint8Array(MASKED_HEAD_MAX_BYTES);
  #headBytes = 0;
  /** Size of the current head, as far as it tells that. */
  #headSize = 2;
  #opcode = OP_BINARY;
  /** Number of the current frame's bytes that are still to come. */
  #remaining = 0;
  /** The mask for the next byte, with its first byte lowest. */
  #mask = 0;
  #isInMessage = false;
  #messageBytes = 0;
  readonly #control = new Uint8Array(CONTROL_MAX_BYTES);
  #controlBytes = 0;

  /** @param messageMaxBytes largest message, of any number of frames. In bytes. */
  constructor(messageMaxBytes: number) {
    this.#messageMaxBytes = messageMaxBytes;
  }

  /** Decodes a chunk in its own memory. */
  decode(chunk: Uint8Array): void {
    this.start = this.end = 0;
    let at = 0;
    let view: DataView | undefined;
    while (at < chunk.length && this.close === undefined) {
      if (this.#remaining === 0) {
        at = this.#readHead(chunk, at);
        continue;
      }
      const count = Math.min(this.#remaining, chunk.length - at);
      if (this.#opcode >= CONTROL) {
        this.#readControl(chunk, at, count);
      } else {
        // What comes first stays where it is.
        if (this.start === this.end) this.start = this.end = at;
        view ??= new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
        unmask(chunk, view, at, this.end, count, this.#mask);
        this.end += count;
      }
      at += count;
      this.#mask = rotateMask(this.#mask, count);
      this.#remaining -= count;
      if (this.#remaining === 0) this.#endFrame();
    }
  }

  #readHead(chunk: Uint8Array, at: number): number {
    const head = this.#head;
    while (at < chunk.length) {
      head[this.#headBytes++] = chunk[at++];
      if (this.#headBytes < this.#headSize) continue;
      if (this.#headBytes === 2) {
        this.close = this.#checkHead();
        if (this.close !== undefined) return at;
        continue;
      }
      this.#beginFrame();
      return at;
    }
    return at;
  }

  /** Checks the first two bytes of a head, which tell its size. */
  #checkHead(): Close | undefined {
    const [first, second] = this.#head;
    const opcode = this.#opcode = first & OPCODE_BITS;
    const length = second & 0x7f;
    if ((first & RESERVED_BITS) !== 0) return wrong("a frame has a reserved bit set");
    if ((second & MASKED) === 0) return wrong("a frame is not masked");
    if (opcode === OP_TEXT) return violation(CLOSE_CODES.unsupportedData, "a message is text, and AMQP is binary");
    if (opcode >= CONTROL) {
      if (opcode > OP_PONG) return wrong("a frame has an unknown opcode");
      if ((first & FINAL) === 0) return wrong("a control frame is fragmented");
      if (length > CONTROL_MAX_BYTES) return wrong("a control frame is too long");
    } else if (opcode > OP_BINARY) {
      return wrong("a frame has an unknown opcode");
    } else if ((opcode === OP_CONTINUATION) !== this.#isInMessage) {
      return wrong(this.#isInMessage ? "a message begins inside another one" : "a frame continues no message");
    }
    this.#headSize = 6 + (length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0);
    return undefined;
  }

  #beginFrame(): void {
    const head = this.#head;
    const size = this.#headSize;
    const length = this.#length();
    this.#mask = head[size - 4] | head[size - 3] << 8 | head[size - 2] << 16 | head[size - 1] << 24;
    this.#headBytes = 0;
    this.#headSize = 2;
    if (length === undefined) {
      this.close = wrong("a frame has a malformed length");
      return;
    }
    if (this.#opcode < CONTROL) {
      this.#messageBytes += length;
      if (this.#messageBytes > this.#messageMaxBytes) {
        this.close = violation(CLOSE_CODES.tooBig, `a message is larger than ${this.#messageMaxBytes} bytes`);
        return;
      }
    }
    this.#remaining = length;
    if (length === 0) this.#endFrame();
  }

  /** Returns the length of a frame, `undefined` for one that is not written in the shortest way. */
  #length(): number | undefined {
    const head = this.#head;
    const length = head[1] & 0x7f;
    if (length < LENGTH_16) return length;
    if (length === LENGTH_16) {
      const long = head[2] << 8 | head[3];
      return long < LENGTH_16 ? undefined : long;
    }
    if ((head[2] & 0x80) !== 0) return undefined;
    let longer = 0;
    for (let at = 2; at < 10; at++) longer = longer * 256 + head[at];
    return longer <= 0xffff ? undefined : longer;
  }

  #readControl(chunk: Uint8Array, at: number, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#control[this.#controlBytes++] = chunk[at + i] ^ (this.#mask >>> ((i & 3) << 3));
    }
  }

  #endFrame(): void {
    const opcode = this.#opcode;
    if (opcode < CONTROL) {
      this.#isInMessage = (this.#head[0] & FINAL) === 0;
      if (!this.#isInMessage) this.#messageBytes = 0;
      return;
    }
    const payload = this.#control.slice(0, this.#controlBytes);
    this.#controlBytes = 0;
    if (opcode === OP_PING) this.ping = payload;
    else if (opcode === OP_CLOSE) this.close = readClose(payload);
  }
}

const wrong = (reason: string): Close => violation(CLOSE_CODES.protocolError, reason);
