import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { FakeClock } from "../fake_clock.ts";
import { TestServer } from "../http1/pipe.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const PATH = "/api/queues/%2F/q";

interface Consumed {
  readonly token: string;
  readonly payload: string;
  readonly redelivered: boolean;
  readonly offset?: number;
}

async function consume(client: HttpClient, body: object = {}): Promise<Consumed[]> {
  const { status, json } = await client.post(`${PATH}/consume`, { count: 10, timeout: 0, ...body });
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

const payloads = (messages: readonly Consumed[]) => messages.map(({ payload }) => payload);
const tokens = (messages: readonly Consumed[]) => messages.map(({ token }) => token);
const answerOf = ({ status, json }: HttpReply) => [status, json];

async function open(options: ConstructorParameters<typeof Broker>[0] = {}, queueArguments = {}) {
  const broker = new Broker(options);
  const client = new HttpClient(broker);
  await client.put(PATH, { durable: true, arguments: queueArguments });
  return { broker, client, queue: broker.node.vhosts.get("/")!.queues.get("q")! };
}

const publish = (client: HttpClient, ...texts: string[]) =>
  client.post("/api/exchanges/%2F/amq.default/messages", {
    messages: texts.map((payload) => ({ routing_key: "q", payload })),
  });

describe("consuming over HTTP", () => {
  it("delivers messages with tokens, by which they are acknowledged", async () => {
    const { client, queue } = await open();
    await publish(client, "1", "2", "3");
    const messages = await consume(client, { count: 2 });
    assert.deepEqual(payloads(messages), ["1", "2"]);
    assert.deepEqual([queue.readyCount, queue.unackedCount, queue.consumers.size], [1, 2, 0]);
    const reply = await client.post(`${PATH}/ack`, { tokens: tokens(messages) });
    assert.deepEqual(answerOf(reply), [200, { finished: 2, unknown: 0 }]);
    assert.deepEqual([queue.readyCount, queue.unackedCount], [1, 0]);
    const again = await client.post(`${PATH}/ack`, { tokens: tokens(messages) });
    assert.deepEqual(again.json, { finished: 0, unknown: 2 });
  });

  it("returns messages, or rejects them to a dead letter exchange", async () => {
    const { client } = await open({}, { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead" });
    await client.put("/api/queues/%2F/dead", { durable: true });
    await publish(client, "1", "2");
    const [first, second] = await consume(client);
    await client.post(`${PATH}/nack`, { tokens: [first.token] });
    await client.post(`${PATH}/nack`, { tokens: [second.token], requeue: false });
    const [returned] = await consume(client);
    assert.deepEqual([returned.payload, returned.redelivered], ["1", true]);
    const dead = await client.post("/api/queues/%2F/dead/get", { count: 5, ackmode: "peek", encoding: "auto" });
    assert.deepEqual(payloads(dead.json), ["2"]);
  });

  it("waits for the first message", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    const waiting = consume(client, { timeout: 60 });
    while ((await channel.checkQueue("q")).consumerCount === 0);
    channel.sendToQueue("q", Buffer.from("late"));
    assert.deepEqual(payloads(await waiting), ["late"]);
    assert.equal((await channel.checkQueue("q")).consumerCount, 0);
  });

  it("answers with an empty list when the time is over, or the queue is deleted", async () => {
    const clock = new FakeClock();
    const { client, queue } = await open({ clock });
    const waiting = consume(client, { timeout: 5 });
    while (queue.consumers.size === 0) await nextTurn();
    await clock.advance(5000);
    assert.deepEqual(await waiting, []);
    const deleted = consume(client, { timeout: 5 });
    while (queue.consumers.size === 0) await nextTurn();
    await client.delete(PATH);
    assert.deepEqual(await deleted, []);
  });

  it("returns messages whose time for an acknowledgement is over", async () => {
    const clock = new FakeClock();
    const { client, queue } = await open({ clock });
    await publish(client, "1");
    const waiting = client.post(`${PATH}/consume`, { ack_timeout: 2 });
    const { json: messages } = await waiting;
    await clock.advance(1999);
    assert.deepEqual([queue.readyCount, queue.unackedCount], [0, 1]);
    await clock.advance(1);
    assert.deepEqual([queue.readyCount, queue.unackedCount], [1, 0]);
    assert.equal((await client.post(`${PATH}/ack`, { tokens: tokens(messages) })).json.unknown, 1);
  });

  it("returns messages of a client that is gone", async () => {
    const { broker, client, queue } = await open();
    const gone = new AbortController();
    const request = new Request(`http://localhost${PATH}/consume`, {
      method: "POST",
      body: JSON.stringify({ timeout: 60 }),
      headers: { authorization: `Basic ${btoa("guest:guest")}` },
      signal: gone.signal,
    });
    const answer = broker.fetch(request, { isLoopback: true });
    while (queue.consumers.size === 0) await nextTurn();
    gone.abort();
    await answer;
    await publish(client, "1");
    assert.deepEqual([queue.readyCount, queue.unackedCount, queue.consumers.size], [1, 0, 0]);
  });

  it("notices that the connection of a client that waits has ended", async () => {
    const { broker, client, queue } = await open();
    const peer = new TestServer((request) => broker.fetch(request, { isLoopback: true })).connect();
    const head = `POST ${PATH}/consume HTTP/1.1\r\nHost: broker\r\nAuthorization: Basic ${btoa("guest:guest")}`;
    await peer.send(`${head}\r\nContent-Length: 14\r\n\r\n{"timeout":60}`);
    while (queue.consumers.size === 0) await nextTurn();
    await peer.end();
    while (queue.consumers.size > 0) await nextTurn();
    await publish(client, "1");
    assert.deepEqual([queue.readyCount, queue.unackedCount], [1, 0]);
  });

  it("settles messages at once with no_ack, and gives them no token", async () => {
    const { client, queue } = await open();
    await publish(client, "1");
    const [message] = await consume(client, { no_ack: true });
    assert.deepEqual([message.token, message.payload, queue.unackedCount], [undefined, "1", 0]);
  });

  it("reads a stream from an offset on", async () => {
    const { client } = await open({}, { "x-queue-type": "stream" });
    await publish(client, "1", "2", "3");
    const messages = await consume(client, { arguments: { "x-stream-offset": 1 }, timeout: 5 });
    assert.deepEqual(messages.map(({ payload, offset }) => [payload, offset]), [["2", 1], ["3", 2]]);
  });

  it("knows a token only for its user and its queue", async () => {
    const { broker, client } = await open();
    await broker.users.add({ name: "other", password: "secret", tags: ["management"] });
    await broker.users.permit("other", "/");
    await client.put("/api/queues/%2F/p", { durable: true });
    await publish(client, "1");
    const body = { tokens: tokens(await consume(client)) };
    const other = new HttpClient(broker, "other:secret");
    assert.equal((await other.post(`${PATH}/ack`, body)).json.unknown, 1);
    assert.equal((await client.post("/api/queues/%2F/p/ack", body)).json.unknown, 1);
    assert.equal((await client.post(`${PATH}/ack`, body)).json.finished, 1);
  });

  it("holds a bounded number of messages for a user", async () => {
    const { client } = await open();
    await publish(client, ...Array.from({ length: 10_001 }, (_, i) => String(i)));
    const batches = [];
    for (let i = 0; i < 10; i++) batches.push(await consume(client, { count: 1000 }));
    const reply = await client.post(`${PATH}/consume`, { timeout: 0 });
    assert.deepEqual(answerOf(reply), [429, {
      error: "too_many_requests",
      reason: "too many messages are not acknowledged",
    }]);
    await client.post(`${PATH}/ack`, { tokens: tokens(batches[0]) });
    assert.deepEqual(payloads(await consume(client)), ["10000"]);
  });

  it("refuses a user who may not read the queue, an exclusive one, and an unknown one", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q", { exclusive: true });
    const locked = await client.post(`${PATH}/consume`, {});
    assert.equal(locked.status, 400);
    assert.match(locked.json.reason, /^405 RESOURCE_LOCKED/);
    assert.equal((await client.post("/api/queues/%2F/none/consume", {})).status, 404);
    await broker.broker.users.add({ name: "writer", password: "secret", tags: ["management"] });
    await broker.broker.users.permit("writer", "/", { configure: "", write: ".*", read: "" });
    assert.equal((await new HttpClient(broker.broker, "writer:secret").post(`${PATH}/consume`, {})).status, 401);
  });
});

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
