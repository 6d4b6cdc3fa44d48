import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import amqp from "amqplib";
import { compile, ExecutableBroker, type Program, runExecutable } from "./executable.ts";

const temporary = await mkdtemp(join(tmpdir(), "haremq-compile-"));
after(() => rm(temporary, { recursive: true }));
const dist = join(temporary, "dist");
const printed = compile(dist);
const file = join(dist, "haremq");

let folders = 0;

/** Returns a program in an empty folder, without a PATH or any other variable. */
async function inEmptyFolder(): Promise<Program> {
  const cwd = join(temporary, String(++folders));
  await mkdir(cwd);
  return { command: [file], cwd, env: {} };
}

describe("deno task compile", () => {
  it("makes one file, and prints its path and size", async () => {
    assert.deepEqual(await readdir(dist), ["haremq"]);
    assert.match(printed, /dist\/haremq {2}\d+\.\d MB\n$/);
  });

  it("names the targets when it does not know one", () => {
    assert.throws(
      () => compile(dist, "--target", "amiga"),
      /There is no target "amiga", but there are linux-x64, .*windows-arm64/,
    );
  });
});

describe("the executable", () => {
  it("is server, rabbitmqctl and haremq ctl in an empty folder without a PATH, and keeps what is durable", async () => {
    const program = await inEmptyFolder();
    await using first = await ExecutableBroker.start(program);
    const publishing = await amqp.connect(`amqp://127.0.0.1:${first.port}`);
    const channel = await publishing.createConfirmChannel();
    await channel.assertQueue("kept");
    channel.sendToQueue("kept", Buffer.from("hello"), { persistent: true });
    await channel.waitForConfirms();
    await publishing.close();

    const links = join(program.cwd, "bin");
    runExecutable(program, "install-links", links);
    const rabbitmqctl: Program = { ...program, command: [join(links, "rabbitmqctl")] };
    const list = ["--quiet", "list_queues", "name", "messages"];
    assert.equal(runExecutable(rabbitmqctl, ...list), "name\tmessages\nkept\t1\n");
    assert.equal(runExecutable(program, "ctl", ...list), "name\tmessages\nkept\t1\n");
    assert.equal(await first.stop(), 0);

    await using second = await ExecutableBroker.start(program);
    const consuming = await amqp.connect(`amqp://127.0.0.1:${second.port}`);
    const message = await (await consuming.createChannel()).get("kept", { noAck: true });
    assert.equal(message && message.content.toString(), "hello");
    await consuming.close();
  });

  it("is rabbitmqadmin and rabbitmq-perf-test", async () => {
    const program = await inEmptyFolder();
    await using broker = await ExecutableBroker.start(program);
    const load = ["-h", `amqp://127.0.0.1:${broker.port}`, "-x", "1", "-y", "1", "-C", "100", "-D", "100"];
    assert.match(runExecutable(program, "perf", ...load), /receiving rate avg/);
    const [, management] = /management API on http:\/\/127\.0\.0\.1:(\d+)/.exec(broker.output)!;
    assert.match(runExecutable(program, "admin", "--port", management, "list", "vhosts"), /\| \/ +\|/);
  });

  it("serves the management page, with everything that it loads", async () => {
    await using broker = await ExecutableBroker.start(await inEmptyFolder());
    const [, port] = /management API on http:\/\/127\.0\.0\.1:(\d+)/.exec(broker.output)!;
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    assert.match(page, /<title>HareMQ/);
    const loaded = [...page.matchAll(/(?:src|href)="([^":]+)"/g)].map(([, path]) => path);
    assert.ok(loaded.length > 0);
    for (const path of loaded) {
      const response = await fetch(new URL(path, `http://127.0.0.1:${port}/`));
      assert.equal(response.status, 200, path);
      assert.notEqual((await response.text()).length, 0);
    }
  });

  it("does the same where files for Bun are", async () => {
    const program = await inEmptyFolder();
    await writeFile(join(program.cwd, "bunfig.toml"), 'preload = ["./preload.js"]\n');
    await writeFile(join(program.cwd, "preload.js"), 'console.log("preloaded");\n');
    await writeFile(join(program.cwd, ".env"), "RABBITMQ_NODE_PORT=nonsense\n");
    await writeFile(join(program.cwd, "tsconfig.json"), "{ nonsense");
    await writeFile(join(program.cwd, "package.json"), "{ nonsense");
    await using broker = await ExecutableBroker.start(program);
    assert.doesNotMatch(broker.output, /preloaded|error/);
  });
});
