import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { connect as connectAmqplib } from "amqplib";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

after(() => Haremq.stopAll());

describe("the haremq command", () => {
  it("prints its version, runtime, addresses, data folder and start-up time in its first line", async () => {
    const haremq = new Haremq("--port", "0");
    await haremq.line(
      /^\S+ \S+ \[info\] <0\.\d+\.0> HareMQ \d+\.\d+\.\d+ on (Deno|Bun|Node) \S+: accepting AMQP on 127\.0\.0\.1:\d+, data in \S+\/haremq-data, started in \d+ ms$/m,
    );
  });

  it("writes an IPv6 address in brackets", async () => {
    const haremq = new Haremq("--port", "0", "--host", "::1");
    await haremq.line(/accepting AMQP on \[::1\]:\d+,/);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`on ${signal} closes its connections with 320, accepts no more, and exits with 0`, async () => {
      const haremq = new Haremq("--port", "0");
      const address = await haremq.address();
      await using client = await RawClient.open(address);

      process.kill(haremq.child.pid!, signal);

      const text = "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'";
      assert.deepEqual(await client.receiveClose(0), [320, text, 0, 0]);
      client.send(0, "connection.close-ok");
      assert.equal(await haremq.ended, 0);
      const [error] = await once(connect(address.port, address.host), "error");
      assert.equal(error.code, "ECONNREFUSED");
    });
  }

  it("logs a line when a client connects, when it leaves, and when it is refused", async () => {
    const haremq = new Haremq("--port", "0");
    const address = await haremq.address();
    const client = await RawClient.open(address);
    await haremq.line(/connection 127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+: user 'guest' authenticated and granted access/);
    await client.request(0, "connection.close", { replyCode: 200, replyText: "bye" });
    await haremq.line(/closing AMQP connection \(\S+ -> \S+, vhost: '\/', user: 'guest', duration: '\d+s'\)/);

    const stranger = connect(address.port, address.host, () => stranger.write("GET / HTTP/1.1\r\n\r\n"));
    await haremq.line(/refused: it does not begin with an AMQP header but with an HTTP request/);
    stranger.destroy();

    const lost = await RawClient.open(address);
    await lost[Symbol.asyncDispose]();
    await haremq.line(/client unexpectedly closed TCP connection|lost: /);
  });

  it("does not let the names of clients break lines", async () => {
    const haremq = new Haremq("--port", "0");
    const { host, port } = await haremq.address();
    const user = "x\n2026-01-01 00:00:00.000 +00:00 [INF] forged";
    await assert.rejects(connectAmqplib({ hostname: host, port, username: user, password: "hunter2" }));
    await haremq.line(/login refused: user 'x\\n2026-01-01 00:00:00\.000 \+00:00 \[INF\] forged'/);
    assert.doesNotMatch(haremq.stdout, /hunter2/);
  });

  it("logs only from the level in --log-level on", async () => {
    const haremq = new Haremq("--port", "0", "--log-level", "debug");
    await using _client = await RawClient.open(await haremq.address());
    await haremq.line(/\[debug\] <0\.\d+\.0> connection .*: accepted/);
  });

  it("says which port is taken and what to do, and exits with 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };

    const haremq = new Haremq("--port", String(port));

    assert.equal(await haremq.ended, 1);
    assert.equal(
      haremq.stderr,
      `Cannot listen on 127.0.0.1:${port}: another program is using that port. ` +
        "Stop it, or choose another one, with --port or in the configuration.\n",
    );
    other.close();
  });

  it("shows its flags with --help and its version with --version", async () => {
    const help = new Haremq("--help");
    const version = new Haremq("--version");
    assert.equal(await help.ended, 0);
    for (const flag of ["--host", "--port", "--log-level", "--help", "--version"]) {
      assert.ok(help.stdout.includes(flag), `${flag} is missing in\n${help.stdout}`);
    }
    assert.equal(await version.ended, 0);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  });

  const mistakes: Readonly<Record<string, readonly [flags: string[], message: RegExp]>> = {
    "an invalid port": [["--port", "99999"], /A port is a whole number from 0 to 65535.*received "99999"/],
    "an unknown log level": [
      ["--log-level", "loud"],
      /Allowed choices are debug, info, notice, warning, .*, none/,
    ],
    "an unknown flag": [["--prot", "1"], /unknown option '--prot'/],
    "no memory at all": [["--vm-memory-high-watermark", "0"], /With no memory nothing could be published/],
    "an invalid size": [["--disk-free-limit", "much"], /A size is a number of bytes, .*: received "much"/],
    "a timeout of nothing": [
      ["--consumer-timeout", "0"],
      /A timeout is a whole number of milliseconds, .*: received "0"/,
    ],
    "a configuration file that is not there": [["--config", "none.conf"], /file none\.conf can't be read: .*ENOENT/],
  };
  for (const [name, [flags, message]] of Object.entries(mistakes)) {
    it(`refuses ${name}, and suggests a remedy`, async () => {
      const haremq = new Haremq(...flags);
      assert.equal(await haremq.ended, 1);
      assert.match(haremq.stderr, message);
    });
  }

  it("reads limits from a configuration file, which flags override", async () => {
    const folder = await mkdtemp(`${tmpdir()}/haremq-test-`);
    const config = `${folder}/haremq.conf`;
    await writeFile(config, "disk_free_limit.absolute = 1000TB\n");
    const flags = ["--port", "0", "--data-dir", `${folder}/data`, "--config", config];
    const limited = new Haremq(...flags);
    await limited.address();
    await limited.line(
      /\[warning\] <0\.\d+\.0> disk alarm set, publishers are blocked: less than 1000000000000000 bytes are free/,
    );
    process.kill(limited.child.pid!, "SIGTERM");
    assert.equal(await limited.ended, 0);
    const free = new Haremq(...flags, "--disk-free-limit", "0");
    await free.address();
    process.kill(free.child.pid!, "SIGTERM");
    assert.equal(await free.ended, 0);
    assert.doesNotMatch(free.stdout, /alarm/);
    await rm(folder, { recursive: true });
  });

  it("keeps durable data in its data folder, or nothing without one", async () => {
    const folder = await mkdtemp(`${tmpdir()}/haremq-test-`);
    for (const [flags, isThere] of [[["--data-dir", `${folder}/data`], true], [["--no-data-dir"], false]] as const) {
      for (const isSecond of [false, true]) {
        const haremq = new Haremq("--port", "0", ...flags);
        const client = await RawClient.open(await haremq.address());
        if (!isSecond) {
          await client.request(1, "queue.declare", { queue: "kept", durable: true });
        } else {
          client.send(1, "queue.declare", { queue: "kept", passive: true });
          const answer = await client.receiveAny(1);
          assert.equal(answer.name, isThere ? "queue.declare-ok" : "channel.close");
        }
        client.drop();
        process.kill(haremq.child.pid!, "SIGTERM");
        assert.equal(await haremq.ended, 0);
      }
    }
    await rm(folder, { recursive: true });
  });
});
