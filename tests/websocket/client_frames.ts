import { FINAL, OP_BINARY } from "../../src/websocket/frame.ts";

export interface FrameParts {
  /** Default: {@linkcode OP_BINARY}. */
  readonly opcode?: number;
  readonly payload?: Uint8Array | string;
  /** Default: true. */
  readonly isFinal?: boolean;
  /** Four bytes; `null` for a frame without a mask. */
  readonly mask?: readonly number[] | null;
  /** Length that the head tells, in place of that of the payload. */
  readonly length?: bigint;
  /** Bits that are set in the first byte besides. */
  readonly reserved?: number;
}

export const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Makes a frame as a client sends it. */
export function clientFrame(parts: FrameParts = {}): Uint8Array {
  const { opcode = OP_BINARY, isFinal = true, mask = [0xf1, 0x12, 0x83, 0x04], reserved = 0 } = parts;
  const payload = typeof parts.payload === "string" ? bytesOf(parts.payload) : parts.payload ?? new Uint8Array(0);
  const length = parts.length ?? BigInt(payload.length);
  const maskBit = mask === null ? 0 : 0x80;
  const head = [(isFinal ? FINAL : 0) | reserved | opcode];
  if (length < 126n) head.push(maskBit | Number(length));
  else if (length <= 0xffffn) head.push(maskBit | 126, Number(length) >> 8, Number(length) & 0xff);
  else head.push(maskBit | 127, ...Array.from({ length: 8 }, (_, at) => Number(length >> BigInt(56 - 8 * at) & 0xffn)));
  const masked = mask === null ? payload : payload.map((byte, at) => byte ^ mask[at % 4]);
  return Uint8Array.of(...head, ...mask ?? [], ...masked);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export interface ServerFrame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array;
}

/** Reads the whole frames in what a server has sent. Throws for one that is masked. */
export function serverFrames(bytes: Uint8Array): ServerFrame[] {
  const frames: ServerFrame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes[at];
    let length = bytes[at + 1];
    if (length > 127) throw new Error("a frame of the server is masked");
    at += 2;
    if (length === 126) {
      length = view.getUint16(at);
      at += 2;
    } else if (length === 127) {
      length = Number(view.getBigUint64(at));
      at += 8;
    }
    if (at + length > bytes.length) break;
    frames.push({ opcode: first & 15, isFinal: (first & FINAL) !== 0, payload: bytes.slice(at, at + length) });
    at += length;
  }
  return frames;
}
