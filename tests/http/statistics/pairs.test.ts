import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, type BrokerOptions } from "../../../mod.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { HttpClient } from "../http_client.ts";
import { scrape } from "../metrics/scrape.ts";

/** Starts a broker that counts by pairs, with queue `q` behind exchange `x`, and a client with two channels. */
async function start() {
  const clock = new FakeClock();
  return { clock, ...await startBroker({ clock }) };
}

async function startBroker(options: BrokerOptions) {
  const broker = new Broker({ statistics: { ratesMode: "detailed" }, ...options });
  const peer = { host: "127.0.0.1", port: 5000 };
  const amqp = await InProcessClient.open(broker, { channels: [1, 2], peer });
  await amqp.request(1, "exchange.declare", { exchange: "x", type: "fanout" });
  await amqp.request(1, "queue.declare", { queue: "q" });
  await amqp.request(1, "queue.bind", { queue: "q", exchange: "x" });
  const client = new HttpClient(broker);
  const get = async (path: string) => (await client.get(path)).json;
  await get("/api/overview");
  const publish = (count: number) => {
    for (let i = 0; i < count; i++) amqp.publish(1, { exchange: "x", routingKey: "key", body: "x" });
    return settled();
  };
  const channelDetails = async (number: number) => {
    const [{ name, node }] = await get("/api/connections");
    return {
      connection_name: name,
      name: `${name} (${number})`,
      node,
      number,
      peer_host: "127.0.0.1",
      peer_port: 5000,
      user: "guest",
    };
  };
  return { broker, amqp, get, publish, channelDetails };
}

const NO_RATE = { rate: 0 };

/** Returns `message_stats` in which all counters but some are zero. */
function stats(names: readonly string[], counts: Readonly<Record<string, number>>, rates: Record<string, number> = {}) {
  const all = names.map((name) => [[name, counts[name] ?? 0], [`${name}_details`, { rate: rates[name] ?? 0 }]]);
  return Object.fromEntries(all.flat());
}

const PUBLISHES = ["publish", "confirm", "return_unroutable", "drop_unroutable"];
const DELIVERIES = [
  "get",
  "get_no_ack",
  "deliver",
  "deliver_no_ack",
  "redeliver",
  "ack",
  "get_empty",
  "deliver_get",
];

describe("management.rates_mode = detailed", () => {
  it("shows what each channel publishes, and what each exchange routes, with their rates", async () => {
    const { clock, get, publish, channelDetails } = await start();
    await publish(10);
    await clock.advance(5000);
    await publish(20);
    await clock.advance(5000);
    const expected = stats(PUBLISHES, { publish: 30 }, { publish: 4 });
    const routed = { publish: 30, publish_details: { rate: 4 } };
    const exchange = await get("/api/exchanges/%2F/x");
    assert.deepEqual(exchange.incoming, [{ stats: expected, channel_details: await channelDetails(1) }]);
    assert.deepEqual(exchange.outgoing, [{ stats: routed, queue: { name: "q", vhost: "/" } }]);
    const [channel] = await get("/api/channels?sort=number");
    const { publishes, deliveries } = await get(`/api/channels/${encodeURIComponent(channel.name)}`);
    assert.deepEqual([publishes, deliveries], [[{ stats: expected, exchange: { name: "x", vhost: "/" } }], []]);
    const queue = await get("/api/queues/%2F/q");
    assert.deepEqual([queue.incoming, queue.deliveries], [
      [{ stats: routed, exchange: { name: "x", vhost: "/" } }],
      [],
    ]);
    assert.equal((await get("/api/overview")).rates_mode, "detailed");
  });

  it("shows what each channel receives from a queue", async () => {
    const { clock, amqp, get, publish, channelDetails } = await start();
    await publish(3);
    amqp.send(2, "basic.consume", { queue: "q" });
    await settled();
    amqp.send(2, "basic.ack", { deliveryTag: 2n, multiple: true });
    await clock.advance(5000);
    const expected = stats(DELIVERIES, { deliver: 3, deliver_get: 3, ack: 2 });
    const queue = await get("/api/queues/%2F/q");
    assert.deepEqual(queue.deliveries, [{ stats: expected, channel_details: await channelDetails(2) }]);
    const { name } = await channelDetails(2);
    const { publishes, deliveries } = await get(`/api/channels/${encodeURIComponent(name)}`);
    assert.deepEqual([publishes, deliveries], [[], [{ stats: expected, queue: { name: "q", vhost: "/" } }]]);
  });

  it("shows samples of them where a request asks for them", async () => {
    const { clock, get, publish } = await start();
    await publish(10);
    await clock.advance(5000);
    await publish(20);
    await clock.advance(5000);
    const { incoming: [{ stats }] } = await get("/api/queues/%2F/q?msg_rates_age=10&msg_rates_incr=5");
    const { samples, rate, avg_rate: average } = stats.publish_details;
    assert.deepEqual(samples.map(({ sample }: { sample: number }) => sample), [30, 10, 0]);
    assert.deepEqual([rate, average], [4, 3]);
  });

  it("keeps what an exchange routed when the channel is closed, and forgets the samples of the channel", async () => {
    const { clock, amqp, get, publish } = await start();
    await publish(10);
    await clock.advance(5000);
    await amqp.request(1, "channel.close");
    await clock.advance(5000);
    const { incoming, outgoing } = await get("/api/exchanges/%2F/x");
    assert.deepEqual(incoming, []);
    assert.deepEqual(outgoing, [{
      stats: { publish: 10, publish_details: NO_RATE },
      queue: { name: "q", vhost: "/" },
    }]);
  });

  it("shows no channels of a program that embeds the broker, but what it publishes", async () => {
    const { broker, get } = await start();
    await broker.vhost("/").exchange("x").publish({ body: "x" });
    const { incoming, outgoing } = await get("/api/exchanges/%2F/x");
    assert.deepEqual([incoming, outgoing[0].stats.publish], [[], 1]);
  });

  it("exposes metrics of pairs, with RabbitMQ's labels", async () => {
    const { broker, amqp, publish, channelDetails } = await startBroker({});
    await publish(2);
    amqp.send(2, "basic.get", { queue: "q", noAck: true });
    await settled();
    const families = ["channel_exchange", "channel_queue", "channel_queue_exchange", "queue_exchange"];
    const query = families.map((family) => `family=${family}_metrics`).join("&");
    const exposition = await scrape(broker, `/metrics/detailed?${query}`);
    const samplesOf = (name: string) =>
      exposition.get(`rabbitmq_detailed_${name}`)!.samples.map(({ labels, value }) => [labels, value]);
    const [first, second] = [(await channelDetails(1)).name, (await channelDetails(2)).name];
    const [vhost, exchange, queue] = ["/", "x", "q"];
    assert.deepEqual(samplesOf("channel_messages_published_total"), [[{ channel: first, vhost, exchange }, 2]]);
    assert.deepEqual(samplesOf("channel_get_total"), [[{ channel: second, vhost, queue }, 1]]);
    assert.deepEqual(samplesOf("queue_messages_published_total"), [[
      { channel: first, queue_vhost: vhost, queue, exchange_vhost: vhost, exchange },
      2,
    ]]);
    assert.deepEqual(samplesOf("queue_exchange_messages_published_total"), [[{ vhost, exchange, queue }, 2]]);
    const elsewhere = await scrape(broker, `/metrics/detailed?${query}&vhost=other`);
    assert.deepEqual(elsewhere.get("rabbitmq_detailed_queue_exchange_messages_published_total")!.samples, []);
    assert.equal((await scrape(broker)).get("rabbitmq_channel_messages_published_total")!.samples[0].value, 2);
  });
});

describe("management.rates_mode = basic", () => {
  it("shows empty lists", async () => {
    const broker = new Broker();
    const amqp = await InProcessClient.open(broker);
    await amqp.request(1, "queue.declare", { queue: "q" });
    amqp.publish(1, { routingKey: "q", body: "x" });
    await settled();
    const client = new HttpClient(broker);
    const { json: queue } = await client.get("/api/queues/%2F/q");
    const { json: exchange } = await client.get("/api/exchanges/%2F/amq.default");
    const { json: [{ name }] } = await client.get("/api/channels");
    const { json: channel } = await client.get(`/api/channels/${encodeURIComponent(name)}`);
    const lists = [queue.incoming, queue.deliveries, exchange.incoming, exchange.outgoing];
    assert.deepEqual([...lists, channel.publishes, channel.deliveries], [[], [], [], [], [], []]);
  });
});
