import { Buffer } from "node:buffer";
import { seededRandom } from "../store/seeded_random.ts";

/** Publisher, sequence number and length, 32 bits each; behind them is what follows from these. */
export const BODY_HEAD_BYTES = 16;
export const BODY_BYTES_MAX = 2 * 1024 * 1024;
const MARK = 0x48617265;

/** Where bodies are cut from, each at a place of its own, so that no other body's bytes can stand in for it. */
const noise = makeNoise(BODY_BYTES_MAX * 2);

function makeNoise(bytes: number): Buffer {
  const random = seededRandom(1);
  const words = Uint32Array.from({ length: bytes / 4 }, () => random() * 2 ** 32);
  return Buffer.from(words.buffer);
}

/** What a publisher's message consists of, which nothing but these three numbers decides. */
export function makeBody(publisher: number, sequence: number, bytes: number): Buffer {
  const body = Buffer.allocUnsafe(Math.max(bytes, BODY_HEAD_BYTES));
  body.writeUInt32BE(MARK, 0);
  body.writeUInt32BE(publisher, 4);
  body.writeUInt32BE(sequence, 8);
  body.writeUInt32BE(body.length, 12);
  const from = Math.imul(publisher * 7919 + sequence, 2654435761) >>> 0;
  noise.copy(body, BODY_HEAD_BYTES, from % BODY_BYTES_MAX, from % BODY_BYTES_MAX + body.length - BODY_HEAD_BYTES);
  return body;
}

/** Who published a body, and as which of theirs; `undefined` when it does not say so. */
export function readBodyHead(body: Buffer): { readonly publisher: number; readonly sequence: number } | undefined {
  if (body.length < BODY_HEAD_BYTES || body.readUInt32BE(0) !== MARK) return undefined;
  return { publisher: body.readUInt32BE(4), sequence: body.readUInt32BE(8) };
}
