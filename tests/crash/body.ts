import { Buffer } from "node:buffer";
import { seededRandom } from "../store/seeded_random.ts";

/**
 * Size of a body's head: publisher, sequence number and length, 32 bits each, and a value derived from these. In bytes.
 */
export const BODY_HEAD_BYTES = 16;
export const BODY_BYTES_MAX = 2 * 1024 * 1024;
const MARK = 0x48617265;

/** Bytes that bodies are cut from, each at a place of its own, so that no other body can be mistaken for it. */
const noise = makeNoise(BODY_BYTES_MAX * 2);

function makeNoise(bytes: number): Buffer {
  const random = seededRandom(1);
  const words = Uint32Array.from({ length: bytes / 4 }, () => random() * 2 ** 32);
  return Buffer.from(words.buffer);
}

/** Makes the body of a publisher's message, which depends on nothing but these three numbers. */
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

/** Reads the publisher and the sequence number of a body; returns `undefined` when its head is invalid. */
export function readBodyHead(body: Buffer): { readonly publisher: number; readonly sequence: number } | undefined {
  if (body.length < BODY_HEAD_BYTES || body.readUInt32BE(0) !== MARK) return undefined;
  return { publisher: body.readUInt32BE(4), sequence: body.readUInt32BE(8) };
}
