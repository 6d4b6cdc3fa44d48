import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { TimeSlices } from "../../../src/http/listing/time_slices.ts";
import { Statistics } from "../../../src/http/statistics/statistics.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { HttpClient } from "../http_client.ts";

describe("statistics", () => {
  it("take no sample before the management API is used, and none after the broker is closed", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const { timerCount } = clock;
    await clock.advance(20_000);
    assert.equal(clock.timerCount, timerCount);
    await new HttpClient(broker).get("/api/whoami");
    await clock.advance(20_000);
    assert.equal(clock.timerCount, timerCount + 1);
    await broker.close();
    await clock.advance(20_000);
    assert.equal(clock.timerCount, timerCount);
  });

  it("know all objects, and forget those that are gone", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const { node } = broker;
    const statistics = new Statistics(node, new TimeSlices(clock), undefined, () => {});
    const client = await InProcessClient.open(broker, { channels: [1, 2] });
    await client.request(1, "queue.declare", { queue: "q" });
    broker.vhost("other");
    const sizes = () => {
      const { queues, exchanges, channels, connections, vhosts, nodes } = statistics;
      return [queues, exchanges, channels, connections, vhosts, nodes].map(({ size }) => size);
    };
    statistics.start();
    await settled();
    assert.deepEqual(sizes(), [1, 14, 2, 1, 2, 1]);
    await client.request(1, "queue.delete", { queue: "q" });
    await client.request(1, "channel.close");
    await node.deleteVirtualHost("other");
    await clock.advance(5000);
    assert.deepEqual(sizes(), [0, 7, 1, 1, 1, 1]);
    statistics.stop();
  });

  it("count the messages of closed channels and connections", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const client = await InProcessClient.open(broker);
    for (let i = 0; i < 4; i++) client.publish(1, { routingKey: "nowhere", body: "x" });
    await client.request(1, "channel.close");
    await client.request(0, "connection.close");
    client.finish();
    await client.connection.closed;
    const { json } = await new HttpClient(broker).get("/api/overview");
    assert.deepEqual([json.message_stats.publish, json.object_totals.connections], [4, 0]);
  });
});
