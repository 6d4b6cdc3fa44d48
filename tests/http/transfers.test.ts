import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import type { Channel, GetMessage } from "amqplib";
import { Broker } from "../../mod.ts";
import { SlowStore } from "../slow_store.ts";
import { type BrokerWithClients, openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const answerOf = ({ status, json }: HttpReply) => [status, json];

async function drain(channel: Channel, queue: string): Promise<GetMessage[]> {
  const messages: GetMessage[] = [];
  for (let next = await channel.get(queue); next !== false; next = await channel.get(queue)) messages.push(next);
  return messages;
}

const seen = (messages: readonly GetMessage[]) =>
  messages.map(({ content, fields }) => [content.toString(), fields.redelivered]);

async function fill({ channel }: BrokerWithClients, texts: readonly string[], options = {}): Promise<void> {
  for (const text of texts) channel.sendToQueue("from", Buffer.from(text), { headers: { text }, ...options });
  await channel.checkQueue("from");
}

async function open(queueArguments = {}, destinationArguments = {}): Promise<BrokerWithClients> {
  const broker = await openBrokerWithClients();
  await broker.channel.assertQueue("from", { arguments: queueArguments });
  await broker.channel.assertQueue("to", { arguments: destinationArguments });
  return broker;
}

const MOVE = "/api/queues/%2F/from/move";
const COPY = "/api/queues/%2F/from/copy";

describe("moving messages between queues", () => {
  for (const type of ["classic", "quorum"]) {
    it(`keeps their order, properties and address: ${type}`, async () => {
      await using broker = await open({ "x-queue-type": type });
      const { channel, client } = broker;
      await channel.bindQueue("from", "amq.topic", "#");
      channel.publish("amq.topic", "a.b", Buffer.from("1"), { messageId: "m", persistent: true, priority: 4 });
      await fill(broker, ["2", "3"]);
      const reply = await client.post(MOVE, { destination: "to" });
      assert.deepEqual(answerOf(reply), [200, { moved: 3, skipped: 0, refused: 0 }]);
      const moved = await drain(channel, "to");
      assert.deepEqual(seen(moved), [["1", false], ["2", false], ["3", false]]);
      const [{ fields, properties }] = moved;
      assert.deepEqual([fields.exchange, fields.routingKey], ["amq.topic", "a.b"]);
      assert.deepEqual([properties.messageId, properties.deliveryMode, properties.priority], ["m", 2, 4]);
      assert.deepEqual(await drain(channel, "from"), []);
      broker.broker.node.checkBetweenTurns();
    });

    it(`leaves messages beyond the count, or outside the filter, as they were: ${type}`, async () => {
      await using broker = await open({ "x-queue-type": type });
      const { channel, client } = broker;
      await fill(broker, ["1", "2", "3", "2", "5"]);
      const filter = { headers: { text: "2" }, routing_key: "from", exchange: "" };
      const reply = await client.post(MOVE, { destination: "to", filter });
      assert.deepEqual(answerOf(reply), [200, { moved: 2, skipped: 3, refused: 0 }]);
      assert.deepEqual(answerOf(await client.post(MOVE, { destination: "to", count: 1 })), [200, {
        moved: 1,
        skipped: 0,
        refused: 0,
      }]);
      const { get, redeliver } = broker.broker.node.vhosts.get("/")!.queues.get("from")!.stats;
      assert.deepEqual([get, redeliver], [3, 0]);
      assert.deepEqual(seen(await drain(channel, "to")), [["2", false], ["2", false], ["1", false]]);
      const left = await drain(channel, "from");
      assert.deepEqual(seen(left), [["3", false], ["5", false]]);
      assert.ok(left.every(({ properties }) => !("x-acquired-count" in properties.headers!)));
    });
  }

  it("ends with the first message that the queue refuses, which stays", async () => {
    await using broker = await open({}, { "x-max-length": 2, "x-overflow": "reject-publish" });
    const { channel, client } = broker;
    await fill(broker, ["1", "2", "3", "4"]);
    const reply = await client.post(MOVE, { destination: "to" });
    assert.deepEqual(answerOf(reply), [200, { moved: 2, skipped: 0, refused: 1 }]);
    assert.deepEqual(seen(await drain(channel, "from")), [["3", false], ["4", false]]);
  });

  it("removes a message only when the disk has it in its new queue", async () => {
    const store = new SlowStore();
    const broker = new Broker({ store });
    const client = new HttpClient(broker);
    for (const name of ["from", "to"]) {
      const declared = client.put(`/api/queues/%2F/${name}`, { durable: true });
      await settled(store, declared);
    }
    const message = { routing_key: "from", properties: { delivery_mode: 2 }, payload: "x", payload_encoding: "string" };
    await settled(store, client.post("/api/exchanges/%2F/amq.default/publish", message));
    const moving = client.post(MOVE, { destination: "to" });
    while (store.records.filter(({ type }) => type === "enqueued").length < 2) await nextTurn();
    await nextTurn();
    assert.ok(!store.records.some(({ type }) => type === "settled"));
    assert.equal((await settled(store, moving)).json.moved, 1);
    assert.ok(store.records.some(({ type }) => type === "settled"));
  });

  it("moves 100,000 messages while others are served", async () => {
    await using broker = await open();
    const { channel, client } = broker;
    const body = Buffer.from("x");
    for (let i = 0; i < 100_000; i++) channel.sendToQueue("from", body);
    await channel.checkQueue("from");
    let turns = 0;
    const moving = client.post(MOVE, { destination: "to" }).finally(() => turns = -turns);
    while (turns >= 0) {
      turns++;
      await channel.checkQueue("to");
    }
    assert.deepEqual((await moving).json, { moved: 100_000, skipped: 0, refused: 0 });
    assert.ok(turns < -3, `others had ${-turns} turns`);
    assert.equal((await channel.checkQueue("to")).messageCount, 100_000);
  });

  it("needs the permissions to read the queue and to publish", async () => {
    await using broker = await open();
    const { users } = broker.broker;
    for (const [name, write, read] of [["reader", "", ".*"], ["writer", ".*", ""]]) {
      await users.add({ name, password: "secret", tags: ["management"] });
      await users.permit(name, "/", { configure: "", write, read });
      const reply = await new HttpClient(broker.broker, `${name}:secret`).post(MOVE, { destination: "to" });
      assert.deepEqual([reply.status, reply.json.error], [401, "not_authorised"], name);
    }
  });
});

describe("copying messages between queues", () => {
  it("leaves no trace on them", async () => {
    await using broker = await open();
    const { channel, client } = broker;
    await fill(broker, ["1", "2", "3"]);
    const { stats } = broker.broker.node.vhosts.get("/")!.queues.get("from")!;
    const reply = await client.post(COPY, { destination: "to", count: 2 });
    assert.deepEqual(answerOf(reply), [200, { copied: 2, skipped: 0, refused: 0 }]);
    assert.deepEqual(broker.broker.node.vhosts.get("/")!.queues.get("from")!.stats, stats);
    assert.deepEqual(seen(await drain(channel, "to")), [["1", false], ["2", false]]);
    assert.deepEqual(seen(await drain(channel, "from")), [["1", false], ["2", false], ["3", false]]);
  });

  it("reads a stream, and writes one", async () => {
    await using broker = await open({ "x-queue-type": "stream" });
    const { channel, client } = broker;
    await fill(broker, ["1", "2"]);
    const filter = { headers: { text: "2" } };
    const reply = await client.post(COPY, { destination: "to", filter });
    assert.deepEqual(answerOf(reply), [200, { copied: 1, skipped: 1, refused: 0 }]);
    assert.deepEqual(seen(await drain(channel, "to")), [["2", false]]);
    channel.sendToQueue("to", Buffer.from("3"));
    await channel.checkQueue("to");
    assert.equal((await client.post("/api/queues/%2F/to/copy", { destination: "from" })).json.copied, 1);
    assert.equal(broker.broker.node.vhosts.get("/")!.queues.get("from")!.readyCount, 3);
  });
});

describe("sending dead letters back", () => {
  const RESEND = "/api/queues/%2F/dead/resend";

  async function openWithDeadLetters(): Promise<BrokerWithClients> {
    const broker = await openBrokerWithClients();
    const { channel } = broker;
    await channel.assertQueue("dead");
    for (const queue of ["a", "b"]) {
      await channel.assertQueue(queue, { deadLetterExchange: "", deadLetterRoutingKey: "dead" });
      channel.sendToQueue(queue, Buffer.from(`${queue} rejected`));
      const message = await channel.get(queue);
      assert.ok(message !== false);
      channel.reject(message, false);
      channel.sendToQueue(queue, Buffer.from(`${queue} expired`), { expiration: "0" });
    }
    channel.sendToQueue("dead", Buffer.from("never died"));
    while ((await channel.checkQueue("dead")).messageCount < 5);
    return broker;
  }

  const bodies = async (channel: Channel, queue: string) =>
    (await drain(channel, queue)).map(({ content }) => content.toString()).sort();

  it("takes all to the queues in which they died, with the history of their deaths", async () => {
    await using broker = await openWithDeadLetters();
    const { channel, client } = broker;
    assert.deepEqual(answerOf(await client.post(RESEND)), [200, { resent: 4, skipped: 1, refused: 0 }]);
    const [first] = await drain(channel, "a");
    assert.deepEqual((first.properties.headers!["x-death"] as { queue: string }[]).map(({ queue }) => queue), ["a"]);
    assert.deepEqual(await bodies(channel, "b"), ["b expired", "b rejected"]);
    assert.deepEqual(await bodies(channel, "dead"), ["never died"]);
    channel.reject(first, false);
    while ((await channel.checkQueue("dead")).messageCount < 1);
    const [again] = await drain(channel, "dead");
    assert.equal((again.properties.headers!["x-death"] as { count: number }[])[0].count, 2);
  });

  it("takes some of them, by reason, queue and count", async () => {
    await using broker = await openWithDeadLetters();
    const { channel, client } = broker;
    const byReason = await client.post(RESEND, { filter: { reason: "rejected", queue: "a" } });
    assert.deepEqual(answerOf(byReason), [200, { resent: 1, skipped: 4, refused: 0 }]);
    assert.deepEqual(await bodies(channel, "a"), ["a rejected"]);
    const one = await client.post(RESEND, { count: 1, filter: { queue: "b" } });
    assert.equal(one.json.resent, 1);
    assert.equal((await drain(channel, "b")).length, 1);
  });

  it("takes those whose last death is wanted, whatever they died of before", async () => {
    await using broker = await openWithDeadLetters();
    const { channel, client } = broker;
    await client.post(RESEND, { filter: { reason: "rejected", queue: "a" } });
    await channel.assertQueue("c", { deadLetterExchange: "", deadLetterRoutingKey: "dead", messageTtl: 0 });
    assert.equal((await client.post("/api/queues/%2F/a/move", { destination: "c" })).json.moved, 1);
    while ((await channel.checkQueue("dead")).messageCount < 5);
    const last = (reason: string, queue: string) => ({ filter: { reason, queue, last_death: true } });
    assert.equal((await client.post(RESEND, last("rejected", "a"))).json.resent, 0);
    assert.equal((await client.post(RESEND, last("expired", "c"))).json.resent, 1);
    while ((await channel.checkQueue("dead")).messageCount < 5);
    assert.equal((await client.post(RESEND, { filter: { reason: "rejected", queue: "a" } })).json.resent, 1);
    assert.deepEqual(await bodies(channel, "a"), ["a rejected"]);
    assert.deepEqual((await client.post(RESEND, { filter: { last_death: true } })).json, {
      resent: 3,
      skipped: 1,
      refused: 0,
    });
    assert.equal((await client.post(RESEND, { filter: { last_death: "yes" } })).status, 400);
  });

  it("takes one of them, by its body", async () => {
    await using broker = await openWithDeadLetters();
    const { channel, client } = broker;
    const cut = { payload: "b exp", payload_bytes: 9 };
    assert.equal((await client.post(RESEND, { filter: { ...cut, payload_bytes: 8 } })).json.resent, 0);
    assert.equal((await client.post(RESEND, { filter: { ...cut, payload: "b rej" } })).json.resent, 0);
    const base64 = { payload: btoa("b rejected"), payload_encoding: "base64" };
    assert.equal((await client.post(RESEND, { filter: base64 })).json.resent, 1);
    assert.deepEqual(await bodies(channel, "b"), ["b rejected"]);
    assert.equal((await client.post(RESEND, { filter: cut })).json.resent, 1);
    assert.deepEqual(await bodies(channel, "b"), ["b expired"]);
    assert.equal((await client.post(RESEND, { filter: { payload: "a", payload_encoding: "hex" } })).status, 400);
  });

  it("leaves those whose queue is gone", async () => {
    await using broker = await openWithDeadLetters();
    const { channel, client } = broker;
    await channel.deleteQueue("a");
    assert.deepEqual(answerOf(await client.post(RESEND)), [200, { resent: 2, skipped: 3, refused: 0 }]);
  });
});

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Lets the disk of a slow store finish everything until a promise settles. */
async function settled<Result>(store: SlowStore, promise: Promise<Result>): Promise<Result> {
  let isSettled = false;
  promise.finally(() => isSettled = true);
  while (!isSettled) {
    store.sync();
    await nextTurn();
  }
  return await promise;
}
