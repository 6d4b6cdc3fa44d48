import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient } from "./http_client.ts";

const namesOf = (items: { name: string }[]) => items.map(({ name }) => name);

describe("the queues of the management API", () => {
  it("have their messages, consumers and policy", async () => {
    await using started = await openBrokerWithClients();
    const { channel, client } = started;
    await channel.assertQueue("q", { durable: true, arguments: { "x-max-length": 10 } });
    await client.put("/api/policies/%2F/short", { pattern: "^q$", definition: { "max-length": 5 } });
    for (const body of ["a", "bb", "ccc"]) channel.sendToQueue("q", Buffer.from(body));
    await channel.prefetch(1);
    await channel.consume("q", () => {}, { consumerTag: "tag" });
    await channel.get("q");
    const { json } = await client.get("/api/queues/%2F/q");
    const { message_stats: stats, consumer_details: consumers, idle_since: _, ...queue } = json;
    assert.deepEqual(queue, {
      name: "q",
      vhost: "/",
      type: "classic",
      durable: true,
      auto_delete: false,
      exclusive: false,
      internal: false,
      internal_owner: false,
      arguments: { "x-max-length": 10, "x-queue-type": "classic" },
      node: started.broker.node.name,
      state: "running",
      policy: "short",
      operator_policy: null,
      effective_policy_definition: { "max-length": 5 },
      consumers: 1,
      consumer_capacity: queue.consumer_capacity,
      consumer_utilisation: queue.consumer_capacity,
      single_active_consumer_tag: null,
      exclusive_consumer_tag: null,
      storage_version: 2,
      head_message_timestamp: null,
      memory: 6,
      messages: 3,
      messages_details: { rate: 0 },
      messages_ready: 1,
      messages_ready_details: { rate: 0 },
      messages_unacknowledged: 2,
      messages_unacknowledged_details: { rate: 0 },
      messages_ram: 3,
      messages_ready_ram: 1,
      messages_unacknowledged_ram: 2,
      messages_persistent: 0,
      messages_paged_out: 0,
      message_bytes: 6,
      message_bytes_ready: 3,
      message_bytes_unacknowledged: 3,
      message_bytes_ram: 6,
      message_bytes_persistent: 0,
      message_bytes_paged_out: 0,
      deliveries: [],
      incoming: [],
    });
    assert.deepEqual([stats.publish, stats.deliver, stats.get, stats.deliver_get, stats.ack], [3, 1, 1, 2, 0]);
    assert.deepEqual([consumers.length, consumers[0].consumer_tag, consumers[0].prefetch_count], [1, "tag", 1]);
    assert.equal((await client.get("/api/queues/%2F/other")).status, 404);
  });

  it("have the timestamp of the message at their head", async () => {
    await using started = await openBrokerWithClients();
    const { channel, client } = started;
    await channel.assertQueue("q");
    const headOf = async () => (await client.get("/api/queues/%2F/q")).json.head_message_timestamp;
    assert.equal(await headOf(), null);
    channel.sendToQueue("q", Buffer.from("1"), { timestamp: 1_700_000_000 });
    channel.sendToQueue("q", Buffer.from("2"), { timestamp: 1_700_000_001 });
    channel.sendToQueue("q", Buffer.from("3"));
    for (const expected of [1_700_000_000, 1_700_000_001, null]) {
      // A call that answers, behind what was sent.
      await channel.checkQueue("q");
      assert.equal(await headOf(), expected);
      await channel.get("q", { noAck: true });
    }
  });

  it("are listed by pages, by virtual host, and without numbers", async () => {
    const broker = new Broker();
    for (const name of ["b", "a"]) broker.vhost("/").queue(name);
    broker.vhost("other").queue("c");
    const client = new HttpClient(broker);
    assert.deepEqual(namesOf((await client.get("/api/queues")).json), ["a", "b", "c"]);
    assert.deepEqual(namesOf((await client.get("/api/queues/detailed")).json), ["a", "b", "c"]);
    assert.deepEqual(namesOf((await client.get("/api/queues/other")).json), ["c"]);
    const page = (await client.get("/api/queues?page=1&page_size=2&columns=name,messages")).json;
    assert.deepEqual([page.total_count, page.page_count, page.items], [3, 2, [
      { name: "a", messages: 0 },
      { name: "b", messages: 0 },
    ]]);
    const [queue] = (await client.get("/api/queues/other?disable_stats=true")).json;
    assert.deepEqual([queue.name, "messages" in queue, "consumers" in queue], ["c", false, false]);
    const [totals] = (await client.get("/api/queues/other?disable_stats=true&enable_queue_totals=true")).json;
    assert.deepEqual([totals.messages, totals.messages_ready, totals.messages_unacknowledged], [0, 0, 0]);
    assert.equal((await client.get("/api/queues/none")).status, 404);
  });

  it("are those of the virtual hosts that a user may open", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "reader", password: "secret", tags: ["monitoring"] });
    broker.vhost("/").queue("hidden");
    broker.vhost("open").queue("shown");
    await broker.users.permit("reader", "open", { configure: "", write: "", read: "" });
    const client = new HttpClient(broker, "reader:secret");
    assert.deepEqual(namesOf((await client.get("/api/queues")).json), ["shown"]);
  });

  it("name the owner of an exclusive queue, and are found by who declared them", async () => {
    const broker = new Broker();
    const amqp = await InProcessClient.open(broker);
    await amqp.request(1, "queue.declare", { queue: "mine", exclusive: true });
    broker.vhost("/").queue("shared");
    const client = new HttpClient(broker);
    const { json } = await client.get("/api/queues/%2F/mine");
    assert.deepEqual([json.exclusive, json.owner_pid_details.name], [true, [...broker.node.sessions][0].origin.name]);
    assert.deepEqual(namesOf((await client.get("/api/users/guest/queues")).json), ["mine"]);
    assert.deepEqual((await client.get("/api/users/nobody/queues")).json, []);
  });

  it("have the members of quorum queues and streams", async () => {
    await using started = await openBrokerWithClients();
    const { channel, client, broker } = started;
    await channel.assertQueue("quorum", { durable: true, arguments: { "x-queue-type": "quorum" } });
    await channel.assertQueue("stream", { durable: true, arguments: { "x-queue-type": "stream" } });
    const [quorum, stream] = (await client.get("/api/queues")).json;
    const { name } = broker.node;
    assert.deepEqual([quorum.type, quorum.leader, quorum.members, quorum.online], ["quorum", name, [name], [name]]);
    assert.deepEqual([stream.type, stream.leader, stream.consumer_capacity], ["stream", name, undefined]);
  });

  it("have the same text in a list as in columns of all their fields", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const amqp = await InProcessClient.open(broker);
    for (const queue of ["idle", "q"]) await amqp.request(1, "queue.declare", { queue });
    const client = new HttpClient(broker);
    await client.get("/api/queues");
    await clock.advance(5000);
    for (let i = 0; i < 11; i++) amqp.publish(1, { routingKey: "q", body: "x" });
    await settled();
    await clock.advance(5000);
    const ranges = "lengths_age=10&lengths_incr=5&msg_rates_age=10&msg_rates_incr=5";
    for (const query of ["", ranges]) {
      const { json, text } = await client.get(`/api/queues?${query}`);
      assert.equal(json[1].message_stats.publish_details.rate, 2.2);
      const columns = Object.keys({ ...json[0], ...json[1] }).join();
      assert.equal(text, (await client.get(`/api/queues?${query}&columns=${columns}`)).text);
    }
  });

  it("have rates and samples, and the time since which they are idle", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const amqp = await InProcessClient.open(broker);
    await amqp.request(1, "queue.declare", { queue: "q" });
    const client = new HttpClient(broker);
    const get = async (query = "") => (await client.get(`/api/queues/%2F/q${query}`)).json;
    assert.deepEqual([(await get()).message_stats, (await get()).idle_since], [undefined, undefined]);
    await clock.advance(5000);
    for (let i = 0; i < 10; i++) amqp.publish(1, { routingKey: "q", body: "x" });
    await settled();
    await clock.advance(5000);
    const busy = await get("?msg_rates_age=10&msg_rates_incr=5");
    assert.deepEqual([busy.messages_details.rate, busy.idle_since], [2, undefined]);
    assert.deepEqual(busy.message_stats.publish_details, {
      rate: 2,
      samples: [
        { sample: 10, timestamp: clock.time() },
        { sample: 0, timestamp: clock.time() - 5000 },
        { sample: 0, timestamp: clock.time() - 10_000 },
      ],
      avg_rate: 1,
      avg: 10 / 3,
    });
    const changed = new Date(clock.time()).toISOString().replace("Z", "+00:00");
    await clock.advance(10_000);
    const idle = await get();
    assert.deepEqual([idle.messages_details.rate, idle.message_stats.publish, idle.idle_since], [0, 10, changed]);
    assert.equal((await client.get("/api/queues?msg_rates_age=0&msg_rates_incr=5")).status, 400);
  });
});
