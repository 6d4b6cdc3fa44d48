import type { MessageBytes } from "../../src/store/message_content.ts";
import { seededRandom } from "./seeded_random.ts";

const NOISE = makeNoise();

/** Makes messages of which no two are the same. */
export class RandomMessages {
  readonly #below: (end: number) => number;
  #contents = 0;

  /** @param below returns a random integer from 0 on and below its argument. */
  constructor(below: (end: number) => number) {
    this.#below = below;
  }

  /** Returns an address, content header and body that take a number of bytes, and 8 more. */
  content(bytes: number): Uint8Array {
    const content = new Uint8Array(8 + bytes);
    content.set(NOISE.subarray(this.#below(NOISE.length - content.length)).subarray(0, content.length));
    new DataView(content.buffer).setUint32(0, ++this.#contents);
    return content;
  }

  /** Returns a message with some content, which is divided at random. */
  message(content: Uint8Array, time: number, hasDied: boolean): MessageBytes {
    const offset = this.#below(16);
    const bytes = new Uint8Array(offset + content.length + 8).fill(0xee);
    bytes.set(content, offset);
    const addressBytes = 2 + this.#below(3);
    const headerBytes = this.#below(content.length - addressBytes + 1);
    const bodyBytes = content.length - addressBytes - headerBytes;
    const view = new DataView(bytes.buffer);
    return { bytes, view, offset, addressBytes, headerBytes, bodyBytes, time, hasDied };
  }
}

/** Returns bytes that are different enough to be told apart. */
function makeNoise(): Uint8Array {
  const random = seededRandom(4711);
  return Uint8Array.from({ length: 100_000 }, () => random() * 256);
}
