import { Disconnected, HttpProblem } from "./problem.ts";

const NO_BYTES = new Uint8Array(0);
const CR = 13;
const LF = 10;

/** The bytes that a peer sends. */
export class Input {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** Received bytes that nobody has taken. */
  #bytes: Uint8Array = NO_BYTES;
  /** The read that is under way. */
  #reading: Promise<boolean> | undefined;

  constructor(readable: ReadableStream<Uint8Array>) {
    this.#reader = readable.getReader();
  }

  /** True when bytes wait to be taken. */
  get hasBytes(): boolean {
    return this.#bytes.length > 0;
  }

  /**
   * Takes a head: everything before the empty line, of at most `maxBytes`, as Latin-1. Resolves with `undefined` when
   * the peer closes before its first byte. Rejects with {@linkcode HttpProblem} for a longer one.
   */
  async takeHead(lineMaxBytes: number, maxBytes: number): Promise<string | undefined> {
    this.#skipEmptyLines();
    while (!this.hasBytes || this.#bytes.length === 1 && this.#bytes[0] === CR) {
      if (!await this.receive()) return undefined;
      this.#skipEmptyLines();
    }
    for (let from = 0;;) {
      const end = endOfHead(this.#bytes, from);
      if (end >= 0) {
        if (end > maxBytes) throw new HttpProblem(431, "headers are too large");
        const text = latin1(this.#bytes.subarray(0, end));
        if (text.indexOf("\r\n") > lineMaxBytes) throw new HttpProblem(414, "request line is too long");
        this.#drop(end + 4);
        return text;
      }
      if (this.#bytes.length > maxBytes) throw new HttpProblem(431, "headers are too large");
      if (this.#bytes.length > lineMaxBytes && !this.#bytes.subarray(0, lineMaxBytes).includes(LF)) {
        throw new HttpProblem(414, "request line is too long");
      }
      from = Math.max(0, this.#bytes.length - 3);
      if (!await this.receive()) throw new Disconnected("the peer closed the connection in a request");
    }
  }

  /** Takes a line of at most `maxBytes`, without its end. */
  async takeLine(maxBytes: number): Promise<string> {
    for (;;) {
      const end = this.#bytes.indexOf(LF);
      if (end > maxBytes || end < 0 && this.#bytes.length > maxBytes) throw new HttpProblem(400, "line is too long");
      if (end >= 0) {
        if (this.#bytes[end - 1] !== CR) throw new HttpProblem(400, "malformed line");
        const text = latin1(this.#bytes.subarray(0, end - 1));
        this.#drop(end + 1);
        return text;
      }
      if (!await this.receive()) throw new Disconnected("the peer closed the connection in a request");
    }
  }

  /** Takes at least one byte, and at most `maxBytes`. */
  async take(maxBytes: number): Promise<Uint8Array> {
    while (!this.hasBytes) {
      if (!await this.receive()) throw new Disconnected("the peer closed the connection in a request");
    }
    const taken = this.#bytes.subarray(0, maxBytes);
    this.#drop(taken.length);
    return taken;
  }

  /** Waits for more bytes. Resolves with false when there are none any more. */
  receive(): Promise<boolean> {
    return this.#reading ??= this.#receive();
  }

  /** Leaves the peer's bytes to somebody else. Returns those that nobody has taken. No read may be under way. */
  release(): Uint8Array {
    const bytes = this.#bytes;
    this.#bytes = NO_BYTES;
    this.#reader.releaseLock();
    return bytes;
  }

  async #receive(): Promise<boolean> {
    try {
      const { value } = await this.#reader.read();
      if (value === undefined) return false;
      this.#append(value);
      return true;
    } catch {
      return false;
    } finally {
      this.#reading = undefined;
    }
  }

  /** Copies bytes, as the transport may reuse their memory. */
  #append(more: Uint8Array): void {
    const all = new Uint8Array(this.#bytes.length + more.length);
    all.set(this.#bytes);
    all.set(more, this.#bytes.length);
    this.#bytes = all;
  }

  #drop(count: number): void {
    this.#bytes = count === this.#bytes.length ? NO_BYTES : this.#bytes.subarray(count);
  }

  /** Skips empty lines before a request (RFC 9112 §2.2). */
  #skipEmptyLines(): void {
    let at = 0;
    while (this.#bytes[at] === CR && this.#bytes[at + 1] === LF) at += 2;
    this.#drop(at);
  }
}

function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF) return at;
  }
  return -1;
}

/** Decodes bytes as ISO-8859-1; `TextDecoder` would take them as Windows-1252. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
