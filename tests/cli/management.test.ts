import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { Haremq } from "./haremq.ts";

const GUEST = { authorization: `Basic ${btoa("guest:guest")}` };

/** Waits until the management API is served, and returns its URL. */
async function urlOf(haremq: Haremq): Promise<string> {
  const [, url] = await haremq.line(/management API on (https?:\/\/\S+:\d+)/);
  return url;
}

describe("the management API of a server", () => {
  after(() => Haremq.stopAll());

  it("is served on a port of its own", async () => {
    const url = await urlOf(new Haremq("--port", "0", "--management-port", "0"));
    assert.match(url, /^http:\/\/127\.0\.0\.1:/);
    const response = await fetch(`${url}/api/whoami`, { headers: GUEST });
    assert.equal(response.status, 200);
    assert.equal((await response.json()).name, "guest");
  });

  it("is served where the host of AMQP is", async () => {
    const haremq = new Haremq("--host", "::1", "--port", "0", "--management-port", "0");
    assert.match(await urlOf(haremq), /^http:\/\/\[::1\]:/);
  });

  it("needs a port that is free, and says how to choose another one", async () => {
    const url = new URL(await urlOf(new Haremq("--port", "0", "--management-port", "0")));
    const second = new Haremq("--port", "0", "--management-port", url.port);
    assert.equal(await second.ended, 1);
    assert.equal(
      second.stderr,
      `Cannot listen on 127.0.0.1:${url.port}: another program is using that port. Stop it, or choose another one, ` +
        "with --management-port or in the configuration.\n",
    );
  });

  it("shows the effective configuration without secrets", async () => {
    const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
    const file = `${folder}/rabbitmq.conf`;
    writeFileSync(file, "default_pass = secret\nheartbeat = 30\n");
    const haremq = new Haremq("--port", "0", "--management-port", "0", "--config", file);
    const url = await urlOf(haremq);
    const headers = { authorization: `Basic ${btoa("guest:secret")}` };
    const text = await (await fetch(`${url}/api/config/effective`, { headers })).text();
    assert.match(text, /^default_pass = \*{6} +# /m);
    assert.match(text, /^heartbeat = 30 +# /m);
    assert.doesNotMatch(text, /secret/);
    rmSync(folder, { recursive: true });
  });

  it("leaves the data folder to others when it can't listen", async () => {
    const { startServer } = await import("../../src/cli/server.ts");
    const { runtime } = await import("../../src/runtime/current.ts");
    const taken = new URL(await urlOf(new Haremq("--port", "0", "--management-port", "0")));
    const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
    const configOf = (port: number) => ({
      listeners: [{ host: "127.0.0.1", port: 0 }],
      management: { tcp: { port } },
      prometheus: { tcp: { listener: "none" } },
    });
    const start = (port: number) =>
      startServer(runtime, { dataDir: folder, sync: "never", logLevel: "none", config: configOf(port) });
    await assert.rejects(start(Number(taken.port)), /another program is using that port/);
    await (await start(0)).close();
    rmSync(folder, { recursive: true });
  });

  it("can be left out", async () => {
    const haremq = new Haremq("--port", "0", "--no-management-port");
    await haremq.address();
    assert.doesNotMatch(haremq.stdout, /management API/);
  });
});

describe("the metrics of a server", () => {
  after(() => Haremq.stopAll());

  it("are served on a port of their own", async () => {
    const haremq = new Haremq("--port", "0", "--prometheus-port", "0");
    const [, url] = await haremq.line(/metrics on (http:\/\/127\.0\.0\.1:\d+)/);
    const response = await fetch(`${url}/metrics`);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^# TYPE rabbitmq_/m);
    assert.equal((await fetch(`${url}/api/whoami`, { headers: GUEST })).status, 404);
  });
});
