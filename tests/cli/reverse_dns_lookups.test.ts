import assert from "node:assert/strict";
import { promises as dns } from "node:dns";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { RawClient } from "../raw_client.ts";
import { ConfiguredBroker } from "../security/configured_broker.ts";
import { runHere } from "./ctl/run_here.ts";

describe("reverse_dns_lookups", () => {
  let broker: ConfiguredBroker;
  let name: string;
  before(async () => {
    // Mostly localhost.
    name = (await dns.lookupService("127.0.0.1", 0)).hostname;
    broker = await ConfiguredBroker.start(["reverse_dns_lookups = true", "event_exchange.enabled = true"]);
  });
  after(() => broker.close());

  const listed = async (...columns: string[]): Promise<string[][]> => {
    const data = `${broker.folder}/data`;
    const args = ["list_connections", "--quiet", "--no-table-headers", ...columns];
    const { code, stdout, stderr } = await runHere(broker.folder, data, "rabbitmqctl", args);
    assert.equal(code, 0, stderr);
    return stdout.trim().split("\n").map((line) => line.split("\t"));
  };

  it("shows connections by the names of their hosts, while the log and permissions keep the addresses", async () => {
    await using _client = await broker.open();
    const [[peerHost, host, shown, peerPort]] = await listed("peer_host", "host", "name", "peer_port");
    const { port } = broker.address;
    assert.deepEqual([peerHost, host, shown], [name, name, `${name}:${peerPort} -> ${name}:${port}`]);
    const addresses = `127.0.0.1:${peerPort} -> 127.0.0.1:${port}`;
    await broker.haremq.line(new RegExp(`connection ${addresses}: it is shown as ${shown}\n`));
    await broker.haremq.line(new RegExp(`accepting AMQP connection ${addresses}\n`));
    await broker.haremq.line(new RegExp(`connection ${addresses}: user 'guest' authenticated`));
  });

  it("names them in events", async () => {
    await using client = await broker.open({ channels: [1] });
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    await client.request(1, "basic.consume", { queue, noAck: true });
    const exchange = "amq.rabbitmq.event";
    for (const routingKey of ["user.authentication.success", "connection.created"]) {
      await client.request(1, "queue.bind", { queue, exchange, routingKey });
    }
    await using _other = await broker.open();
    for (let events = 0; events < 2; events++) {
      const { properties: { headers } } = await client.receiveContent(1, "basic.deliver");
      const hosts = [headers!.get("peer_host"), headers!.get("host")];
      assert.deepEqual(hosts, [{ type: "S", value: name }, { type: "S", value: name }]);
    }
  });

  it("changes by SIGHUP, for later connections", async () => {
    const lines = `listeners.tcp.1 = 127.0.0.1:${broker.address.port}\n`;
    await writeFile(`${broker.folder}/rabbitmq.conf`, lines);
    process.kill(broker.haremq.child.pid!, "SIGHUP");
    await broker.haremq.line(/reverse_dns_lookups: now false, for new connections\n/);
    await using _client = await broker.open();
    assert.deepEqual(await listed("peer_host"), [["127.0.0.1"]]);
  });

  it("looks up the addresses of a PROXY header", async () => {
    const proxied = await ConfiguredBroker.start(["reverse_dns_lookups = true", "proxy_protocol = true"]);
    try {
      await using client = await RawClient.connect(proxied.address);
      client.write(new TextEncoder().encode("PROXY TCP4 127.0.0.1 127.0.0.1 1111 2222\r\n"));
      await client.logIn();
      await proxied.haremq.line(new RegExp(`it is shown as ${name}:1111 -> ${name}:2222\n`));
    } finally {
      await proxied.close();
    }
  });
});
