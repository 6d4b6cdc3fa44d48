import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BufferPool } from "../../src/transport/buffer_pool.ts";
import { OP_BINARY, OP_CLOSE, OP_PING, OP_PONG, OP_TEXT } from "../../src/websocket/frame.ts";
import { WebSocketTransport } from "../../src/websocket/websocket_transport.ts";
import { Peer, settle } from "../http1/pipe.ts";
import { bytesOf, clientFrame, type FrameParts, joined, serverFrames } from "./client_frames.ts";

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** A WebSocket between a peer and its server, with a clock that tests move. */
class Connection {
  readonly peer = new Peer();
  readonly #timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  #nowMs = 0;
  readonly transport: WebSocketTransport;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(received: Uint8Array = new Uint8Array(0)) {
    this.transport = new WebSocketTransport(this.peer.transport, received, {
      after: (delayMs, callback) => {
        const timer = { dueMs: this.#nowMs + delayMs, callback };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      buffers: new BufferPool(),
      messageMaxBytes: 100_000,
    });
    this.#reader = this.transport.readable.getReader();
    this.writer = this.transport.writable.getWriter();
    this.writer.closed.catch(() => {});
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Returns what the next read gives; "the end" behind the last bytes. */
  async read(): Promise<string> {
    const { value } = await this.#reader.read();
    return value === undefined ? "the end" : text(value);
  }

  send(...frames: readonly FrameParts[]): void {
    this.peer.push(text(joined(...frames.map(clientFrame))));
  }

  /** Returns the frames of the server as `opcode: payload`. */
  get frames(): string[] {
    return serverFrames(bytesOf(this.peer.received)).map(({ opcode, payload }) => `${opcode}: ${text(payload)}`);
  }

  async pass(ms: number): Promise<void> {
    await settle();
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.dueMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
    await settle();
  }
}

describe("a WebSocket over a connection", () => {
  it("carries bytes both ways, and those that came with the handshake first", async () => {
    const connection = new Connection(clientFrame({ payload: "first" }));
    connection.send({ payload: "second" });
    assert.equal(await connection.read(), "first");
    assert.equal(await connection.read(), "second");
    const long = "x".repeat(70_000);
    for (const written of ["a", "b".repeat(200), long]) await connection.writer.write(bytesOf(written));
    assert.deepEqual(connection.frames, [
      `${OP_BINARY}: a`,
      `${OP_BINARY}: ${"b".repeat(200)}`,
      `${OP_BINARY}: ${long}`,
    ]);
  });

  it("reads nothing of the peer before somebody asks", async () => {
    const connection = new Connection();
    connection.send({ opcode: OP_PING });
    await settle();
    assert.deepEqual(connection.frames, []);
  });

  it("waits with writing for the peer to read", async () => {
    const connection = new Connection();
    connection.peer.isStalled = true;
    let isWritten = false;
    connection.writer.write(bytesOf("a")).then(() => isWritten = true, () => {});
    await settle();
    assert.equal(isWritten, false);
    connection.transport.abort();
  });

  it("answers pings", async () => {
    const connection = new Connection();
    const reading = connection.read();
    connection.send({ opcode: OP_PING, payload: "1" });
    await settle();
    assert.deepEqual(connection.frames, [`${OP_PONG}: 1`]);
    connection.send({ payload: "data" });
    assert.equal(await reading, "data");
  });

  it("answers the last of many pings that come while the peer does not read", async () => {
    const written: string[] = [];
    let readAll = () => {};
    const isReading = new Promise<void>((resolve) => readAll = resolve);
    const writable = new WritableStream<Uint8Array>({
      async write(bytes) {
        await isReading;
        written.push(...serverFrames(bytes).map(({ payload }) => text(payload)));
      },
    });
    const pings = Array.from({ length: 100 }, (_, at) => clientFrame({ opcode: OP_PING, payload: `${at}` }));
    const readable = new ReadableStream<Uint8Array>({
      pull(controller) {
        const ping = pings.shift();
        if (ping === undefined) controller.close();
        else controller.enqueue(ping);
      },
    });
    const options = { after: () => () => {}, buffers: new BufferPool() };
    const reader = new WebSocketTransport({ readable, writable }, new Uint8Array(0), options).readable.getReader();
    assert.equal((await reader.read()).done, true);
    readAll();
    await settle();
    assert.deepEqual(written, ["0", "99"]);
  });

  it("ends when the peer closes, and answers with its code", async () => {
    const connection = new Connection();
    connection.send({ payload: "last" }, { opcode: OP_CLOSE, payload: "\x0b\xb8bye" });
    assert.equal(await connection.read(), "last");
    assert.equal(await connection.read(), "the end");
    assert.deepEqual(connection.frames, [`${OP_CLOSE}: \x0b\xb8`]);
    assert.equal(connection.peer.isClosed, true);
    await assert.rejects(connection.writer.write(bytesOf("too late")), TypeError);
    assert.equal(connection.timers, 0);
  });

  it("closes when its writable does, and reads on until the peer has answered", async () => {
    const connection = new Connection();
    await connection.writer.write(bytesOf("last"));
    await connection.writer.close();
    assert.deepEqual(connection.frames, [`${OP_BINARY}: last`, `${OP_CLOSE}: \x03\xe8`]);
    connection.send({ payload: "on the way" }, { opcode: OP_CLOSE, payload: "\x03\xe8" });
    assert.equal(await connection.read(), "on the way");
    assert.equal(await connection.read(), "the end");
    assert.equal(connection.frames.length, 2);
    assert.equal(connection.timers, 0);
  });

  it("tells a peer that breaks a rule why it is closed, behind the data before, and waits for its end", async () => {
    const connection = new Connection();
    connection.send({ payload: "good" }, { payload: "bad", opcode: OP_TEXT });
    assert.equal(await connection.read(), "good");
    const refused = assert.rejects(connection.read(), { name: "WebSocketError", code: 1003 });
    await settle();
    assert.deepEqual(connection.frames, [`${OP_CLOSE}: \x03\xeba message is text, and AMQP is binary`]);
    await connection.peer.end();
    await refused;
    assert.equal(connection.timers, 0);
  });

  it("gives up a peer that does not go after that", async () => {
    const connection = new Connection();
    connection.peer.isStalled = true;
    connection.send({ mask: null });
    const refused = assert.rejects(connection.read(), { code: 1002 });
    await connection.pass(1000);
    await refused;
    assert.equal(connection.timers, 0);
  });

  it("pings a silent peer after half a minute, and drops one that stays silent", async () => {
    const connection = new Connection();
    const reading = connection.read();
    await connection.pass(30_000);
    assert.deepEqual(connection.frames, [`${OP_PING}: `]);
    connection.send({ opcode: OP_PONG });
    await connection.pass(30_000);
    assert.equal(connection.frames.length, 1);
    await connection.pass(30_000);
    assert.equal(connection.frames.length, 2);
    assert.equal(connection.peer.isAborted, false);
    await connection.pass(30_000);
    assert.equal(connection.peer.isAborted, true);
    assert.equal(await reading, "the end");
    assert.equal(connection.timers, 0);
  });

  it("does not take a peer for silent while nobody reads", async () => {
    const connection = new Connection();
    for (let minute = 0; minute < 5; minute++) await connection.pass(60_000);
    assert.deepEqual(connection.frames, []);
    assert.equal(connection.peer.isAborted, false);
    connection.transport.abort();
    assert.equal(connection.timers, 0);
  });

  it("ends when the connection does", async () => {
    const connection = new Connection();
    await connection.peer.end();
    assert.equal(await connection.read(), "the end");
    assert.equal(connection.timers, 0);
  });
});
