import type { Input } from "./input.ts";
import { HttpProblem } from "./problem.ts";

/** Maximum length of a chunk's line and of a trailer. In bytes. */
const LINE_MAX_BYTES = 1024;
/** Maximum number of trailers, which are dropped. */
const TRAILERS_MAX = 16;
/** Maximum length of a piece of a body. In bytes. */
const PIECE_MAX_BYTES = 64 * 1024;

/** The body of a request, piece by piece. */
export class RequestBody {
  readonly #input: Input;
  readonly #isChunked: boolean;
  /** Number of bytes until the end of the body, or of the current chunk. */
  #remaining: number;
  #isDone: boolean;

  constructor(input: Input, length: number | "chunked") {
    this.#input = input;
    this.#isChunked = length === "chunked";
    this.#remaining = length === "chunked" ? 0 : length;
    this.#isDone = length === 0;
  }

  /** True when all of it was taken. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Takes the next piece. Resolves with `undefined` behind the last one. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#isDone) return undefined;
    if (this.#remaining === 0 && !await this.#startChunk()) return undefined;
    const piece = await this.#input.take(Math.min(this.#remaining, PIECE_MAX_BYTES));
    this.#remaining -= piece.length;
    if (this.#remaining === 0) {
      if (!this.#isChunked) this.#isDone = true;
      else if (await this.#input.takeLine(1) !== "") throw new HttpProblem(400, "malformed chunk");
    }
    return piece;
  }

  /** Reads the length of a chunk. Resolves with false behind the last one. */
  async #startChunk(): Promise<boolean> {
    const [, digits] = /^([0-9A-Fa-f]{1,12})[ \t]*(;.*)?$/.exec(await this.#input.takeLine(LINE_MAX_BYTES)) ?? [];
    if (digits === undefined) throw new HttpProblem(400, "malformed chunk");
    this.#remaining = parseInt(digits, 16);
    if (this.#remaining > 0) return true;
    for (let count = 0; await this.#input.takeLine(LINE_MAX_BYTES) !== ""; count++) {
      if (count === TRAILERS_MAX) throw new HttpProblem(400, "too many trailers");
    }
    this.#isDone = true;
    return false;
  }
}
