import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { ConfiguredBroker } from "./configured_broker.ts";

const IDLE = 10_000;
const SLOW = 1000;
const AUTHORIZATION = `Basic ${btoa("guest:guest")}`;

describe("connections of the management API that send little or nothing", () => {
  let broker: ConfiguredBroker;
  let port: number;
  before(async () => {
    broker = await ConfiguredBroker.start([], {}, { hasManagement: true });
    port = Number(new URL(broker.managementUrl).port);
  });
  after(() => broker.close());

  /** Opens connections, a few hundred at a time, each with its first bytes. */
  async function open(count: number, text: string): Promise<Socket[]> {
    const sockets: Socket[] = [];
    while (sockets.length < count) {
      const batch = Array.from({ length: Math.min(250, count - sockets.length) }, () => {
        const socket = createConnection({ host: "127.0.0.1", port });
        socket.on("error", () => {});
        socket.resume();
        return socket;
      });
      await Promise.all(batch.map((socket) => once(socket, "connect")));
      if (text !== "") { for (const socket of batch) socket.write(text); }
      sockets.push(...batch);
    }
    return sockets;
  }

  async function whoami(): Promise<number> {
    const headers = { authorization: AUTHORIZATION, connection: "close" };
    const response = await fetch(`${broker.managementUrl}/api/whoami`, { headers });
    await response.body?.cancel();
    return response.status;
  }

  const closed = (sockets: readonly Socket[]) =>
    Promise.all(
      sockets.map((socket) =>
        socket.closed ? undefined : new Promise<void>((resolve) => socket.once("close", () => resolve()))
      ),
    );

  it("are closed, while others are served: ten thousand idle ones", async () => {
    await broker.servesWhile(async () => {
      const sockets = await open(IDLE, "");
      assert.equal(await whoami(), 200);
      await closed(sockets);
    });
  });

  it("are closed, while others are served: a thousand slow requests", async () => {
    await broker.servesWhile(async () => {
      const sockets = await open(SLOW, "GET /api/whoami HTTP/1.1\r\nHost: localhost\r\nA");
      const trickle = setInterval(() => {
        for (const socket of sockets) if (socket.writable) socket.write("a");
      }, 500);
      assert.equal(await whoami(), 200);
      await closed(sockets);
      clearInterval(trickle);
    });
  });

  it("are served less than others: a thousand slow bodies", async () => {
    const head = [
      "PUT /api/vhosts/slow HTTP/1.1",
      "Host: localhost",
      `Authorization: ${AUTHORIZATION}`,
      "Content-Length: 1000",
      "",
      "{",
    ].join("\r\n");
    await broker.servesWhile(async () => {
      const sockets = await open(SLOW, head);
      assert.equal(await whoami(), 200);
      for (const socket of sockets) socket.destroy();
      await closed(sockets);
    });
    assert.equal(await whoami(), 200);
  });
});
