import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runTool } from "../../../src/cli/ctl/run.ts";
import { type Server, startServer } from "../../../src/cli/server.ts";
import type { Config } from "../../../src/config/config.ts";
import { runtime } from "../../../src/runtime/current.ts";
import { KeptTerminal } from "./kept_terminal.ts";

const BANNERS = [
  "Reporting server status of node haremq@localhost ...",
  "Status of node haremq@localhost ...",
  "Cluster status of node haremq@localhost ...",
  "Application environment of node haremq@localhost ...",
  "Listing connections ...",
  "Listing channels ...",
  ...["/", "shop"].flatMap((vhost) => [
    `Listing queues for vhost ${vhost} ...`,
    `Listing exchanges for vhost ${vhost} ...`,
    `Listing bindings for vhost ${vhost}...`,
    `Listing permissions for vhost "${vhost}" ...`,
    `Listing policies for vhost "${vhost}" ...`,
    "Listing global runtime parameters ...",
    `Listing runtime parameters for vhost "${vhost}" ...`,
  ]),
];

describe("report", () => {
  let server: Server;
  let terminal: KeptTerminal;
  beforeEach(async () => {
    const anyPort = { tcp: { ip: "127.0.0.1", port: 0 } };
    const listeners = { listeners: [{ host: "127.0.0.1", port: 0 }], management: anyPort, prometheus: anyPort };
    const config: Config = { ...listeners, nodeName: "haremq@localhost" };
    server = await startServer(runtime, { logLevel: "none", dataDir: false, sync: "always", config });
    server.broker.vhost("/").queue("orders");
    server.broker.vhost("shop").queue("carts");
    terminal = new KeptTerminal(tmpdir());
  });
  afterEach(() => server.close());

  const surroundings = {
    environment: (name: string) => name === "HAREMQ_URL" ? "http://localhost" : undefined,
    socketFetcher: () => () => Promise.reject(new Error("unused")),
    fetch: (url: string, init: RequestInit) => server.broker.fetch(new Request(url, init), { isLoopback: true }),
    stateOf: () => "missing" as const,
    listeningSockets: () => [],
  };

  const run = (...args: string[]) => runTool("rabbitmq-diagnostics", ["report", ...args], terminal, surroundings);

  it("writes what the commands about the node and about each virtual host do", async () => {
    assert.equal(await run(), 0, terminal.stderr);
    const lines = terminal.stdout.split("\n");
    assert.deepEqual(lines.filter((line) => BANNERS.includes(line)), BANNERS);
    const columns = lines.filter((line) => line.startsWith("arguments\tauto_delete\tconsumer_capacity\t"));
    assert.equal(columns.length, 2, "lists of queues with all columns");
    assert.equal(
      lines.filter((line) => /^\[\{"x-queue-type","classic"\}\]\t.*\t(orders|carts)\t.*\tclassic$/.test(line)).length,
      2,
    );
  });

  it("leaves out the banners when it is to be quiet", async () => {
    assert.equal(await run("-q"), 0, terminal.stderr);
    assert.deepEqual(terminal.stdout.split("\n").filter((line) => BANNERS.includes(line)), []);
    assert.match(terminal.stdout, /\torders\t/);
  });

  it("has a form of its own", async () => {
    assert.equal(await run("--formatter", "json"), 64);
    assert.match(terminal.stderr, /Only report formatter is supported/);
  });
});
