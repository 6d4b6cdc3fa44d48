import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { settled } from "../fake_clock.ts";

describe("a virtual host's tracing", () => {
  it("is off until it is turned on, and ends when it is turned off, for channels that are open too", async () => {
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
