import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

describe("SIGHUP", () => {
  it("reloads the configuration, and reports for each changed key when it takes effect", async () => {
    const file = `${folder}/haremq.conf`;
    writeFileSync(file, "log.console.level = info\nheartbeat = 60\nconnection_max = 10\ndefault_vhost = /\n");
    const haremq = new Haremq("--port", "0", "--config", file);
    const address = await haremq.address();
    await using client = await RawClient.open(address);

    writeFileSync(file, "log.console.level = debug\nheartbeat = 30\nconnection_max = 1\ndefault_vhost = other\n");
    process.kill(haremq.child.pid!, "SIGHUP");
    await haremq.line(/\[info\] <0\.\d+\.0> log\.console\.level: now debug\n/);
    await haremq.line(/heartbeat: now 30, for new connections\n/);
    await haremq.line(/connection_max: now 1\n/);
    await haremq.line(/default_vhost: changes at the next start\n/);
    await assert.rejects(RawClient.open(address), /node connection limit \(1\) is reached/);
    await haremq.line(/\[debug\] .* accepted/);

    writeFileSync(file, "heartbeat = 15\nlog.console.levels = debug\n");
    process.kill(haremq.child.pid!, "SIGHUP");
    await haremq.line(/\[error\] .*The configuration is unchanged: .*line 2: there is no key "log\.console\.levels"/);

    writeFileSync(file, "heartbeat = 15\n");
    process.kill(haremq.child.pid!, "SIGHUP");
    await haremq.line(/heartbeat: now 15, for new connections\n/);
    await haremq.line(/connection_max: now infinity\n/);
    const second = await RawClient.connect(address);
    await second.logIn();
    assert.equal((await second.receive(0, "connection.tune")).heartbeat, 15);
    second.drop();
    await client.request(2, "channel.open");
  });
});
