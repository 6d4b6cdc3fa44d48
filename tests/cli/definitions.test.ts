import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import amqp from "amqplib";
import { pathOf, pem } from "../certificates/certificates.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-definitions-`);

after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

const definitions = (queue: string) =>
  JSON.stringify({
    users: [{ name: "carrot", password: "crunch", tags: "" }],
    vhosts: [{ name: "garden" }],
    permissions: [{ user: "carrot", vhost: "garden", configure: ".*", write: ".*", read: ".*" }],
    queues: [{ vhost: "garden", name: queue }],
  });

/** Writes a file in the test's folder. Returns its path. */
function write(name: string, content: string): string {
  const path = `${folder}/${name}`;
  mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  writeFileSync(path, content);
  return path;
}

let count = 0;

/** Starts a broker with lines of configuration. */
function start(lines: readonly string[], dataDir?: string): Haremq {
  const config = write(`${count++}.conf`, ["listeners.tcp.default = 127.0.0.1:0", ...lines, ""].join("\n"));
  return new Haremq("--config", config, ...dataDir === undefined ? ["--no-data-dir"] : ["--data-dir", dataDir]);
}

async function stop({ child, ended }: Haremq): Promise<void> {
  process.kill(child.pid!, "SIGTERM");
  assert.equal(await ended, 0);
}

/** Connects as a user would; returns `true` if the queue exists. */
async function finds(haremq: Haremq, queue: string, { user = "carrot", password = "crunch", vhost = "garden" } = {}) {
  const { port } = await haremq.address();
  const connection = await amqp.connect({ port, username: user, password, vhost });
  connection.on("error", () => {});
  const channel = await connection.createChannel();
  channel.on("error", () => {});
  const found = await channel.checkQueue(queue).then(() => true, () => false);
  await connection.close();
  return found;
}

async function failure(lines: readonly string[]): Promise<string> {
  const haremq = start(lines);
  assert.equal(await haremq.ended, 1);
  return haremq.stderr.trim();
}

describe("definitions at the start", () => {
  it("come from a file, and replace the default user and virtual host", async () => {
    const haremq = start([`load_definitions = ${write("one.json", definitions("peas"))}`]);
    assert.equal(await finds(haremq, "peas"), true);
    await assert.rejects(finds(haremq, "peas", { user: "guest", password: "guest", vhost: "/" }), /ACCESS.REFUSED/);
    assert.match(haremq.stdout, /Applying definitions from regular file at .*one\.json/);
    assert.match(haremq.stdout, /Imported definitions of .*one\.json: 1 users, 1 vhosts, 1 permissions, 1 queues/);
    await stop(haremq);
  });

  it("come from all JSON files of a folder, in the order of their names", async () => {
    const queue = JSON.stringify({ queues: [{ vhost: "garden", name: "beans" }] });
    write("many/20-queues.json", queue);
    write("many/10-vhosts.json", definitions("peas"));
    write("many/README.md", "not imported");
    const haremq = start([
      "definitions.import_backend = local_filesystem",
      `definitions.local.path = ${folder}/many`,
    ]);
    assert.deepEqual([await finds(haremq, "peas"), await finds(haremq, "beans")], [true, true]);
    assert.match(haremq.stdout, /README\.md is not imported: its name does not end with \.json/);
    await stop(haremq);
  });

  it("come from a server", async () => {
    const server = createServer((request, response) => {
      const isKnown = request.headers.authorization === `Basic ${btoa("hare:a b")}`;
      response.statusCode = request.url === "/definitions.json?v=1" && isKnown ? 200 : 404;
      response.end(definitions("peas"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const lines = (path: string) => [
      "definitions.import_backend = https",
      `definitions.https.url = ${url.replace("//", "//hare:a%20b@")}/${path}`,
    ];
    const haremq = start(lines("definitions.json?v=1"));
    assert.equal(await finds(haremq, "peas"), true);
    await stop(haremq);
    assert.equal(await failure(lines("other.json?token=secret")), `${url}/other.json: the server answered 404`);
    server.close();
    assert.match(await failure(lines("definitions.json")), /definitions\.json: request to .* failed/);
  });

  it("come from a server that is verified, and verifies", async () => {
    const options = {
      cert: pem("server.pem"),
      key: pem("server.key"),
      ca: pem("authority.pem"),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
    } as const;
    const server = createTlsServer(options, (_, response) => response.end(definitions("peas")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const lines = (authority: string, ...more: string[]) => [
      "definitions.import_backend = https",
      `definitions.https.url = https://localhost:${(server.address() as AddressInfo).port}/`,
      `definitions.tls.cacertfile = ${pathOf(authority)}`,
      ...more,
    ];
    const client = [
      `definitions.tls.certfile = ${pathOf("client.pem")}`,
      `definitions.tls.keyfile = ${pathOf("client.key")}`,
    ];
    const haremq = start(lines("authority.pem", ...client));
    assert.equal(await finds(haremq, "peas"), true);
    await stop(haremq);
    assert.match(await failure(lines("another_authority.pem", ...client)), /^https:.*: request to .* failed/);
    assert.match(
      await failure(lines("authority.pem", ...client, "definitions.tls.versions.1 = tlsv1.2")),
      /^https:.*: request to .* failed/,
    );
    const trusting = start(lines("another_authority.pem", ...client, "definitions.tls.verify = verify_none"));
    assert.equal(await finds(trusting, "peas"), true);
    await stop(trusting);
    assert.match(await failure(lines("authority.pem")), /^https:.*: request to .* failed/);
    server.close();
  });

  it("are imported by each start, or only when they have changed", async () => {
    const file = write("changing.json", definitions("peas"));
    const dataDir = `${folder}/data`;
    const lines = [`load_definitions = ${file}`, "definitions.skip_if_unchanged = true"];
    const first = start(lines, dataDir);
    assert.equal(await finds(first, "peas"), true);
    await stop(first);
    const second = start(lines, dataDir);
    await second.line(/Hash value of imported definitions matches current contents/);
    assert.equal(await finds(second, "peas"), true);
    await stop(second);
    write("changing.json", definitions("beans"));
    const third = start(lines, dataDir);
    assert.deepEqual([await finds(third, "peas"), await finds(third, "beans")], [true, true]);
    await stop(third);
    const fourth = start([], dataDir);
    await assert.rejects(finds(fourth, "peas", { user: "guest", password: "guest", vhost: "/" }), /ACCESS.REFUSED/);
    await stop(fourth);
  });

  it("stop the start when they are invalid, with file, path and reason", async () => {
    const wrong = write("wrong.json", definitions("peas").replace('"peas"', '"peas","arguments":{"x-max-length":-1}'));
    assert.equal(
      await failure([`load_definitions = ${wrong}`]),
      `${wrong}: queues[0].arguments.x-max-length: invalid arg 'x-max-length' for queue 'peas' in vhost 'garden': ` +
        "{value_negative,-1}",
    );
    const cut = write("cut.json", '{"queues": [');
    assert.equal(
      await failure([`load_definitions = ${cut}`]),
      `${cut}: queues[0]: line 1, column 13: this is no JSON: a value is expected before the end`,
    );
    assert.match(await failure([`load_definitions = ${folder}/missing.json`]), /missing\.json: ENOENT/);
    writeFileSync(`${folder}/latin-1.json`, new Uint8Array([123, 34, 228, 34, 58, 49, 125]));
    assert.equal(
      await failure([`load_definitions = ${folder}/latin-1.json`]),
      `${folder}/latin-1.json: this is no UTF-8`,
    );
  });

  it("stop the start when a key can't take effect", async () => {
    assert.match(
      await failure(["definitions.import_backend = https"]),
      /needs definitions\.https\.url, which is not set/,
    );
    assert.match(
      await failure(["definitions.tls.cert = x"]),
      /definitions\.tls\.cert: the runtimes have nothing/,
    );
    const ciphers = [
      "definitions.import_backend = https",
      "definitions.https.url = https://localhost:1/",
      "definitions.tls.ciphers.1 = NONE-SUCH",
    ];
    assert.match(
      await failure(ciphers),
      "Deno" in globalThis
        ? /definitions\.tls\.ciphers: Deno has one list/
        : /definitions\.tls\.ciphers: \S+ has no cipher "NONE-SUCH"/,
    );
    assert.match(
      await failure(["definitions.tls.crl_check = peer"]),
      /HareMQ does not look servers up in revocation lists/,
    );
  });
});

describe("the haremq definitions command", () => {
  it("checks a file", async () => {
    const check = new Haremq(
      "definitions",
      "check",
      write("good.json", definitions("peas").replace("{", '{"more":1,')),
    );
    assert.equal(await check.ended, 0, check.stderr);
    assert.match(check.stdout, /^more: this key is unknown and ignored\nNo mistakes in .*: 1 users, 1 vhosts, /);
    const bad = new Haremq("definitions", "check", write("bad.json", '{"queues":[1]}'));
    assert.equal(await bad.ended, 1);
    assert.match(bad.stderr, /bad\.json: queues\[0\]: an object is expected here: received a number\n$/);
  });

  it("exports a data folder that no broker is using", async () => {
    const dataDir = `${folder}/exported`;
    const broker = start([`load_definitions = ${write("exported.json", definitions("peas"))}`], dataDir);
    await broker.address();
    const early = new Haremq("definitions", "export", dataDir);
    assert.equal(await early.ended, 1);
    await stop(broker);
    const whole = new Haremq("definitions", "export", dataDir);
    assert.equal(await whole.ended, 0, whole.stderr);
    assert.deepEqual(JSON.parse(whole.stdout).queues.map(({ name }: { name: string }) => name), ["peas"]);
    const single = new Haremq("definitions", "export", dataDir, "--vhost", "garden");
    assert.equal(await single.ended, 0, single.stderr);
    assert.equal(JSON.parse(single.stdout).original_vhost_name, "garden");
    const missing = new Haremq("definitions", "export", `${folder}/missing`);
    assert.equal(await missing.ended, 1);
  });
});
