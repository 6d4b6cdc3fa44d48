import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Transport } from "../../src/transport/transport.ts";
import { runtime } from "../../src/runtime/current.ts";
import type { Held } from "./many_connections.ts";

const HOST = "127.0.0.1";

/** Connects over a real socket: returns the accepted transport, and the peer's socket, which reads nothing yet. */
async function connect(): Promise<{ transport: Transport; peer: net.Socket }> {
  const { promise: accepted, resolve } = Promise.withResolvers<Transport>();
  const listener = await runtime.listen({ host: HOST, port: 0 }, resolve);
  const peer = net.connect({ host: HOST, port: listener.address.port, allowHalfOpen: true });
  peer.pause();
  peer.on("error", () => {});
  const [transport] = await Promise.all([accepted, once(peer, "connect")]);
  listener.close();
  return { transport, peer };
}

/** Resolves when the socket is closed, by an error or not. */
function closing(peer: net.Socket): Promise<unknown> {
  return new Promise((resolve) => peer.once("close", resolve));
}

async function receive(peer: net.Socket): Promise<number> {
  let total = 0;
  peer.on("data", (chunk: Uint8Array) => total += chunk.length);
  peer.resume();
  await once(peer, "end");
  return total;
}

/** Resolves when `count` has not changed for a while, as nothing flows any more. */
async function standstill(count: () => number): Promise<number> {
  for (let before = -1; before !== count();) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return count();
}

describe("a transport over a socket", () => {
  it("carries every byte in order, in both directions at once", async () => {
    const { transport, peer } = await connect();
    const sent = new Uint8Array(5_000_000).map((_, index) => index * 7 + (index >> 8));
    const echoed = transport.readable.pipeTo(transport.writable);
    const received: Uint8Array[] = [];
    peer.on("data", (chunk: Uint8Array) => received.push(chunk));
    peer.resume();
    peer.end(sent);
    await Promise.all([echoed, once(peer, "end")]);
    let offset = 0;
    for (const chunk of received) {
      for (const byte of chunk) if (byte !== sent[offset++]) assert.fail(`byte ${offset - 1} differs`);
    }
    assert.equal(offset, sent.length);
  });

  it("names both ends by their IP addresses", async () => {
    const { transport, peer } = await connect();
    assert.deepEqual({ ...transport.peer }, { host: HOST, port: peer.localPort });
    assert.deepEqual({ ...transport.local }, { host: HOST, port: peer.remotePort });
    transport.abort!();
    peer.destroy();
  });

  it("leaves unread bytes in the kernel, so that the peer has to wait", async () => {
    const { transport, peer } = await connect();
    const chunk = new Uint8Array(1024 * 1024);
    let sent = 0;
    (function send() {
      while (sent < 400 && peer.write(chunk, () => sent++));
      if (sent < 400) peer.once("drain", send);
    })();
    const reader = transport.readable.getReader();
    let { value } = await reader.read();
    const sentUnread = await standstill(() => sent);
    assert.ok(sentUnread < 50, `the peer could send ${sentUnread} MiB to a transport that is not read`);

    for (let received = 0; received < 100 * chunk.length; received += value!.length) {
      ({ value } = await reader.read());
    }
    transport.abort!();
    peer.destroy();
  });

  it("completes a write only when the kernel has taken all of it", async () => {
    const { transport, peer } = await connect();
    const writer = transport.writable.getWriter();
    const chunk = new Uint8Array(1024 * 1024);
    let written = 0;
    const all = (async () => {
      for (let count = 0; count < 100; count++) {
        await writer.write(chunk);
        written++;
      }
      await writer.close();
    })();
    const writtenUnread = await standstill(() => written);
    assert.ok(writtenUnread < 50, `${writtenUnread} MiB were written to a peer that does not read`);
    assert.equal(await receive(peer), 100 * chunk.length);
    await all;
    peer.destroy();
  });

  it("still writes after the peer has ended its side", async () => {
    const { transport, peer } = await connect();
    peer.end("request");
    const reader = transport.readable.getReader();
    assert.equal((await reader.read()).value!.length, "request".length);
    assert.equal((await reader.read()).done, true);
    const writer = transport.writable.getWriter();
    const received = receive(peer);
    for (let count = 0; count < 10; count++) await writer.write(new Uint8Array(1_000_000));
    await writer.close();
    assert.equal(await received, 10_000_000);
  });

  it("still reads after its own side was closed", async () => {
    const { transport, peer } = await connect();
    const writer = transport.writable.getWriter();
    const received = receive(peer);
    await writer.write(new Uint8Array(100));
    await writer.close();
    assert.equal(await received, 100);
    peer.end(new Uint8Array(100_000));
    let total = 0;
    for await (const chunk of transport.readable) total += chunk.length;
    assert.equal(total, 100_000);
  });

  it("is closed when both sides have ended", async () => {
    const { transport, peer } = await connect();
    const closed = closing(peer);
    peer.resume();
    peer.end();
    assert.equal((await transport.readable.getReader().read()).done, true);
    await transport.writable.close();
    await closed;
  });

  it("is closed when its reader was cancelled and its own side was closed", async () => {
    const { transport, peer } = await connect();
    const closed = closing(peer);
    peer.resume();
    peer.on("end", () => peer.end());
    await transport.readable.cancel();
    await transport.writable.close();
    await closed;
  });

  it("still writes after its reader was cancelled, whatever the peer sends", async () => {
    const { transport, peer } = await connect();
    const reader = transport.readable.getReader();
    const read = reader.read();
    await reader.cancel();
    assert.equal((await read).done, true);
    const writer = transport.writable.getWriter();
    peer.resume();
    for (let count = 0; count < 3; count++) {
      peer.write("unheard");
      const received = once(peer, "data");
      await writer.write(new Uint8Array(1));
      await received;
    }
    transport.abort!();
    peer.destroy();
  });

  it("drops the connection at once when aborted: the waiting read ends, the waiting write fails", async () => {
    const { transport, peer } = await connect();
    const writer = transport.writable.getWriter();
    const write = writer.write(new Uint8Array(100_000_000));
    const read = transport.readable.getReader().read();
    const failed = assert.rejects(write);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = closing(peer);
    transport.abort!();
    transport.abort!();
    assert.equal((await read).done, true);
    await failed;
    await assert.rejects(writer.write(new Uint8Array(1)));
    peer.on("end", () => peer.destroy());
    peer.resume();
    await closed;
  });

  it("fails its waiting read and write when the peer resets the connection", async () => {
    const { transport, peer } = await connect();
    const writer = transport.writable.getWriter();
    const failed = assert.rejects(writer.write(new Uint8Array(100_000_000)));
    const read = transport.readable.getReader().read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    peer.resetAndDestroy();
    await assert.rejects(read);
    await failed;
    transport.abort!();
  });

  it("is not harmed when the peer resets a connection that is neither read nor written", async () => {
    const { transport, peer } = await connect();
    peer.resetAndDestroy();
    await closing(peer);
    await assert.rejects(transport.readable.getReader().read());
    await assert.rejects(transport.writable.getWriter().write(new Uint8Array(1)));
  });

  it("frees the memory and the descriptors of thousands of connections", async () => {
    const held = await runManyConnections();
    const [first, last] = [held[0], held[held.length - 1]];
    // A leak grows each time; the heap grows until it has found its size.
    const keptBytes = held.slice(1).map(({ residentBytes, connections }, before) =>
      (residentBytes - held[before].residentBytes) / connections
    );
    assert.ok(Math.min(...keptBytes) < 12 * 1024, `each connection left ${keptBytes} bytes behind`);
    assert.ok(last.descriptors - first.descriptors < 20, `${last.descriptors} descriptors are open`);
  });
});

async function runManyConnections(): Promise<readonly Held[]> {
  const program = fileURLToPath(new URL("many_connections.ts", import.meta.url));
  const args = runtime.name === "Deno" ? ["run", "-A", "--no-check", program] : [program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
