import assert from "node:assert/strict";
import type { Broker } from "../../mod.ts";

interface Told {
  readonly event: string;
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** Reads server-sent events. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
  }

  static async open(broker: Broker, path: string, user = "guest:guest"): Promise<EventReader> {
    const headers = { authorization: `Basic ${btoa(user)}` };
    const response = await broker.fetch(new Request(`http://localhost${path}`, { headers }), {
      isLoopback: true,
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const feed = new EventReader(response);
    assert.equal((await feed.next())?.event, "open");
    return feed;
  }

  /** Returns the next event; `undefined` at the end. */
  async next(): Promise<Told | undefined> {
    while (!this.#text.includes("\n\n")) {
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
    const end = this.#text.indexOf("\n\n");
    const lines = this.#text.slice(0, end).split("\n");
    this.#text = this.#text.slice(end + 2);
    const [, event] = lines[1].split(": ");
    return { event, data: JSON.parse(lines[2].slice("data: ".length)) };
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}
