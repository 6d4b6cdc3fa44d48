import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type PortTransport, portTransport } from "../../src/transport/port_transport.ts";
import { settled } from "../fake_clock.ts";

const WINDOW_BYTES = 512 * 1024;

function pair(): [PortTransport, PortTransport] {
  const { port1, port2 } = new MessageChannel();
  return [portTransport(port1), portTransport(port2)];
}

/** Waits until messages between ports have arrived, by one that is sent behind them. */
async function delivered(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port2.onmessage = resolve;
      port1.postMessage(undefined);
    });
    port1.close();
    port2.close();
    await settled();
  }
}

async function readAll(readable: ReadableStream<Uint8Array>): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of readable) bytes.push(...chunk);
  return bytes;
}

describe("a transport over a port", () => {
  it("carries bytes in both directions until both have ended", async () => {
    const [a, b] = pair();
    const [toB, toA] = [a.writable.getWriter(), b.writable.getWriter()];
    const memory = Uint8Array.of(0, 1, 2, 3, 4);
    await toB.write(memory.subarray(1, 3));
    memory.fill(9);
    await toB.write(Uint8Array.of(3));
    await toB.close();
    await toA.write(Uint8Array.of(7));
    await toA.close();
    assert.deepEqual(await readAll(b.readable), [1, 2, 3]);
    assert.deepEqual(await readAll(a.readable), [7]);
    await Promise.all([a.closed, b.closed]);
  });

  it("waits with more than the other side can take until that has read", async () => {
    const [a, b] = pair();
    const writer = a.writable.getWriter();
    await writer.write(new Uint8Array(WINDOW_BYTES));
    let isWritten = false;
    const written = writer.write(Uint8Array.of(1, 2, 3)).then(() => isWritten = true);
    await delivered();
    assert.equal(isWritten, false);
    const reader = b.readable.getReader();
    assert.equal((await reader.read()).value?.length, WINDOW_BYTES);
    await written;
    assert.deepEqual((await reader.read()).value, Uint8Array.of(1, 2, 3));
    a.abort();
  });

  it("carries a chunk of any length, in order", async () => {
    const [a, b] = pair();
    const bytes = Uint8Array.from({ length: 3 * WINDOW_BYTES + 17 }, (_, index) => index * 7);
    const writer = a.writable.getWriter();
    const written = writer.write(bytes).then(() => writer.close());
    let at = 0;
    for await (const chunk of b.readable) {
      assert.deepEqual(chunk, bytes.slice(at, at + chunk.length));
      at += chunk.length;
    }
    assert.equal(at, bytes.length);
    await written;
  });

  it("ends both streams of the other side with an error when it is aborted", async () => {
    const [a, b] = pair();
    const reading = b.readable.getReader().read();
    a.abort();
    a.abort();
    await assert.rejects(reading, /The other side of the port is gone/);
    await assert.rejects(b.writable.getWriter().closed, /gone/);
    await assert.rejects(a.writable.getWriter().write(Uint8Array.of(1)), /gone/);
    await Promise.all([a.closed, b.closed]);
  });

  it("fails a write that waits when the other side is gone", async () => {
    const [a, b] = pair();
    const writing = a.writable.getWriter().write(new Uint8Array(WINDOW_BYTES + 1));
    await delivered();
    b.abort();
    await assert.rejects(writing, /gone/);
  });

  it("is aborted when nobody wants to read it", async () => {
    const [a, b] = pair();
    await b.readable.cancel();
    await assert.rejects(a.readable.getReader().read(), /gone/);
  });

  it("drops a side that sends more than it may, what is no bytes, or more behind its end", async () => {
    const floods: readonly (readonly unknown[])[] = [
      [new Uint8Array(WINDOW_BYTES), Uint8Array.of(1)],
      [{ not: "bytes" }],
      ["end", Uint8Array.of(1)],
    ];
    for (const messages of floods) {
      const { port1, port2 } = new MessageChannel();
      const transport = portTransport(port1);
      const answer = new Promise((resolve) => port2.onmessage = ({ data }) => resolve(data));
      for (const message of messages) port2.postMessage(message);
      assert.equal(await answer, "abort");
      await assert.rejects(transport.readable.getReader().read(), /sent what it must not/);
      await transport.closed;
      port2.close();
    }
  });
});
