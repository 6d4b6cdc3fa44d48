import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { DatagramSocket } from "./datagram_socket.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

describe("a broker that systemd has started", { skip: process.platform !== "linux" }, () => {
  it("tells when it accepts connections, and when it stops", async () => {
    const path = `${folder}/notify`;
    const socket = new DatagramSocket(path);
    const haremq = Haremq.with({ NOTIFY_SOCKET: path }, "--port", "0");
    await haremq.line(/Server startup complete/);
    assert.equal(socket.receive(), "READY=1");
    assert.equal(socket.receive(), undefined);
    process.kill(haremq.child.pid!, "SIGTERM");
    assert.equal(await haremq.ended, 0);
    assert.equal(socket.receive(), "STOPPING=1");
    socket.close();
  });

  it("is served even when systemd can't be told", async () => {
    const haremq = Haremq.with({ NOTIFY_SOCKET: `${folder}/none` }, "--port", "0");
    await haremq.line(/\[error\] \S+ systemd can't be told READY=1: Nothing can be sent to \S+none\./);
    await haremq.address();
    assert.equal(existsSync(`${folder}/none`), false);
  });
});
