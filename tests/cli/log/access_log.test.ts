import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { formatAccess } from "../../../src/cli/log/access_log.ts";
import { startServer } from "../../../src/cli/server.ts";
import { runtime } from "../../../src/runtime/current.ts";
import { configOf } from "../../config/read_conf.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/haremq-test-`);
});

after(() => rm(folder, { recursive: true }));

const basic = (login: string) => ({ authorization: `Basic ${btoa(login)}` });
const NO_PORTS = "listeners.tcp.1 = 127.0.0.1:0\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = 0\n" +
  "prometheus.tcp.port = 0\nprometheus.tcp.ip = 127.0.0.1\n";

const start = (text: string) => {
  const config = configOf(NO_PORTS + text);
  return startServer(runtime, { dataDir: false, sync: "never", logLevel: "none", config });
};

describe("the access log", () => {
  it("has a line for each request, in Apache's combined format", async () => {
    const server = await start(`management.http_log_dir = ${folder}/web\n`);
    const portOf = (wanted: string) => server.listeners.find(({ protocol }) => protocol === wanted)!.port;
    const api = `http://127.0.0.1:${portOf("http")}/api`;
    const headers = { ...basic("guest:guest"), referer: "http://page/", "user-agent": 'a "b" \\c' };
    const whoami = await (await fetch(`${api}/whoami?columns=name`, { headers })).text();
    const refused = await (await fetch(`${api}/overview`, { headers: { ...basic("guest:no"), "user-agent": "x" } }))
      .text();
    await (await fetch(`http://127.0.0.1:${portOf("http/prometheus")}/metrics`, { headers: { "user-agent": "p" } }))
      .text();
    await server.close();
    const time = String.raw`\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]`;
    const lines = (await readFile(`${folder}/web/access.log`, "utf8")).trimEnd().split("\n");
    const expected = [
      String.raw`127\.0\.0\.1 - guest ${time} "GET /api/whoami HTTP/1\.1" 200 ${whoami.length} ` +
      String.raw`"http://page/" "a \\"b\\" \\\\c"`,
      String.raw`127\.0\.0\.1 - - ${time} "GET /api/overview HTTP/1\.1" 401 ${refused.length} "" "x"`,
      String.raw`127\.0\.0\.1 - - ${time} "GET /metrics HTTP/1\.1" 200 0 "" "p"`,
    ];
    assert.equal(lines.length, expected.length);
    for (const [at, line] of lines.entries()) assert.match(line, new RegExp(`^${expected[at]}$`));
  });

  it("is in http_dispatch.access_log_dir if that is set, too", async () => {
    const server = await start(
      `http_dispatch.access_log_dir = ${folder}/newer\nmanagement.http_log_dir = ${folder}/older\n`,
    );
    await server.close();
    assert.equal(await readFile(`${folder}/newer/access.log`, "utf8"), "");
    await assert.rejects(readFile(`${folder}/older/access.log`), /ENOENT/);
  });

  it("prevents the start when it can't be written", async () => {
    await writeFile(`${folder}/file`, "");
    await assert.rejects(
      start(`management.http_log_dir = ${folder}/file\n`),
      /The access log .*file\/access\.log can't/,
    );
  });

  it("has one line for a request, whatever the client sends", () => {
    const request = new Request("http://h/api/%0a%22?secret=1", {
      headers: { referer: "a\tb", "user-agent": "\u0085c" },
    });
    const line = formatAccess({
      timeMs: 0,
      host: "::1",
      user: 'eve\r\n\u2028127.0.0.1 - "',
      request,
      version: "HTTP/1.0",
      response: new Response("x", { status: 404 }),
    });
    assert.match(line, /^::1 - eve127\.0\.0\.1 - " \[.*\] "GET \/api\/%0a%22 HTTP\/1\.0" 404 0 "a\?b" "\?c"$/);
    const long = formatAccess({
      timeMs: 0,
      host: "::1",
      user: "u".repeat(1_000_000),
      request,
      version: "HTTP/1.1",
      response: new Response(null),
    });
    assert.ok(long.length < 3000);
  });
});
