import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { DatagramSocket } from "./datagram_socket.ts";
import { runHere } from "./ctl/run_here.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

describe("a broker that systemd has started", { skip: process.platform !== "linux" }, () => {
  it("tells when it starts, accepts connections and stops, as a node and as an application", async () => {
    const [path, data] = [`${folder}/notify`, `${folder}/data`];
    const socket = new DatagramSocket(path);
    const haremq = Haremq.with({ NOTIFY_SOCKET: path }, "--port", "0", "--data-dir", data);
    await haremq.line(/Server startup complete/);
    assert.equal((await runHere(folder, data, "rabbitmqctl", ["await_startup"])).code, 0);
    const received = () => {
      const states: string[] = [];
      for (let state = socket.receive(); state !== undefined; state = socket.receive()) states.push(state);
      return states;
    };
    assert.deepEqual(received(), ["STATUS=Startup in progress", "READY=1\nSTATUS="]);
    const ctl = (...args: string[]) => runHere(folder, data, "rabbitmqctl", args);
    assert.equal((await ctl("stop_app")).code, 0);
    assert.deepEqual(received(), ["STATUS=", "STATUS=Standing by"]);
    assert.equal((await ctl("start_app")).code, 0);
    assert.deepEqual(received(), ["STATUS=Startup in progress", "READY=1\nSTATUS="]);
    process.kill(haremq.child.pid!, "SIGTERM");
    assert.equal(await haremq.ended, 0);
    assert.deepEqual(received(), ["STOPPING=1", "STATUS=", "STATUS=Standing by"]);
    socket.close();
  });

  it("is served even when systemd can't be told", async () => {
    const haremq = Haremq.with({ NOTIFY_SOCKET: `${folder}/none` }, "--port", "0");
    await haremq.line(
      /\[error\] \S+ systemd can't be told that the application is running: Nothing can be sent to \S+none\./,
    );
    await haremq.address();
    assert.equal(existsSync(`${folder}/none`), false);
  });
});
