import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { describe, it } from "node:test";
import type { Address, Transport } from "../../src/transport/transport.ts";
import { runtime } from "../../src/runtime/current.ts";
import { ListenError } from "../../src/runtime/runtime.ts";

const ignore = () => {};

async function reasonOfFailure(address: Address): Promise<string> {
  const error = await runtime.listen(address, ignore).then(() => undefined, (error) => error);
  assert.ok(error instanceof ListenError, `expected a ListenError, received ${error}`);
  return error.reason;
}

describe("listening", () => {
  it("takes a free port for port 0", async () => {
    const listener = await runtime.listen({ host: "127.0.0.1", port: 0 }, ignore);
    assert.equal(listener.address.host, "127.0.0.1");
    assert.ok(listener.address.port > 0);
    listener.close();
  });

  for (
    const [host, reachedAt] of [["127.0.0.1", "127.0.0.1"], ["0.0.0.0", "127.0.0.1"], ["::1", "::1"], ["::", "::1"]]
  ) {
    it(`on ${host} is reached at ${reachedAt}`, async () => {
      assert.equal(await localHostOfConnection(host, reachedAt), reachedAt);
    });
  }

  it("on :: shows an IPv4 peer by its IPv4 address", async () => {
    assert.equal(await localHostOfConnection("::", "127.0.0.1"), "127.0.0.1");
  });

  it("reports that a port is in use", async () => {
    const listener = await runtime.listen({ host: "127.0.0.1", port: 0 }, ignore);
    assert.equal(await reasonOfFailure(listener.address), "in use");
    listener.close();
  });

  it("reports that no interface has the address", async () => {
    assert.equal(await reasonOfFailure({ host: "192.0.2.1", port: 0 }), "not available");
  });

  it("reports any other error", async () => {
    assert.equal(await reasonOfFailure({ host: "127.0.0.1", port: 70_000 }), "other");
  });

  it("accepts no more after it was closed, while accepted connections go on", async () => {
    const { promise: accepted, resolve } = Promise.withResolvers<Transport>();
    const listener = await runtime.listen({ host: "127.0.0.1", port: 0 }, resolve);
    const peer = net.connect(listener.address.port, "127.0.0.1");
    const transport = await accepted;
    listener.close();
    listener.close();
    await once(net.connect(listener.address.port, "127.0.0.1"), "error"); // refused, or reset by a socket that is closing
    await transport.writable.getWriter().write(new Uint8Array(3));
    const [chunk] = await once(peer, "data");
    assert.equal(chunk.length, 3);
    peer.destroy();
  });
});

async function localHostOfConnection(host: string, reachedAt: string): Promise<string> {
  const { promise: accepted, resolve } = Promise.withResolvers<Transport>();
  const listener = await runtime.listen({ host, port: 0 }, resolve);
  const peer = net.connect(listener.address.port, reachedAt);
  const transport = await accepted;
  assert.equal(transport.peer!.host, reachedAt);
  listener.close();
  peer.destroy();
  return transport.local!.host;
}
