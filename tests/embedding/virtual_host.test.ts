import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, ChannelError, fieldTable } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { settled } from "../fake_clock.ts";
import { SlowStore } from "../slow_store.ts";

describe("a virtual host's tracing", () => {
  it("is off until it is turned on, and ends when it is turned off, for open channels too", async () => {
    const broker = new Broker();
    const vhost = broker.vhost("/");
    assert.equal(vhost.tracing, false);
    const client = await InProcessClient.open(broker);
    const traces = vhost.queue("traces");
    await client.request(1, "queue.bind", { queue: "traces", exchange: "amq.rabbitmq.trace", routingKey: "#" });
    const publish = async () => {
      client.publish(1, { exchange: "amq.fanout", routingKey: "", body: "hello" });
      await settled();
      return traces.messageCount;
    };
    assert.equal(await publish(), 0);
    vhost.tracing = true;
    assert.equal(vhost.tracing, true);
    assert.equal(await publish(), 1);
    vhost.tracing = false;
    assert.equal(await publish(), 1);
  });
});

describe("publishing from a program", () => {
  it("goes to any exchange, with properties and a routing key", async () => {
    const broker = new Broker();
    const vhost = broker.vhost("/");
    const client = await InProcessClient.open(broker);
    await client.request(1, "queue.declare", { queue: "q" });
    await client.request(1, "queue.bind", { queue: "q", exchange: "amq.topic", routingKey: "orders.#" });
    const properties = { headers: fieldTable({ CC: ["orders.copy"], BCC: ["hidden"] }), messageId: "1" };
    const outcome = await vhost.publish({ exchange: "amq.topic", routingKey: "orders.new", properties, body: "x" });
    assert.equal(outcome, "confirmed");
    for await (const delivery of vhost.queue("q").consume()) {
      assert.deepEqual([delivery.exchange, delivery.routingKey], ["amq.topic", "orders.new"]);
      assert.equal(delivery.properties.messageId, "1");
      assert.deepEqual([...delivery.properties.headers!.keys()], ["CC"]);
      delivery.ack();
      break;
    }
  });

  it("reports what was returned, what was refused, and what had no route and was not mandatory", async () => {
    const vhost = new Broker().vhost("/");
    vhost.queue("full", { arguments: { "x-max-length": 0, "x-overflow": "reject-publish" } });
    assert.equal(await vhost.publish({ routingKey: "nobody", mandatory: true, body: "x" }), "returned");
    assert.equal(await vhost.publish({ routingKey: "full", mandatory: true, body: "x" }), "refused");
    assert.equal(await vhost.publish({ routingKey: "nobody", body: "x" }), "confirmed");
  });

  it("throws the errors that a client gets: unknown exchange, and wrong properties", async () => {
    const vhost = new Broker().vhost("/");
    const throws = (message: Parameters<typeof vhost.publish>[0], code: number) =>
      assert.throws(() => vhost.publish(message), (error) => error instanceof ChannelError && error.code === code);
    throws({ exchange: "nowhere", body: "x" }, 404);
    throws({ body: "x", properties: { expiration: "soon" } }, 406);
    throws({ body: "x", properties: { headers: fieldTable({ CC: "a text, where an array is wanted" }) } }, 406);
    assert.equal(await vhost.publish({ routingKey: "nobody", body: "x" }), "confirmed");
  });

  it("completes for each message when the store has it", async () => {
    const store = new SlowStore();
    const vhost = new Broker({ store }).vhost("/");
    vhost.queue("q");
    const outcomes: string[] = [];
    const publish = (body: string, deliveryMode: number) =>
      vhost.publish({ routingKey: "q", body, properties: { deliveryMode } }).then(() => outcomes.push(body));
    const transient = publish("transient", 1);
    await transient;
    const persistent = publish("persistent", 2);
    await settled();
    assert.deepEqual(outcomes, ["transient"]);
    store.sync();
    await persistent;
  });
});
