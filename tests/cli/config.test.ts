import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

let count = 0;
function fileWith(text: string): string {
  const file = `${folder}/${++count}.conf`;
  writeFileSync(file, text);
  return file;
}

describe("the haremq command with a configuration file", () => {
  it("listens on the configured addresses", async () => {
    const haremq = new Haremq("--config", fileWith("listeners.tcp.a = 127.0.0.1:0\nlisteners.tcp.b = ::1:0\n"));
    const [, one, two] = await haremq.line(/accepting AMQP on 127\.0\.0\.1:(\d+) and \[::1\]:(\d+), data in/);
    await using _ipv4 = await RawClient.open({ host: "127.0.0.1", port: Number(one) });
    await using _ipv6 = await RawClient.open({ host: "::1", port: Number(two) });
  });

  it("listens on all addresses when only a port is configured", async () => {
    const haremq = new Haremq("--config", fileWith("listeners.tcp.default = 0\n"));
    const [, port] = await haremq.line(/accepting AMQP on \S+:(\d+), data in/);
    await using _client = await RawClient.open({ host: "127.0.0.1", port: Number(port) });
  });

  it("warns of each key without effect, and starts", async () => {
    const file = fileWith("listeners.tcp.a = 127.0.0.1:0\nmqtt.exchange = amq.topic\nmanagement.delegate_count = 5\n");
    const haremq = new Haremq("--config", file);
    await haremq.address();
    const warnings = haremq.stdout.split("\n").filter((line) => line.includes("has no effect"));
    assert.equal(warnings.length, 2);
    assert.match(warnings[0], /\.conf, line 2: mqtt\.exchange has no effect: HareMQ does not speak MQTT\.$/);
    assert.match(
      warnings[1],
      /\.conf, line 3: management\.delegate_count has no effect: one process answers all requests\.$/,
    );
  });

  it("does not start with unknown keys, and names all of them with the nearest ones", async () => {
    const haremq = new Haremq("--config", fileWith("hartbeat = 1\n\nlisteners.tpc.a = 5672\n"));
    assert.equal(await haremq.ended, 1);
    assert.match(haremq.stderr, /line 1: there is no key "hartbeat"\. The nearest one is "heartbeat"\.\n/);
    assert.match(
      haremq.stderr,
      /line 3: there is no key "listeners\.tpc\.a"\. The nearest one is "listeners\.tcp\.a"\.\n/,
    );
  });

  it("does not start without any listener", async () => {
    const haremq = new Haremq("--config", fileWith("listeners.tcp = none\n"));
    assert.equal(await haremq.ended, 1);
    assert.match(haremq.stderr, /^listeners\.tcp = none leaves no address to listen on/);
  });

  it("offers clients the configured limits, and has the configured server properties", async () => {
    const limits = "heartbeat = 7\nframe_max = 8KiB\nchannel_max = 3\nproduct.version = 3.13.7\n";
    const haremq = new Haremq("--port", "0", "--config", fileWith(limits));
    await using client = await RawClient.connect(await haremq.address());
    const { serverProperties } = await client.logIn();
    assert.deepEqual(serverProperties.get("version")?.value, "3.13.7");
    assert.deepEqual(serverProperties.get("product")?.value, "RabbitMQ");
    const { channelMax, frameMax, heartbeat } = await client.receive(0, "connection.tune");
    assert.deepEqual({ channelMax, frameMax, heartbeat }, { channelMax: 3, frameMax: 8192, heartbeat: 7 });
  });

  it("creates the configured first user and virtual host, and offers the configured mechanisms", async () => {
    const text = "default_vhost = main\ndefault_user = joe\ndefault_pass = secret\nauth_mechanisms.1 = PLAIN\n" +
      "auth_mechanisms.2 = RABBIT-CR-DEMO\n";
    const haremq = new Haremq("--port", "0", "--config", fileWith(text));
    const address = await haremq.address();
    const user = { user: "joe", password: "secret" };
    await using _client = await RawClient.open(address, { ...user, virtualHost: "main" });
    await using other = await RawClient.connect(address);
    const { mechanisms } = await other.logIn({ user: "guest", password: "guest" });
    assert.equal(new TextDecoder().decode(mechanisms), "PLAIN RABBIT-CR-DEMO");
    await haremq.line(/user 'guest'.*refused|refused.*user 'guest'/);
  });

  it("asks the configured backends, in their order", async () => {
    const asked: string[] = [];
    const web = createServer((request, response) => {
      asked.push(request.url!.split("?")[0]);
      response.end("allow");
    }).listen(0, "127.0.0.1");
    await once(web, "listening");
    const { port } = web.address() as AddressInfo;
    const paths = ["user", "vhost", "resource", "topic"].map((name) =>
      `auth_http.${name}_path = http://127.0.0.1:${port}/${name}`
    );
    const backends = "auth_backends.1 = internal\nauth_backends.2 = http\n";
    const haremq = new Haremq("--port", "0", "--config", fileWith(`${backends}${paths.join("\n")}\n`));
    await using client = await RawClient.open(await haremq.address(), { user: "stranger", password: "x" });
    await client.request(1, "queue.declare", { queue: "q" });
    assert.deepEqual(asked.slice(0, 2), ["/user", "/vhost"]);
    assert.ok(asked.includes("/resource"));
    web.close();
  });

  it("asks other backends for the management API and metrics when they are configured", async () => {
    const web = createServer((_, response) => response.end("deny")).listen(0, "127.0.0.1");
    await once(web, "listening");
    const { port } = web.address() as AddressInfo;
    const text = `auth_backends.1 = http\nauth_http.user_path = http://127.0.0.1:${port}/user\n` +
      "http_dispatch.auth_backends.1 = internal\nprometheus.authentication.enabled = true\n";
    const ports = ["--management-port", "0", "--prometheus-port", "0"];
    const haremq = new Haremq("--port", "0", ...ports, "--config", fileWith(text));
    const address = await haremq.address();
    const [, api] = await haremq.line(/management API on (http:\/\/\S+:\d+)/);
    const [, metrics] = await haremq.line(/metrics on (http:\/\/\S+:\d+)/);
    const statusOf = async (url: string, password: string) => {
      const response = await fetch(url, { headers: { authorization: `Basic ${btoa(`guest:${password}`)}` } });
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await statusOf(`${api}/api/whoami`, "guest"), 200);
    assert.equal(await statusOf(`${api}/api/vhosts/%2F/permissions`, "guest"), 200);
    assert.equal(await statusOf(`${api}/api/queues/%2F`, "guest"), 200);
    assert.equal(await statusOf(`${api}/api/whoami`, "wrong"), 401);
    assert.equal(await statusOf(`${metrics}/metrics`, "guest"), 200);
    assert.equal(await statusOf(`${metrics}/metrics`, "wrong"), 401);
    await assert.rejects(RawClient.open(address, { user: "guest", password: "guest" }));
    await haremq.line(/HTTP authentication|user 'guest'.*Denied by the backing HTTP service|Denied by the backing/);
    web.close();
  });

  it("does not start with an incomplete backend", async () => {
    const haremq = new Haremq("--config", fileWith("auth_backends.1 = cache\n"));
    assert.equal(await haremq.ended, 1);
    assert.equal(haremq.stderr, "auth_cache.cached_backend is not set.\n");
  });
});

describe("haremq config check", () => {
  it("lists settings without effect, and exits with 0", async () => {
    const check = new Haremq("config", "check", fileWith("heartbeat = 5\nmqtt.exchange = a\n"));
    assert.equal(await check.ended, 0, check.stderr);
    assert.match(check.stdout, /line 2: mqtt\.exchange has no effect: .*\nNo mistakes in \S+\.conf\.\n$/);
  });

  it("lists all errors, and exits with 1", async () => {
    const check = new Haremq("config", "check", fileWith("heartbeat = often\nhartbeat = 5\n"));
    assert.equal(await check.ended, 1);
    assert.match(check.stderr, /line 1: heartbeat: This is a whole number.*\n.*line 2: there is no key "hartbeat"/);
  });
});

describe("haremq config show", () => {
  it("lists the effective settings with their sources, but no secrets", async () => {
    const text = "heartbeat = 5\ndefault_pass = sesame\nvm_memory_high_watermark.absolute = 1GiB\nmqtt.exchange = a\n" +
      "listeners.tcp.default = 5999\n";
    const show = new Haremq("config", "show", "--config", fileWith(text), "--port", "5673");
    assert.equal(await show.ended, 0, show.stderr);
    const lines = show.stdout.split("\n");
    const shown = (name: string) => lines.filter((line) => line.startsWith(`${name} `)).join();
    assert.match(shown("heartbeat"), /^heartbeat = 5 {2}# \S+\.conf, line 1$/);
    assert.match(shown("default_pass"), /^default_pass = \*{6} {2}# \S+\.conf, line 2$/);
    assert.match(shown("vm_memory_high_watermark.absolute"), /= 1GiB {2}# /);
    assert.equal(shown("vm_memory_high_watermark.relative"), "");
    assert.equal(shown("frame_max"), "frame_max = 131072  # default");
    assert.equal(shown("listeners.tcp.flag"), "listeners.tcp.flag = 127.0.0.1:5673  # --port");
    assert.doesNotMatch(show.stdout, /sesame|mqtt|5999/);
  });
});
