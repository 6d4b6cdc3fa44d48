import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { openBrokerWithClients } from "./broker_with_clients.ts";

describe("the exchanges of the management API", () => {
  it("have their type, arguments and numbers", async () => {
    await using started = await openBrokerWithClients();
    const { channel, client } = started;
    await channel.assertExchange("x", "topic", {
      autoDelete: true,
      durable: false,
      arguments: { "alternate-exchange": "y" },
    });
    await client.put("/api/policies/%2F/p", { pattern: "^x$", definition: { "alternate-exchange": "z" } });
    await channel.assertQueue("q");
    await channel.bindQueue("q", "x", "#");
    for (let i = 0; i < 3; i++) channel.publish("x", "key", Buffer.from("m"));
    await channel.checkQueue("q");
    const { json } = await client.get("/api/exchanges/%2F/x");
    assert.deepEqual(json, {
      name: "x",
      vhost: "/",
      type: "topic",
      durable: false,
      auto_delete: true,
      internal: false,
      arguments: { "alternate-exchange": "y" },
      user_who_performed_action: "guest",
      policy: "p",
      message_stats: {
        publish_in: 3,
        publish_in_details: { rate: 0 },
        publish_out: 3,
        publish_out_details: { rate: 0 },
      },
      incoming: [],
      outgoing: [],
    });
    assert.equal((await client.get("/api/exchanges/%2F/amq.default")).json.name, "");
    assert.equal((await client.get("/api/exchanges/%2F/none")).status, 404);
  });

  it("are listed by pages and by virtual host", async () => {
    await using started = await openBrokerWithClients();
    const { client, broker } = started;
    broker.vhost("other");
    const predeclared = ["", "amq.direct", "amq.fanout", "amq.headers", "amq.match", "amq.rabbitmq.trace", "amq.topic"];
    const names = (await client.get("/api/exchanges/other?columns=name")).json.map(({ name }: { name: string }) =>
      name
    );
    assert.deepEqual(names, predeclared);
    assert.equal((await client.get("/api/exchanges")).json.length, 2 * predeclared.length);
    const page = (await client.get("/api/exchanges?page=1&page_size=1&name=topic&columns=vhost,name")).json;
    assert.deepEqual([page.filtered_count, page.items], [2, [{ vhost: "/", name: "amq.topic" }]]);
    const [plain] = (await client.get("/api/exchanges/other?disable_stats=true&sort=name&sort_reverse=true")).json;
    assert.deepEqual([plain.name, plain.message_stats], ["amq.topic", undefined]);
  });
});
