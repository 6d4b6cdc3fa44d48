import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import net from "node:net";
import type { TLSSocket } from "node:tls";
import type { Transport } from "../../src/transport/transport.ts";
import { clientOptions, connectTls, TlsServer } from "./tls_server.ts";

interface Connection {
  readonly transport: Transport;
  readonly peer: TLSSocket;
  /** Keeps incoming bytes from the peer, as Deno's TLS continues reading in a paused socket. */
  readonly hold: () => void;
  readonly letGo: () => void;
  /** Resolves when the connection is closed. */
  readonly dropped: Promise<void>;
}

/** Connects over a real socket with TLS: returns the accepted transport, and the peer's socket. */
async function connect(): Promise<Connection> {
  const server = await TlsServer.start();
  const { promise: joined, resolve } = Promise.withResolvers<net.Socket>();
  const relay = net.createServer((front) => {
    const back = net.connect(server.port, "127.0.0.1");
    front.pipe(back).on("data", (chunk) => front.write(chunk) || back.pause());
    front.on("drain", () => back.resume()).on("error", () => back.destroy()).on("close", () => back.destroy());
    back.on("end", () => front.end()).on("error", () => front.destroy()).on("close", () => front.destroy());
    resolve(back);
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const { port } = relay.address() as net.AddressInfo;
  const [transport, peer, back] = await Promise.all([server.accepted(), connectTls(clientOptions(port)), joined]);
  server.close();
  relay.close();
  const dropped = new Promise<void>((resolve) => void back.on("close", () => resolve()));
  return { transport, peer, hold: () => void back.pause(), letGo: () => void back.resume(), dropped };
}

async function receive(peer: TLSSocket): Promise<number> {
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

describe("a transport over a socket with TLS", () => {
  it("carries every byte in order, in both directions at once", async () => {
    const { transport, peer } = await connect();
    const sent = new Uint8Array(5_000_000).map((_, index) => index * 7 + (index >> 8));
    const received: Uint8Array[] = [];
    let count = 0;
    const all = new Promise<void>((resolve) => {
      peer.on("data", (chunk: Uint8Array) => {
        received.push(chunk);
        count += chunk.length;
        if (count === sent.length) resolve();
      });
    });
    const echoed = transport.readable.pipeTo(transport.writable);
    peer.resume();
    peer.write(sent);
    await all;
    peer.end();
    await echoed;
    let offset = 0;
    for (const chunk of received) {
      for (const byte of chunk) if (byte !== sent[offset++]) assert.fail(`byte ${offset - 1} differs`);
    }
    assert.equal(offset, sent.length);
  });

  it("names both ends by their IP addresses, and the agreed parameters", async () => {
    const server = await TlsServer.start();
    const [transport, peer] = await Promise.all([server.accepted(), connectTls(clientOptions(server.port))]);
    server.close();
    assert.deepEqual({ ...transport.peer }, { host: "127.0.0.1", port: peer.localPort });
    assert.deepEqual({ ...transport.local }, { host: "127.0.0.1", port: peer.remotePort });
    const { version, cipher, peerCertificate } = transport.tls!;
    assert.equal(version, "TLSv1.3");
    assert.match(cipher, /^TLS_(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384)$/);
    assert.equal(peerCertificate, undefined);
    transport.abort!();
    peer.destroy();
  });

  it("passes on plain bytes, as other transports do", async () => {
    const { transport, peer } = await connect();
    peer.write("hello");
    const { value } = await transport.readable.getReader().read();
    assert.equal(value!.constructor, Uint8Array);
    assert.equal(new TextDecoder().decode(value), "hello");
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
    const { transport, peer, hold, letGo } = await connect();
    hold();
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
    letGo();
    assert.equal(await receive(peer), 100 * chunk.length);
    await all;
    peer.destroy();
  });

  it("copies written bytes before their memory is reused", async () => {
    const { transport, peer } = await connect();
    const writer = transport.writable.getWriter();
    const chunk = new Uint8Array(200_000);
    const received: Uint8Array[] = [];
    peer.on("data", (data: Uint8Array) => received.push(data));
    peer.resume();
    for (let count = 0; count < 50; count++) {
      chunk.fill(count);
      await writer.write(chunk);
    }
    chunk.fill(255);
    // The peer may have read all of it before the writer knows that it is closed.
    const ended = once(peer, "end");
    await writer.close();
    await ended;
    const all = Buffer.concat(received);
    assert.equal(all.length, 50 * chunk.length);
    for (let at = 0; at < all.length; at++) if (all[at] !== Math.floor(at / chunk.length)) assert.fail(`byte ${at}`);
    peer.destroy();
  });

  it("still completes writes when the peer has ended its side, or is gone", async () => {
    const { transport, peer } = await connect();
    peer.resume();
    peer.end("request");
    const reader = transport.readable.getReader();
    assert.equal((await reader.read()).value!.length, "request".length);
    assert.equal((await reader.read()).done, true);
    await transport.writable.close();
    await closing(peer);
  });

  it("is closed when its reader was cancelled and its own side was closed", async () => {
    const { transport, peer } = await connect();
    const closed = closing(peer);
    peer.resume();
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
    const { transport, peer, hold, letGo, dropped } = await connect();
    hold();
    const writer = transport.writable.getWriter();
    const write = writer.write(new Uint8Array(100_000_000));
    const read = transport.readable.getReader().read();
    const failed = assert.rejects(write);
    await new Promise((resolve) => setTimeout(resolve, 50));
    transport.abort!();
    transport.abort!();
    assert.equal((await read).done, true);
    await failed;
    await assert.rejects(writer.write(new Uint8Array(1)));
    letGo();
    await dropped;
    peer.destroy();
  });

  it("ends its waiting read and fails its waiting write when the peer is gone", async () => {
    const { transport, peer, hold } = await connect();
    hold();
    const writer = transport.writable.getWriter();
    const failed = assert.rejects(writer.write(new Uint8Array(100_000_000)));
    const read = transport.readable.getReader().read().then(({ done }) => done, () => true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    peer.destroy();
    assert.equal(await read, true);
    await failed;
    transport.abort!();
  });

  it("is not harmed when the peer leaves while it is neither read nor written", async () => {
    const { transport, peer } = await connect();
    peer.destroy();
    await closing(peer);
    await transport.readable.getReader().read().catch(() => {});
    await transport.writable.getWriter().close().catch(() => {});
    transport.abort!();
  });
});

/** Resolves when the socket is closed, by an error or not. */
function closing(peer: TLSSocket): Promise<unknown> {
  return peer.closed ? Promise.resolve() : new Promise((resolve) => peer.once("close", resolve));
}
