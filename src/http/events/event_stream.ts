/** Length of the text that waits for a slow reader, above which events are dropped. In characters. */
const WAITING_MAX = 256 * 1024;

/**
 * Server-sent events for one reader. What a slow one misses is counted, and told as the event `lost` when there is room
 * again.
 */
export class EventStream {
  readonly #encoder = new TextEncoder();
  readonly #onEnd: () => void;
  #waiting = "";
  #lost = 0;
  #lastId = 0;
  #isEnded = false;
  #wake = () => {};

  /** @param onEnd called once, when either side has ended it. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** True when the reader keeps up, so that another event is not lost. */
  get hasRoom(): boolean {
    return !this.#isEnded && this.#waiting.length < WAITING_MAX;
  }

  /** Sends an event with a JSON value. */
  send(event: string, json: unknown): void {
    if (this.#isEnded) return;
    if (this.#waiting.length >= WAITING_MAX) this.#lost++;
    else this.#waiting += this.#told() + this.#textOf(event, json);
    this.#wake();
  }

  /** Returns what a reader is told before the next event. */
  #told(): string {
    if (this.#lost === 0) return "";
    const events = this.#lost;
    this.#lost = 0;
    return this.#textOf("lost", { events });
  }

  #textOf(event: string, json: unknown): string {
    return `id: ${++this.#lastId}\nevent: ${event}\ndata: ${JSON.stringify(json)}\n\n`;
  }

  /** Sends what waits, and ends the stream. */
  end(reason: string): void {
    if (this.#isEnded) return;
    this.#waiting += this.#told() + this.#textOf("closed", { reason });
    this.#end();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd();
    this.#wake();
  }

  response(): Response {
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const hasNothing = this.#waiting === "" && this.#lost === 0;
        if (hasNothing && !this.#isEnded) await new Promise<void>((resolve) => this.#wake = resolve);
        if (this.#waiting === "") this.#waiting = this.#told();
        if (this.#waiting !== "") controller.enqueue(this.#encoder.encode(this.#waiting));
        this.#waiting = "";
        if (this.#isEnded) controller.close();
      },
      cancel: () => this.#end(),
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  }
}
