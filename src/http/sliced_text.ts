import type { TimeSlices } from "./listing/time_slices.ts";

/** Length of the parts in which a long text is sent. In characters. */
const PART_LENGTH = 64 * 1024;

/**
 * Returns a body with a long text, whose pieces are written in slices of time while the client takes it. A piece that
 * is `undefined` is a step without text.
 */
export function slicedText(slices: TimeSlices, pieces: Iterator<string | undefined>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const part = { text: "", isLast: false };
      await slices.run(write(pieces, part));
      if (part.text !== "") controller.enqueue(encoder.encode(part.text));
      if (part.isLast) controller.close();
    },
  }, { highWaterMark: 0 });
}

function* write(
  pieces: Iterator<string | undefined>,
  part: { text: string; isLast: boolean },
): Generator<void, void> {
  while (part.text.length < PART_LENGTH) {
    const { value, done } = pieces.next();
    if (done) {
      part.isLast = true;
      return;
    }
    part.text += value ?? "";
    yield;
  }
}
