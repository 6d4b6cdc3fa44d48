import type { TimeSlices } from "./time_slices.ts";

/** Length of the parts in which a long list is sent, but for their last element. In characters. Each fits in one write. */
const PART_LENGTH = 60 * 1024;

export const JSON_HEADERS = { "content-type": "application/json" };

/** Yields the texts of values, each when it is asked for. */
export function* textsOf(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield JSON.stringify(value);
}

/**
 * The text of a JSON array, which is joined from the texts of its elements in slices, while the client takes it. A slow
 * client keeps the items, but not their text, in memory.
 */
export class JsonText {
  readonly #slices: TimeSlices;
  readonly #elements: Iterator<string>;
  #text = "[";
  #count = 0;
  #isComplete = false;

  constructor(slices: TimeSlices, elements: Iterator<string>) {
    this.#slices = slices;
    this.#elements = elements;
  }

  /** Returns an answer with the array: with a known length if it is short. */
  async reply(): Promise<Response> {
    await this.#slices.run(this.#write());
    if (this.#isComplete) return new Response(this.#text, { headers: JSON_HEADERS });
    return new Response(this.#stream(), { headers: JSON_HEADERS });
  }

  #stream(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    return new ReadableStream({
      pull: async (controller) => {
        if (this.#text === "") await this.#slices.run(this.#write());
        controller.enqueue(encoder.encode(this.#text));
        this.#text = "";
        if (this.#isComplete) controller.close();
      },
    }, { highWaterMark: 0 });
  }

  /** Writes a part. */
  *#write(): Generator<void> {
    while (this.#text.length < PART_LENGTH) {
      const { value, done } = this.#elements.next();
      if (done) {
        this.#text += "]";
        this.#isComplete = true;
        return;
      }
      this.#text += (this.#count++ === 0 ? "" : ",") + value;
      yield;
    }
  }
}
