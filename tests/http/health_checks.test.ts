import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, type BrokerOptions } from "../../mod.ts";
import { pathOf, pem } from "../certificates/certificates.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const TLS = { certfile: { path: pathOf("server.pem"), text: pem("server.pem") } };
const EXPIRED = { certfile: { path: "expired.pem", text: pem("server_expired.pem") } };

function brokerWith(options: BrokerOptions = {}): Broker {
  const broker = new Broker(options);
  broker.listeners = [
    { protocol: "amqp", host: "127.0.0.1", port: 5672 },
    { protocol: "amqp/ssl", host: "::", port: 5671, tls: TLS },
    { protocol: "http", host: "127.0.0.1", port: 15672 },
  ];
  return broker;
}

const check = (broker: Broker, path: string, user?: string | null): Promise<HttpReply> =>
  new HttpClient(broker, user).get(`/api/health/checks/${path}`);

describe("the health checks", () => {
  it("succeed on a healthy node", async () => {
    const broker = brokerWith();
    for (
      const path of [
        "alarms",
        "local-alarms",
        "metadata-store/initialized",
        "metadata-store/initialized/with-data",
        "certificate-expiration/1/days",
        "virtual-hosts",
        "quorum-queues-without-elected-leaders/all-vhosts/",
        "quorum-queues-without-elected-leaders/all-vhosts/pattern/.*",
        "quorum-queues-without-elected-leaders/vhost/%2F/",
        "quorum-queues-without-elected-leaders/vhost/%2F/pattern/.*",
        "is-in-service",
        "below-node-connection-limit",
        "ready-to-serve-clients",
        "reached-target-cluster-size",
      ]
    ) {
      const { status, json } = await check(broker, path);
      assert.deepEqual([status, json], [200, { status: "ok" }], path);
    }
    for (const path of ["node-is-quorum-critical", "node-is-mirror-sync-critical"]) {
      assert.deepEqual((await check(broker, path)).json, { status: "ok", reason: "single node cluster" });
    }
  });

  it("need a login, except those for load balancers", async () => {
    const broker = brokerWith();
    const { status } = await check(broker, "alarms", null);
    assert.equal(status, 401);
    for (
      const path of [
        "is-in-service",
        "below-node-connection-limit",
        "ready-to-serve-clients",
        "reached-target-cluster-size",
      ]
    ) {
      assert.equal((await check(broker, path, null)).status, 200, path);
    }
  });

  it("fail while an alarm is on", async () => {
    const broker = brokerWith({ memoryHighWatermarkBytes: 1, nodeName: "a@b" });
    await broker.vhost("/").queue("q").publisher().getWriter().write({ body: "hare" });
    for (const [path, where] of [["alarms", "in the cluster"], ["local-alarms", "on the node"]]) {
      const { status, json } = await check(broker, path);
      assert.equal(status, 503);
      assert.deepEqual(json, {
        status: "failed",
        reason: `There are alarms in effect ${where}`,
        alarms: [{ resource: "memory", node: "a@b" }],
      });
    }
    const nobody = new HttpClient(broker, null);
    assert.equal((await nobody.get("/healthz")).status, 200);
    assert.equal((await nobody.get("/readyz")).status, 503);
  });

  it("find listeners by port and protocol", async () => {
    const broker = brokerWith();
    assert.deepEqual((await check(broker, "port-listener/5671")).json, { status: "ok", port: 5671 });
    const port = await check(broker, "port-listener/1");
    assert.equal(port.status, 503);
    assert.deepEqual(port.json, {
      status: "failed",
      reason: "No active listener",
      missing: 1,
      ports: [5672, 5671, 15672],
    });
    const invalid = await check(broker, "port-listener/x");
    assert.deepEqual([invalid.status, invalid.json.reason], [400, "Invalid port"]);
    const protocols = ["amqp", "amqp/ssl", "http"];
    assert.deepEqual((await check(broker, "protocol-listener/AMQP091,amqps")).json, { status: "ok", protocols });
    assert.equal((await check(broker, "protocol-listener/amqp1.0,management_ui")).status, 200);
    assert.deepEqual((await check(broker, "protocol-listener/Web-MQTT+tls")).json.missing, ["https/web-mqtt"]);
    const protocol = await check(broker, "protocol-listener/mqtt,amqp");
    assert.equal(protocol.status, 503);
    assert.deepEqual(protocol.json, {
      status: "failed",
      reason: "No active listener",
      missing: ["mqtt"],
      protocols,
    });
  });

  it("find certificates that expire", async () => {
    const broker = brokerWith({ nodeName: "a@b" });
    const soon = await check(broker, "certificate-expiration/200/years");
    assert.equal(soon.status, 503);
    const { reason, expired: [listener] } = soon.json;
    assert.equal(reason, "Certificates expiring");
    assert.deepEqual([listener.node, listener.protocol, listener.port], ["a@b", "amqp/ssl", 5671]);
    assert.match(listener.certfile_expires_on[0], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.deepEqual(listener.cacertfile_expires_on, []);
    broker.listeners = [{ protocol: "https", host: "::", port: 15671, tls: EXPIRED }];
    assert.equal((await check(broker, "certificate-expiration/0/weeks")).status, 503);
    for (
      const [path, reason] of [
        ["x/days", "Invalid expiration value."],
        ["1/hours", "Time unit not recognised. Supported units: days, weeks, months, years."],
      ]
    ) {
      const { status, json } = await check(broker, `certificate-expiration/${path}`);
      assert.deepEqual([status, json.reason], [400, reason]);
    }
  });

  it("fail while clients can't connect", async () => {
    const broker = brokerWith({ connectionMax: 0 });
    for (const path of ["below-node-connection-limit", "ready-to-serve-clients"]) {
      const { status, json } = await check(broker, path);
      assert.deepEqual([status, json.reason], [503, "node connection limit is reached"]);
    }
    broker.listeners = [];
    const { status, json } = await check(broker, "ready-to-serve-clients");
    assert.deepEqual([status, json.reason], [503, "no active listeners for AMQP/AMQPS"]);
    broker.node.admission.refusal = "another broker has taken over";
    assert.equal((await check(broker, "is-in-service")).status, 503);
    assert.equal((await new HttpClient(broker, null).get("/readyz")).status, 503);
    assert.equal((await new HttpClient(broker, null).get("/healthz")).status, 200);
  });
});
