import { cachedViewOf, copyExactly } from "../wire/copy.ts";
import type { ContentPlace } from "./delivery.ts";

/** Size of an array that deliveries share. It is as much as a delivery that the program keeps can hold on to. In bytes. */
const SHARED_BYTES = 16 * 1024;
/** Largest content in a shared array; larger ones have an array of their own. In bytes. */
const SHARED_CONTENT_MAX = 2 * 1024;
const VIEW_COPY_MAX = 96;

/** Copies of the contents of deliveries: small ones lie in arrays that are shared, as an array each would cost more than all else. */
export class ContentCopies {
  /** The array of the last copy. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #shared: Uint8Array<ArrayBuffer> = this.bytes;
  #view = new DataView(this.#shared.buffer);
  #used = 0;
  readonly #sharedMax: number;

  /** @param sharedMax the largest content that shares an array with others. In bytes. */
  constructor(sharedMax: number = SHARED_CONTENT_MAX) {
    this.#sharedMax = sharedMax;
  }

  /** Copies address, content header and body. Returns where they begin in {@linkcode bytes}. */
  add(content: ContentPlace): number {
    const { bytes, offset } = content;
    const length = content.addressBytes + content.headerBytes + content.bodyBytes;
    if (length > this.#sharedMax) {
      this.bytes = new Uint8Array(length);
      this.bytes.set(bytes.subarray(offset, offset + length));
      return 0;
    }
    if (this.#used + length > this.#shared.length) this.#renew();
    const start = this.#used;
    this.bytes = this.#shared;
    if (length <= VIEW_COPY_MAX) copyExactly(this.#view, start, content.view ?? cachedViewOf(bytes), offset, length);
    else this.#shared.set(bytes.subarray(offset, offset + length), start);
    this.#used = start + length;
    return start;
  }

  #renew(): void {
    this.#shared = new Uint8Array(SHARED_BYTES);
    this.#view = new DataView(this.#shared.buffer);
    this.#used = 0;
  }
}
