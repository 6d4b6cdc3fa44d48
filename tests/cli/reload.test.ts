import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { RawClient } from "../raw_client.ts";
import { runHere } from "./ctl/run_here.ts";
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

describe("rabbitmqctl eval", () => {
  it("reads and sets a variable of RabbitMQ's until SIGHUP reloads the configuration", async () => {
    const file = `${folder}/eval.conf`;
    writeFileSync(file, "heartbeat = 20\n");
    const data = `${folder}/eval`;
    const haremq = new Haremq("--port", "0", "--config", file, "--data-dir", data);
    const address = await haremq.address();
    const evaluate = async (expression: string) => {
      const { code, stdout, stderr } = await runHere(folder, data, "rabbitmqctl", ["eval", expression]);
      return code === 0 ? stdout : `${code} ${stderr}`;
    };
    const tuned = async () => {
      const client = await RawClient.connect(address);
      await client.logIn();
      const { channelMax, heartbeat } = await client.receive(0, "connection.tune");
      client.drop();
      return { channelMax, heartbeat };
    };

    assert.equal(await evaluate("application:get_env(rabbit, channel_max)."), "{ok,2047}\n");
    assert.equal(await evaluate("application:set_env(rabbit, channel_max, 32)."), "ok\n");
    assert.equal(await evaluate(" application:set_env( rabbit,heartbeat , 5 ) . "), "ok\n");
    await haremq.line(/channel_max: now 32, for new connections\n/);
    assert.deepEqual(await tuned(), { channelMax: 32, heartbeat: 5 });
    assert.equal(await evaluate("application:get_env(rabbit, channel_max)."), "{ok,32}\n");
    assert.equal(await evaluate("{ok, Max} = application:get_env(rabbit, channel_max), Max."), "32\n");
    assert.equal(await evaluate("application:get_env(rabbit, max_message_size)."), "{ok,16777216}\n");
    assert.equal(await evaluate("application:get_env(rabbit, default_vhost)."), '{ok,<<"/">>}\n');
    assert.equal(await evaluate("application:set_env(rabbit, connection_max, infinity)."), "ok\n");

    const isRefused = async (expression: string, reason: RegExp) =>
      assert.match(await evaluate(expression), new RegExp(`^69 .*${reason.source}`, "s"));
    await isRefused("application:set_env(rabbit, channel_max, many).", /channel_max: .*"many"/);
    await isRefused('application:set_env(rabbit, default_vhost, <<"x">>).', /default_vhost can't be changed while/);
    await isRefused("application:set_env(rabbit, nonsense, 1).", /there is no key "nonsense"/);
    await isRefused("application:get_env(rabbit, nonsense).", /there is no key nonsense/);
    await isRefused("application:set_env(rabbit, heartbeat, [1]).", /HareMQ sets heartbeat by eval to a number/);
    await isRefused('application:set_env(rabbit, heartbeat, [<<"1">>]).', /heartbeat is no list/);
    await isRefused("{ok, V} = application:get_env(rabbit, heartbeat), W.", /HareMQ has no Erlang inside/);
    await isRefused("{ok, V} = application:set_env(rabbit, heartbeat, 1), V.", /HareMQ has no Erlang inside/);
    await isRefused("application:set_env(rabbit, heartbeat, self()).", /HareMQ has no Erlang inside/);
    await isRefused("application:set_env(rabbit, heartbeat, 5)", /HareMQ has no Erlang inside/);
    await isRefused("application:get_env(kernel, heartbeat).", /HareMQ has no Erlang inside/);
    assert.deepEqual(await tuned(), { channelMax: 32, heartbeat: 5 });

    process.kill(haremq.child.pid!, "SIGHUP");
    await haremq.line(/heartbeat: now 20, for new connections\n/);
    assert.deepEqual(await tuned(), { channelMax: 2047, heartbeat: 20 });
  });
});
