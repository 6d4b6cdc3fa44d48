import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import amqp from "amqplib";
import { publint } from "publint";
import { TOOLS } from "../../src/cli/tools.ts";
import { bunCommand } from "../../tasks/bun.ts";
import { nodeCommand } from "../../tasks/node.ts";
import { install, pack, root, run } from "./packed.ts";

const temporary = mkdtempSync(join(tmpdir(), "haremq-pack-"));
const { tarball, files } = pack(temporary);
const folder = install(tarball);
after(() => {
  for (const made of [temporary, folder]) rmSync(made, { recursive: true });
});

const installed = join(folder, "node_modules", "haremq");
const packageJson = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const repository = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

describe("the npm package", () => {
  it("has JavaScript with types, commands, manual pages and its papers, and nothing else", () => {
    const others = files.filter((file) =>
      !/^((mod|browser|edge|server|testing|src\/.+)\.(js|d\.ts)|bin\/[\w-]+\.mjs)$/.test(file)
    );
    const pages = readdirSync(join(root, "docs/man")).map((page) => `docs/man/${page}`);
    assert.deepEqual(others.sort(), ["CHANGELOG.md", "LICENSE", "README.md", ...pages, "package.json"].sort());
    const compiled = files.filter((file) => file.endsWith(".js"));
    for (const file of compiled) assert.ok(files.includes(file.replace(/\.js$/, ".d.ts")), `${file} has no types`);
  });

  it("has the version, the commands and the dependencies of the repository, and no others", () => {
    assert.equal(packageJson.version, repository.version);
    const { version, exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
    assert.deepEqual([version, exports], [repository.version, repository.exports]);
    assert.deepEqual(Object.keys(packageJson.exports), [...Object.keys(repository.exports), "./package.json"]);
    const { bin } = JSON.parse(readFileSync(join(root, "bin/package.json"), "utf8"));
    assert.deepEqual(Object.keys(bin).sort(), ["haremq", ...TOOLS.map(({ name }) => name)].sort());
    const paths = Object.entries(bin).map(([name, file]) => [name, `bin/${file}`]);
    assert.deepEqual(packageJson.bin, Object.fromEntries(paths));
    for (const [, path] of paths) assert.ok(files.includes(path), path);
    assert.deepEqual(packageJson.dependencies, repository.dependencies);
    assert.deepEqual(
      Object.keys(packageJson).filter((key) => /depend/i.test(key)),
      ["dependencies"],
    );
  });

  it("is published as publint advises", async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    // The repository has no address that the package could name.
    assert.deepEqual(messages, []);
  });

  it("has types that all ways of resolution find, by attw", () => {
    const cli = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const output = run(nodeCommand(), [cli, tarball, "--profile", "esm-only", "--format", "json"], folder);
    const { analysis } = JSON.parse(output) as { analysis: { entrypoints: Record<string, unknown>; types: unknown } };
    assert.deepEqual(Object.keys(analysis.entrypoints), [...Object.keys(repository.exports), "./package.json"]);
    assert.deepEqual(analysis.types, { kind: "included" });
  });

  it("has types that a strict program compiles with", () => {
    writeFileSync(join(folder, "typed.ts"), TYPED);
    const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024", "--types", ""];
    run(nodeCommand(), [join(root, "node_modules/typescript/bin/tsc"), ...options, "typed.ts"], folder);
  });
});

const TYPED = `import { Broker, type Delivery } from "haremq";
import { testBroker } from "haremq/testing";

const broker: Broker = new Broker();
const orders = broker.vhost("/").queue("orders");
for await (const delivery of orders.consume()) {
  const one: Delivery = delivery;
  one.ack();
}
await (await testBroker()).close();
`;

const THREE_LINES = `import { Broker } from "haremq";
const orders = new Broker().vhost("/").queue("orders");
await orders.publisher().getWriter().write({ body: "an order" });
for await (const delivery of orders.consume()) console.log(delivery.text()), process.exit();
`;

describe("a program with the npm package", () => {
  writeFileSync(join(folder, "three_lines.mjs"), THREE_LINES);
  writeFileSync(join(folder, "required.cjs"), `console.log(typeof require("haremq").Broker);`);

  for (
    const [name, command, args] of [
      ["Node", nodeCommand(), []],
      ["Deno", "deno", ["run", "-A"]],
      ["Bun", bunCommand(), []],
    ] as const
  ) {
    it(`publishes and consumes on ${name}`, () => {
      assert.equal(run(command, [...args, "three_lines.mjs"], folder), "an order\n");
    });
  }

  it("may require it from CommonJS on Node", () => {
    assert.equal(run(nodeCommand(), ["--no-warnings", "required.cjs"], folder), "function\n");
  });
});

describe("the commands of the npm package", () => {
  /** Has Node alone: neither Deno nor Bun, nor the commands of the repository. */
  const env = { PATH: `${dirname(nodeCommand())}`, HOME: folder };
  const bin = join(folder, "node_modules/.bin");

  /** Starts the broker and resolves to its process and the port of AMQP. */
  async function start() {
    const flags = ["--port", "0", "--no-management-port", "--no-prometheus-port", "--data-dir", "data"];
    const child = spawn(join(bin, "haremq"), flags, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "close").then(([code]) => code);
    let output = "";
    for await (const chunk of child.stdout) {
      output += chunk;
      const [, port] = /accepting AMQP on \S+:(\d+)/.exec(output) ?? [];
      if (port !== undefined) return { child, ended, port: Number(port), output };
    }
    throw new Error(`The broker has not started:\n${output}`);
  }

  it("serve real clients on Node, keep what is durable, and answer rabbitmqctl", async () => {
    const first = await start();
    assert.match(first.output, /on Node 2\d\./);
    const connection = await amqp.connect(`amqp://127.0.0.1:${first.port}`);
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue("orders", { durable: true });
    channel.sendToQueue("orders", Buffer.from("kept"), { persistent: true });
    await channel.waitForConfirms();

    const list = spawn(join(bin, "rabbitmqctl"), ["list_queues", "-q", "--no-table-headers", "name", "messages"], {
      cwd: folder,
      env: { ...env, HAREMQ_DATA_DIR: join(folder, "data") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let listed = "";
    for await (const chunk of list.stdout) listed += chunk;
    assert.equal(listed, "orders\t1\n");

    const closed = once(connection, "close");
    connection.on("error", () => {});
    process.kill(first.child.pid!, "SIGTERM");
    assert.equal(await first.ended, 0);
    await closed;

    const second = await start();
    const again = await amqp.connect(`amqp://127.0.0.1:${second.port}`);
    const message = await (await again.createChannel()).get("orders", { noAck: true });
    assert.equal(message && message.content.toString(), "kept");
    await again.close();
    process.kill(second.child.pid!, "SIGTERM");
    assert.equal(await second.ended, 0);
  });
});
