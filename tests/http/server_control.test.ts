import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import type { ServerControl } from "../../src/http/server_control.ts";
import { pem } from "../certificates/certificates.ts";
import { HttpClient } from "./http_client.ts";

describe("control of a server over HTTP", () => {
  it("is left to the program that a broker is part of", async () => {
    const client = new HttpClient(new Broker());
    const { status, json } = await client.delete("/api/node");
    assert.equal(status, 501);
    assert.deepEqual(json, {
      error: "not_implemented",
      reason: "the program that this broker is part of controls it itself",
    });
  });

  it("describes the node, with what an embedding program has told", async () => {
    const broker = new Broker({ nodeName: "rabbit@here" });
    broker.listeners = [{ protocol: "amqp", host: "127.0.0.1", port: 5672 }];
    broker.vhost("/").queue("a");
    const { status, json } = await new HttpClient(broker).get("/api/node");
    assert.equal(status, 200);
    const { name, alarms, listeners, object_totals: totals, os_pid: pid } = json;
    assert.deepEqual({ name, alarms, totals, pid }, {
      name: "rabbit@here",
      alarms: [],
      totals: { connections: 0, queues: 1, vhosts: 1 },
      pid: undefined,
    });
    const [{ node, protocol, ip_address: address, port }] = listeners;
    assert.deepEqual({ node, protocol, address, port }, {
      node: "rabbit@here",
      protocol: "amqp",
      address: "127.0.0.1",
      port: 5672,
    });
  });

  it("is for administrators only", async () => {
    const broker = new Broker();
    await new HttpClient(broker).put("/api/users/m", { password: "m", tags: "monitoring" });
    const client = new HttpClient(broker, "m:m");
    assert.equal((await client.delete("/api/node")).status, 401);
    assert.equal((await client.put("/api/node/log-level", { level: "debug" })).status, 401);
  });

  it("shows the certificates of listeners, and never a key that stands in the same file", async () => {
    const broker = new Broker({ nodeName: "rabbit@here" });
    const [text, authority] = [pem("server.pem"), pem("authority.pem")];
    const certfile = { path: "both.pem", text: `a comment\n${pem("server.key")}${text}` };
    broker.listeners = [
      { protocol: "http", host: "127.0.0.1", port: 15672 },
      { protocol: "https", host: "::1", port: 15671, tls: { certfile } },
      {
        protocol: "amqp/ssl",
        host: "127.0.0.1",
        port: 5671,
        tls: { certfile, cacertfile: { path: "a", text: authority } },
      },
    ];
    const suite = { name: "A", keyExchange: "ecdhe_rsa", cipher: "aes_128_gcm", hash: "aead", prf: "sha256" };
    const other = { ...suite, name: "B" };
    broker.control = {
      tls: () => ({ versions: ["tlsv1.3"], offered: [suite], all: [suite, other] }),
    } as unknown as ServerControl;
    const { status, json } = await new HttpClient(broker).get("/api/node/tls");
    assert.equal(status, 200);
    const shown = { key_exchange: "ecdhe_rsa", cipher: "aes_128_gcm", mac: "aead", prf: "sha256" };
    const where = { node: "rabbit@here", ip_address: "127.0.0.1" };
    assert.deepEqual(json, {
      versions: ["tlsv1.3"],
      cipher_suites: [{ name: "A", ...shown, default: true }, { name: "B", ...shown, default: false }],
      listeners: [
        { ...where, protocol: "amqp/ssl", port: 5671, certfile: text, cacertfile: authority },
        { ...where, protocol: "https", ip_address: "::1", port: 15671, certfile: text },
      ],
    });
    await new HttpClient(broker).put("/api/users/m", { password: "m", tags: "management" });
    assert.equal((await new HttpClient(broker, "m:m").get("/api/node/tls")).status, 401);
  });
});
