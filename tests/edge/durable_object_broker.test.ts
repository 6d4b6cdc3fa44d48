import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { AMQPWebSocketClient } from "@cloudamqp/amqp-client/amqp-websocket-client";
import { killWorkerIn } from "./kill_worker.ts";
import { type EdgeWorker, startWorker } from "./miniflare.ts";

const PASSWORD = "crunch";
const CREDENTIALS = { authorization: `Basic ${btoa(`carrot:${PASSWORD}`)}` };
const PERSISTENT = { deliveryMode: 2 };

const connect = ({ url }: EdgeWorker) =>
  new AMQPWebSocketClient(`ws://${url.host}/ws/amqp`, "/", "carrot", PASSWORD).connect();

describe("a broker in a Durable Object", () => {
  let folder: string;
  let worker: EdgeWorker;

  const start = () =>
    startWorker("tests/edge/edge_broker.ts", {
      objects: { BROKER: "MessageBroker" },
      bindings: { DEFAULT_USER: "carrot", DEFAULT_PASS: PASSWORD, ALLOW_ORIGINS: "https://shop.example" },
      persistIn: folder,
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "haremq-edge-"));
    worker = await start();
  });
  after(async () => {
    await worker?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** Opens a channel, and takes `count` messages from a queue. */
  async function take(queue: string, count: number): Promise<string[]> {
    const connection = await connect(worker);
    const channel = await connection.channel();
    await channel.prefetch(count);
    const received: string[] = [];
    const acknowledged: Promise<void>[] = [];
    await new Promise<void>((resolve) => {
      channel.basicConsume(queue, { noAck: false }, (message) => {
        // Others follow those that are acknowledged, and go back to the queue when the connection ends.
        if (received.length === count) return;
        received.push(message.bodyString()!);
        acknowledged.push(message.ack());
        if (received.length === count) resolve();
      });
    });
    await Promise.all(acknowledged);
    await connection.close();
    return received;
  }

  async function countOf(queue: string): Promise<number> {
    const connection = await connect(worker);
    const channel = await connection.channel();
    const { messageCount } = await channel.queueDeclare(queue, { passive: true });
    await connection.close();
    return messageCount;
  }

  it("serves a client outside by WebSocket, with large messages", async () => {
    const connection = await connect(worker);
    const channel = await connection.channel();
    await channel.confirmSelect();
    await channel.queueDeclare("large", { durable: true });
    const bodies = Array.from({ length: 50 }, (_, at) => `${at} `.repeat(1 + at * 400));
    await Promise.all(bodies.map((body) => channel.basicPublish("", "large", body, PERSISTENT)));
    assert.deepEqual(await take("large", bodies.length), bodies);
    await connection.close();
  });

  it("has what was confirmed after it was evicted, and after the whole worker was started again", async () => {
    const connection = await connect(worker);
    const channel = await connection.channel();
    await channel.confirmSelect();
    await channel.queueDeclare("kept", { durable: true });
    await channel.queueDeclare("quorum", { durable: true }, { "x-queue-type": "quorum" });
    await channel.exchangeDeclare("prices", "topic", { durable: true });
    await channel.queueBind("kept", "prices", "#");
    const bodies = Array.from({ length: 300 }, (_, at) => `price ${at}`);
    await Promise.all(bodies.map((body) => channel.basicPublish("prices", "new", body, PERSISTENT)));
    await channel.basicPublish("", "quorum", "voted", PERSISTENT);
    await worker.miniflare.dispatchFetch("http://worker/evict").then((response) => response.text(), () => {});
    assert.equal(await countOf("kept"), 300);
    assert.deepEqual(await take("kept", 100), bodies.slice(0, 100));
    // Acknowledgements are safe some milliseconds after they are received, and no later than a declaration behind them.
    const second = await connect(worker);
    await (await second.channel()).queueDeclare("declared behind", { durable: true });
    await worker[Symbol.asyncDispose]();
    worker = await start();
    assert.deepEqual(await take("kept", 200), bodies.slice(100));
    assert.deepEqual(await take("quorum", 1), ["voted"]);
    assert.equal(await countOf("kept"), 0);
  });

  it("has everything that was confirmed before it was killed under load", { timeout: 60_000 }, async () => {
    const confirmed: string[] = [];
    let published = 0;
    for (let round = 0; round < 2; round++) {
      const connection = await connect(worker);
      const channel = await connection.channel();
      await channel.confirmSelect();
      await channel.queueDeclare("killed", { durable: true });
      const enough = confirmed.length + 2000;
      await new Promise<void>((resolve) => {
        const publish = async () => {
          // Until the connection is lost.
          for (;;) {
            const body = `${published++}`;
            await channel.basicPublish("", "killed", body, PERSISTENT);
            confirmed.push(body);
            if (confirmed.length === enough) resolve();
          }
        };
        for (let publisher = 0; publisher < 50; publisher++) publish().catch(() => {});
      });
      killWorkerIn(folder);
      await worker[Symbol.asyncDispose]();
      worker = await start();
    }
    const received = new Set(await take("killed", await countOf("killed")));
    assert.deepEqual(confirmed.filter((body) => !received.has(body)), []);
  });

  it("takes messages without a protocol, and is managed over HTTP", async () => {
    const order = await worker.miniflare.dispatchFetch("http://worker/orders", { method: "POST", body: "an order" });
    assert.deepEqual([order.status, await order.text()], [200, "confirmed"]);
    const queues = await worker.miniflare.dispatchFetch("http://worker/api/queues/%2F/orders", {
      headers: CREDENTIALS,
    });
    assert.equal((await queues.json() as { name: string }).name, "orders");
    assert.deepEqual(await take("orders", 1), ["an order"]);
  });

  it("is woken by the platform for what is due while it is evicted", { timeout: 30_000 }, async () => {
    const connection = await connect(worker);
    const channel = await connection.channel();
    await channel.confirmSelect();
    await channel.queueDeclare("dead", { durable: true });
    const dead = { "x-message-ttl": 1500, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead" };
    await channel.queueDeclare("mortal", { durable: true }, dead);
    await channel.basicPublish("", "mortal", "a letter", PERSISTENT);
    await worker.miniflare.dispatchFetch("http://worker/evict").then((response) => response.text(), () => {});
    await worker.line("the alarm has rung");
    assert.deepEqual(await take("dead", 1), ["a letter"]);
  });

  it("lets in pages of its own and of allowed origins, and those who know the password", async () => {
    const upgrade = async (headers: Record<string, string>) =>
      (await worker.miniflare.dispatchFetch("http://worker/ws/amqp", { headers: { upgrade: "websocket", ...headers } }))
        .status;
    assert.equal(await upgrade({ origin: "https://evil.example" }), 403);
    assert.equal(await upgrade({ origin: "https://shop.example" }), 101);
    assert.equal(await upgrade({ origin: "http://worker" }), 101);
    assert.equal((await worker.miniflare.dispatchFetch("http://worker/ws/amqp")).status, 426);
    const guest = new AMQPWebSocketClient(`ws://${worker.url.host}/ws/amqp`, "/", "carrot", "wrong");
    await assert.rejects(guest.connect(), /ACCESS_REFUSED/);
  });
});
