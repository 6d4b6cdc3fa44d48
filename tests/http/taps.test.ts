import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import type { Channel } from "amqplib";
import { type BrokerWithClients, openBrokerWithClients } from "./broker_with_clients.ts";
import { EventReader } from "./event_reader.ts";

interface Shown {
  readonly payloads: readonly string[];
  readonly passed: number;
}

/** Reads what a tap shows until it has counted `passed` messages, of which it has shown `shown` before. */
async function readUntil(tap: EventReader, passed: number, shown = 0): Promise<Shown> {
  const payloads: string[] = [];
  for (;;) {
    const told = await tap.next();
    assert.ok(told !== undefined);
    if (told.event === "message") payloads.push(told.data.payload);
    else if (told.event === "counts" && told.data.passed >= passed) {
      assert.equal(told.data.shown, shown + payloads.length);
      return { payloads, passed: told.data.passed };
    }
  }
}

const send = async (channel: Channel, exchange: string, key: string, texts: readonly string[]) => {
  for (const text of texts) channel.publish(exchange, key, Buffer.from(text));
  await channel.checkExchange("amq.topic");
};

const openTap = ({ broker }: BrokerWithClients, path: string, user?: string) => EventReader.open(broker, path, user);

const QUEUE = "/api/queues/%2F/q/tap";

describe("a tap on a queue", () => {
  for (const type of ["classic", "quorum", "stream"]) {
    it(`shows what comes in from then on, with and without consumers, and disturbs nothing: ${type}`, async () => {
      await using fixture = await openBrokerWithClients();
      const { channel, broker } = fixture;
      await channel.assertQueue("q", { arguments: { "x-queue-type": type } });
      await send(channel, "", "q", ["before"]);
      const tap = await openTap(fixture, QUEUE);
      await send(channel, "", "q", ["a", "b"]);
      assert.deepEqual(await readUntil(tap, 2), { payloads: ["a", "b"], passed: 2 });
      assert.equal((await channel.checkQueue("q")).messageCount, 3);
      const got: string[] = [];
      await channel.prefetch(100);
      await channel.consume("q", (message) => {
        got.push(message!.content.toString());
        assert.equal(message!.fields.redelivered, false);
        channel.ack(message!);
      }, type === "stream" ? { arguments: { "x-stream-offset": "first" } } : {});
      await send(channel, "", "q", ["c"]);
      assert.deepEqual(await readUntil(tap, 3, 2), { payloads: ["c"], passed: 3 });
      while (got.length < 4) await channel.checkQueue("q");
      assert.deepEqual(got, ["before", "a", "b", "c"]);
      await tap.close();
      broker.node.checkBetweenTurns();
    });
  }

  it("shows messages of all priorities", async () => {
    await using fixture = await openBrokerWithClients();
    const { channel } = fixture;
    await channel.assertQueue("q", { maxPriority: 3 });
    const tap = await openTap(fixture, QUEUE);
    for (const priority of [0, 3, 1]) channel.sendToQueue("q", Buffer.from(`${priority}`), { priority });
    const { payloads } = await readUntil(tap, 3);
    assert.deepEqual(payloads.toSorted(), ["0", "1", "3"]);
  });

  it("shows as many messages a second as are asked for, cuts their bodies, and counts the others", async () => {
    await using fixture = await openBrokerWithClients();
    const { channel } = fixture;
    await channel.assertQueue("q");
    const tap = await openTap(fixture, `${QUEUE}?rate=3&truncate=2`);
    await send(channel, "", "q", Array.from({ length: 1000 }, (_, at) => `text ${at}`));
    const { payloads, passed } = await readUntil(tap, 1000);
    assert.equal(passed, 1000);
    assert.ok(payloads.length >= 3 && payloads.length <= 12, `${payloads.length}`);
    assert.ok(payloads.every((payload) => payload === "te"));
  });

  it("holds nothing for a reader that does not read", async () => {
    await using fixture = await openBrokerWithClients();
    const { channel, broker } = fixture;
    await channel.assertQueue("q");
    const tap = await openTap(fixture, `${QUEUE}?rate=100&truncate=65536`);
    const body = "x".repeat(60_000);
    await send(channel, "", "q", Array.from({ length: 100 }, () => body));
    await channel.purgeQueue("q");
    broker.node.checkBetweenTurns();
    const { payloads } = await readUntil(tap, 100);
    assert.ok(payloads.length < 10, `${payloads.length}`);
  });

  it("ends when the queue is deleted", async () => {
    await using fixture = await openBrokerWithClients();
    await fixture.channel.assertQueue("q");
    const tap = await openTap(fixture, QUEUE);
    await fixture.channel.deleteQueue("q");
    assert.deepEqual(await lastOf(tap), { event: "closed", data: { reason: "it was deleted" } });
  });

  it("ends when the permission is taken away, and is not opened without", async () => {
    await using fixture = await openBrokerWithClients();
    const { client, channel, broker } = fixture;
    await channel.assertQueue("q");
    await client.put("/api/users/reader", { password: "secret", tags: "management" });
    const permit = (read: string) => client.put("/api/permissions/%2F/reader", { configure: "", write: "", read });
    await permit("^q$");
    const tap = await openTap(fixture, QUEUE, "reader:secret");
    await permit("^other$");
    assert.deepEqual((await lastOf(tap)).data, { reason: "the permission was taken away" });
    const authorization = `Basic ${btoa("reader:secret")}`;
    const request = (path: string) => new Request(`http://localhost${path}`, { headers: { authorization } });
    for (const path of [QUEUE, "/api/exchanges/%2F/amq.topic/tap"]) {
      assert.equal((await broker.fetch(request(path), { isLoopback: true })).status, 401);
    }
    assert.equal((await client.get("/api/queues/%2F/none/tap")).status, 404);
    assert.equal((await client.get("/api/exchanges/%2F/none/tap")).status, 404);
    for (const query of ["rate=0", "rate=101", "truncate=-1", "truncate=65537"]) {
      assert.equal((await client.get(`${QUEUE}?${query}`)).status, 400, query);
    }
  });

  it("is refused when there are too many, until one ends", async () => {
    await using fixture = await openBrokerWithClients();
    const { client, channel } = fixture;
    await channel.assertQueue("q");
    const taps = await Promise.all(Array.from({ length: 10 }, () => openTap(fixture, QUEUE)));
    assert.equal((await client.get(QUEUE)).status, 429);
    await taps[0].close();
    await (await openTap(fixture, QUEUE)).close();
  });
});

describe("a tap on an exchange", () => {
  it("shows what passes it, also what goes nowhere or comes from another exchange", async () => {
    await using fixture = await openBrokerWithClients();
    const { channel } = fixture;
    await channel.assertExchange("inner", "fanout", { internal: true });
    await channel.bindExchange("inner", "amq.topic", "in.#");
    await channel.assertQueue("q");
    await channel.bindQueue("q", "inner", "");
    await send(channel, "amq.topic", "in.a", ["before"]);
    const outer = await openTap(fixture, "/api/exchanges/%2F/amq.topic/tap");
    const inner = await openTap(fixture, "/api/exchanges/%2F/inner/tap");
    await send(channel, "amq.topic", "in.a", ["a", "b"]);
    await send(channel, "amq.topic", "nowhere", ["c"]);
    assert.deepEqual((await readUntil(outer, 3)).payloads, ["a", "b", "c"]);
    assert.deepEqual((await readUntil(inner, 2)).payloads, ["a", "b"]);
    assert.equal((await channel.checkQueue("q")).messageCount, 3);
    await Promise.all([outer.close(), inner.close()]);
    await send(channel, "amq.topic", "in.a", ["d"]);
    assert.equal((await channel.checkQueue("q")).messageCount, 4);
    fixture.broker.node.checkBetweenTurns();
  });

  it("shows messages that are routed by their headers, and those of the default exchange", async () => {
    await using fixture = await openBrokerWithClients();
    const { channel } = fixture;
    const tap = await openTap(fixture, "/api/exchanges/%2F/amq.headers/tap");
    channel.publish("amq.headers", "", Buffer.from("h"), { headers: { a: 1 } });
    assert.deepEqual((await readUntil(tap, 1)).payloads, ["h"]);
    const ofDefault = await openTap(fixture, "/api/exchanges/%2F/amq.default/tap");
    await send(channel, "", "nobody", ["x"]);
    assert.deepEqual((await readUntil(ofDefault, 1)).payloads, ["x"]);
  });

  it("shows only routing keys that the user may read", async () => {
    await using fixture = await openBrokerWithClients();
    const { client, channel } = fixture;
    await client.put("/api/users/reader", { password: "secret", tags: "management" });
    await client.put("/api/permissions/%2F/reader", { configure: "", write: "", read: ".*" });
    const topic = { exchange: "amq.topic", write: "", read: "^open" };
    await client.put("/api/topic-permissions/%2F/reader", topic);
    const tap = await openTap(fixture, "/api/exchanges/%2F/amq.topic/tap", "reader:secret");
    await send(channel, "amq.topic", "secret.a", ["a"]);
    await send(channel, "amq.topic", "open.b", ["b"]);
    assert.deepEqual(await readUntil(tap, 2), { payloads: ["b"], passed: 2 });
  });
});

async function lastOf(tap: EventReader) {
  let last: Awaited<ReturnType<EventReader["next"]>>;
  for (let told = await tap.next(); told !== undefined; told = await tap.next()) last = told;
  return last!;
}
