import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { SyslogSocket } from "../../src/runtime/syslog_socket.ts";

describe("SyslogSocket", () => {
  it("gives a server that takes nothing one second, and then connects anew", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.pause());
      socket.on("error", () => {});
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const syslog = new SyslogSocket({ host: "127.0.0.1", port, transport: "tcp" });
    await syslog.send("a message\n");
    const begin = performance.now();
    await assert.rejects(syslog.send(`${"x".repeat(32 * 1024 * 1024)}\n`), /127\.0\.0\.1:\d+ takes nothing/);
    assert.ok(performance.now() - begin < 10_000);
    await syslog.send("another one\n");
    while (sockets.length < 2) await once(server, "connection");
    syslog.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("does not try again at once where nobody listens", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const syslog = new SyslogSocket({ host: "127.0.0.1", port, transport: "tcp" });
    const attempt = () => syslog.send("a message\n").then(() => undefined, (error: unknown) => error);
    const first = await attempt();
    assert.match(String(first), /ECONNREFUSED|refused/i);
    assert.equal(await attempt(), first, "the same error, without another attempt");
    syslog.close();
  });

  it("cuts off what is too long for a datagram", async () => {
    const lengths: number[] = [];
    let wake = () => {};
    const arrived = new Promise<void>((resolve) => wake = resolve);
    const server = createSocket("udp4", (message) => lengths.push(message.length) === 2 && wake());
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    const syslog = new SyslogSocket({ host: "127.0.0.1", port: server.address().port, transport: "udp" });
    await syslog.send(`${"x".repeat(100_000)}\nshort\n`);
    await arrived;
    assert.deepEqual(lengths, [8192, 5]);
    server.close();
    syslog.close();
  });
});
