import { GzippedList } from "./gzipped_list.ts";
import type { Scope } from "./scope.ts";
import type { TimeSlices } from "./time_slices.ts";

/** Time without reading after which an answer is given up. In milliseconds. */
export const IDLE_MAX_MS = 60_000;

/** Time that it takes to write a part of a list to a socket. In milliseconds. */
export const SENDING_MS = 0.08;

const NO_STEPS: Iterator<void, void> = { next: () => ({ done: true, value: undefined }) };

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** The slices of time in which lists are sent. */
export type SendingSlices = Pick<TimeSlices, "clock" | "run" | "spend">;

/** The memory of all lists. */
export interface ListMemory {
  /** Takes memory for a part of a list, which has become that long. Returns false when that was too much. In bytes. */
  take(bytes: number, length: number): boolean;
  free(bytes: number): void;
}

/**
 * The text of a list for all who ask for it. It takes memory while anybody holds it: the cache, a request that waits for
 * it, or an answer that is being read.
 */
export class KeptList {
  readonly scope: Scope;
  /** Resolves when it is known whether the list can be shared: true when it is complete. */
  readonly isComplete: Promise<boolean>;
  /** Cancels the timer by which the cache forgets the list. */
  cancelTimer = () => {};
  readonly #slices: SendingSlices;
  readonly #memory: ListMemory;
  readonly #parts: Uint8Array[] = [];
  #gzipped: GzippedList | undefined;
  #headers: Record<string, string> = {};
  #length = 0;
  /** Memory that is taken for the compressed text. In bytes. */
  #gzippedBytes = 0;
  #holders = 0;
  #settle!: (isComplete: boolean) => void;

  constructor(scope: Scope, slices: SendingSlices, memory: ListMemory) {
    this.scope = scope;
    this.#slices = slices;
    this.#memory = memory;
    this.isComplete = new Promise((resolve) => this.#settle = resolve);
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    if (--this.#holders > 0) return;
    this.#memory.free(this.#length + this.#gzippedBytes);
    this.#length = this.#gzippedBytes = 0;
    this.#parts.length = 0;
    this.#gzipped = undefined;
  }

  /** Tells those who wait that the list can't be shared. */
  giveUp(): void {
    this.#settle(false);
  }

  /** Reads an answer's body as far as there is memory for it. Resolves with the reader of the rest if it is too long. */
  async read({ headers, body }: Response): Promise<Reader | undefined> {
    this.#headers = Object.fromEntries(headers);
    const reader: Reader = body!.getReader();
    for (;;) {
      const { value } = await reader.read();
      if (value === undefined) break;
      this.#parts.push(value);
      this.#length += value.length;
      if (!this.#memory.take(value.length, this.#length)) return reader;
    }
    this.#headers["content-length"] = `${this.#length}`;
    this.#settle(true);
    return undefined;
  }

  /**
   * Returns the compressed text, unless there is no memory for it. As much is taken as the text itself has until it is
   * complete, when its length is known: text becomes shorter.
   */
  #gzip(): GzippedList | undefined {
    if (this.#gzipped !== undefined) return this.#gzipped;
    const takenBytes = this.#length;
    if (!this.#memory.take(takenBytes, this.#length)) {
      this.#memory.free(takenBytes);
      return undefined;
    }
    this.#gzippedBytes = takenBytes;
    const gzipped = new GzippedList(this.#slices, this.#parts.values(), (length) => {
      if (this.#gzipped !== gzipped) return;
      this.#memory.free(this.#gzippedBytes - length);
      this.#gzippedBytes = length;
    });
    return this.#gzipped = gzipped;
  }

  /**
   * Returns an answer with the list, and with what a reader has besides. It takes over one holder's part.
   *
   * @param acceptsGzip true when the list is compressed if it is complete, and there is memory for that.
   */
  answer({ acceptsGzip, rest }: { readonly acceptsGzip: boolean; readonly rest?: Reader }): Response {
    const gzipped = acceptsGzip && rest === undefined ? this.#gzip() : undefined;
    const parts = gzipped === undefined ? this.#parts.values() : undefined;
    let index = 0;
    const next = async () => {
      if (gzipped !== undefined) return await gzipped.part(index++);
      return parts!.next().value ?? (await rest?.read())?.value;
    };
    let cancelTimer = () => {};
    let isOver = false;
    const end = () => {
      cancelTimer();
      if (!isOver) this.release();
      isOver = true;
    };
    const waitForReader = (controller: ReadableStreamDefaultController) => {
      cancelTimer = this.#slices.clock.after(IDLE_MAX_MS, () => {
        controller.error(new Error("nobody has read the list for too long"));
        end();
        rest?.cancel().catch(() => {});
      });
    };
    const body = new ReadableStream<Uint8Array>({
      start: waitForReader,
      pull: async (controller) => {
        cancelTimer();
        // A socket takes many parts at once, for whose writing Deno would leave the other sockets unread.
        await this.#slices.run(NO_STEPS);
        this.#slices.spend(SENDING_MS);
        const value = await next();
        if (value === undefined) {
          end();
          return controller.close();
        }
        controller.enqueue(value);
        waitForReader(controller);
      },
      cancel: async () => {
        end();
        await rest?.cancel();
      },
    }, { highWaterMark: 0 });
    return new Response(body, { headers: gzipped === undefined ? this.#headers : this.#headersOf(gzipped) });
  }

  #headersOf({ length }: GzippedList): Record<string, string> {
    const { "content-length": _, ...headers } = this.#headers;
    headers["content-encoding"] = "gzip";
    if (length !== undefined) headers["content-length"] = `${length}`;
    return headers;
  }
}
