import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { runTool } from "../../../src/cli/ctl/run.ts";
import { KeptTerminal } from "./kept_terminal.ts";

/** A terminal that tells when it is asked for its signal, and when something is written. */
class HeardTerminal extends KeptTerminal {
  readonly #heard: (() => void)[] = [];

  override complain(text: string): void {
    super.complain(text);
    this.#hear();
  }

  override print(lines: readonly string[]): Promise<void> {
    void super.print(lines);
    this.#hear();
    return Promise.resolve();
  }

  written = () => new Promise<void>((resolve) => this.#heard.push(resolve));

  #hear(): void {
    for (const resolve of this.#heard.splice(0)) resolve();
  }
}

describe("consume_event_stream", () => {
  let broker: Broker;
  let terminal: HeardTerminal;
  /** Resolves when the feed of events is open. */
  let opened: Promise<void>;
  let noteOpened = () => {};
  beforeEach(() => {
    broker = new Broker();
    terminal = new HeardTerminal(tmpdir());
    opened = new Promise((resolve) => noteOpened = resolve);
  });
  afterEach(() => broker.close());

  const surroundings = {
    environment: (name: string) => name === "HAREMQ_URL" ? "http://localhost" : undefined,
    socketFetcher: () => () => Promise.reject(new Error("unused")),
    async fetch(url: string, init: RequestInit) {
      const response = await broker.fetch(new Request(url, init), { isLoopback: true });
      if (url.includes("/api/events")) noteOpened();
      return response;
    },
    stateOf: () => "missing" as const,
    listeningSockets: () => [],
  };

  const run = (...args: string[]) =>
    runTool("rabbitmq-diagnostics", ["consume_event_stream", ...args], terminal, surroundings);

  const events = () => terminal.stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));

  it("writes events that match until Ctrl-C", async () => {
    const exit = run("--pattern", "^(queue|vhost)\\.");
    await opened;
    const written = terminal.written();
    broker.vhost("shop").exchange("orders");
    broker.vhost("shop").queue("orders");
    await written;
    terminal.stop.abort();
    assert.equal(await exit, 0, terminal.stderr);
    assert.deepEqual(events().map(({ event }) => event), ["vhost.created", "queue.created"]);
    const [, queue] = events();
    assert.deepEqual([queue.name, queue.vhost, typeof queue.timestamp_in_ms], ["orders", "shop", "number"]);
    assert.equal(terminal.stderr, "");
  });

  it("ends after its duration", async () => {
    assert.equal(await run("--duration", "1", "-q"), 0);
    assert.equal(terminal.stdout + terminal.stderr, "");
  });

  it("fails when the broker stops", async () => {
    const exit = run();
    await opened;
    await broker.close();
    assert.equal(await exit, 69);
    assert.match(terminal.stderr, /the broker stops/);
  });

  it("refuses a pattern or a duration that is none", async () => {
    assert.equal(await run("--pattern", "("), 64);
    assert.match(terminal.stderr, /--pattern is no regular expression/);
    assert.equal(await run("--duration", "0"), 64);
  });
});
