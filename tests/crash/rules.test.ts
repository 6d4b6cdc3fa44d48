import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, afterEach, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { Haremq } from "../cli/haremq.ts";
import { connect, drain, Inbox, openConfirmChannel, publish, text } from "../conformance/client.ts";

let folder: string;
let haremq: Haremq;
let connection: ChannelModel;
let channel: ConfirmChannel;

beforeEach(async () => {
  folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});
after(() => Haremq.stopAll());

async function start(): Promise<void> {
  haremq = new Haremq("--port", "0", "--data-dir", folder);
  const { host, port } = await haremq.address();
  const close = () => Promise.resolve();
  connection = await connect({ host, port, url: `amqp://guest:guest@${host}:${port}`, product: "haremq", close });
  channel = await openConfirmChannel(connection);
}

async function stop(): Promise<void> {
  process.kill(haremq.child.pid!, "SIGKILL");
  await haremq.ended;
}

/** Kills the broker when all earlier requests are on disk: the last confirm is behind everything else. */
async function killAndRestart(): Promise<void> {
  await channel.assertQueue("barrier");
  await publish(channel, "", "barrier", "", persistent);
  await stop();
  await start();
}

const persistent = { persistent: true };

describe("after kill -9", () => {
  it("messages have only the rest of their time to live", async () => {
    const lasting = { arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead" } };
    await channel.assertQueue("dead");
    await channel.assertQueue("by message", lasting);
    await channel.assertQueue("by queue", { arguments: { ...lasting.arguments, "x-message-ttl": 1500 } });
    const publishedAt = Date.now();
    await publish(channel, "", "by message", "a", { ...persistent, expiration: "1500" });
    await publish(channel, "", "by message", "b", persistent);
    await publish(channel, "", "by queue", "c", persistent);
    await killAndRestart();
    const dead = await Inbox.open(channel, "dead", { noAck: true });
    const died = await dead.take(2);
    const ageMs = Date.now() - publishedAt;
    assert.deepEqual(died.map(text).sort(), ["a", "c"]);
    assert.ok(ageMs >= 1500, `they died after ${ageMs} ms`);
    assert.deepEqual(await drain(channel, "by message"), ["b"]);
  });

  it("messages are dead that expired in the meantime", async () => {
    await channel.assertQueue("dead");
    await channel.assertQueue("q", {
      arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead", "x-message-ttl": 300 },
    });
    await publish(channel, "", "q", "a", persistent);
    await stop();
    await new Promise((resolve) => setTimeout(resolve, 400));
    await start();
    const dead = await Inbox.open(channel, "dead", { noAck: true });
    assert.equal(text(await dead.next()), "a");
  });

  it("messages are in the order of their priorities", async () => {
    await channel.assertQueue("q", { arguments: { "x-max-priority": 5 } });
    for (const [body, priority] of [["low", 1], ["high", 5], ["low too", 1], ["none", 0]] as const) {
      await publish(channel, "", "q", body, { ...persistent, priority });
    }
    const held = await channel.get("q");
    assert(held);
    await killAndRestart();
    const first = await channel.get("q", { noAck: true });
    assert(first);
    assert.deepEqual([text(first), first.fields.redelivered], ["high", true]);
    await publish(channel, "", "q", "higher", { ...persistent, priority: 3 });
    assert.deepEqual(await drain(channel, "q"), ["higher", "low", "low too", "none"]);
  });

  it("dead messages have the number of their deaths before and after", async () => {
    await channel.assertQueue("q", { arguments: { "x-dead-letter-exchange": "" } });
    await publish(channel, "", "q", "a", persistent);
    const rejectTwice = async () => {
      const inbox = await Inbox.open(channel, "q");
      const counts: unknown[] = [];
      while (counts.length < 2) {
        const message = await inbox.next();
        counts.push(message.properties.headers?.["x-death"]?.[0].count);
        channel.reject(message, false);
      }
      await inbox.next();
      return counts;
    };
    assert.deepEqual(await rejectTwice(), [undefined, 1]);
    await killAndRestart();
    assert.deepEqual(await rejectTwice(), [2, 3]);
  });

  it("a limit holds for earlier messages too", async () => {
    await channel.assertQueue("messages", { arguments: { "x-max-length": 2 } });
    await channel.assertQueue("bytes", { arguments: { "x-max-length-bytes": 10, "x-overflow": "reject-publish" } });
    for (const body of ["a", "b", "c"]) await publish(channel, "", "messages", body, persistent);
    await publish(channel, "", "bytes", "12345", persistent);
    await killAndRestart();
    await publish(channel, "", "messages", "d", persistent);
    assert.deepEqual(await drain(channel, "messages"), ["c", "d"]);
    await assert.rejects(publish(channel, "", "bytes", "123456", persistent));
    await publish(channel, "", "bytes", "67890", persistent);
    assert.deepEqual(await drain(channel, "bytes"), ["12345", "67890"]);
  });

  it("a queue with x-expires has its full time again", async () => {
    await channel.assertQueue("q", { arguments: { "x-expires": 60_000 } });
    await publish(channel, "", "q", "a", persistent);
    await killAndRestart();
    assert.deepEqual(await drain(channel, "q"), ["a"]);
  });

  it("a quorum queue has all its messages, with the number of their returns", async () => {
    await channel.assertQueue("q", { arguments: { "x-queue-type": "quorum", "x-delivery-limit": 2 } });
    for (const body of ["failed", "given back", "held", "new"]) {
      await publish(channel, "", "q", body, { persistent: false });
    }
    const get = async () => {
      const message = await channel.get("q");
      assert(message);
      return message;
    };
    const counts = async () => {
      const message = await get();
      const headers = message.properties.headers ?? {};
      return [text(message), headers["x-acquired-count"], headers["x-delivery-count"]];
    };
    const [failed, given] = [await get(), await get(), await get()];
    channel.reject(failed, true);
    channel.reject(await get(), true);
    channel.nack(given, false, true);
    await killAndRestart();
    assert.deepEqual([await counts(), await counts(), await counts(), await counts()], [
      ["failed", 2, 2],
      ["given back", 1, undefined],
      ["held", 1, 1],
      ["new", undefined, undefined],
    ]);
    await killAndRestart();
    channel.reject(await get(), true);
    assert.deepEqual(await counts(), ["given back", 1, undefined]);
  });

  it("dead messages are kept that have not reached their destination", async () => {
    await channel.assertQueue("q", {
      arguments: {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-message-ttl": 1,
      },
    });
    await publish(channel, "", "q", "a");
    while ((await channel.checkQueue("q")).messageCount > 0);
    await killAndRestart();
    await channel.assertQueue("dead");
    const dead = await Inbox.open(channel, "dead", { noAck: true });
    assert.equal(text(await dead.next()), "a");
  });

  it("delayed messages are kept, and published when they are due", async () => {
    const options = { durable: true, arguments: { "x-delayed-type": "direct" } };
    await channel.assertExchange("x", "x-delayed-message", options);
    await channel.assertQueue("q");
    await channel.bindQueue("q", "x", "key");
    const published = Date.now();
    for (const delayMs of [3000, 1, 2500]) {
      const headers = { "x-delay": delayMs };
      await publish(channel, "x", "key", String(delayMs), { headers, persistent: delayMs !== 2500 });
    }
    await killAndRestart();
    const inbox = await Inbox.open(channel, "q", { noAck: true });
    const messages = [await inbox.next(), await inbox.next(), await inbox.next()];
    assert.deepEqual(messages.map(text), ["1", "2500", "3000"]);
    assert.ok(Date.now() - published >= 3000, "the last one came too early");
    await killAndRestart();
    assert.deepEqual(await drain(channel, "q"), []);
  });

  it("messages that an exchange has seen, or a queue contains, are not accepted again", async () => {
    await channel.assertExchange("x", "x-message-deduplication", { durable: true, arguments: { "x-cache-size": 100 } });
    await channel.assertQueue("q");
    await channel.bindQueue("q", "x", "");
    await channel.assertQueue("r", { arguments: { "x-message-deduplication": true } });
    const known = { ...persistent, headers: { "x-deduplication-header": "id" } };
    await publish(channel, "x", "", "first", known);
    await publish(channel, "", "r", "first", known);
    await killAndRestart();
    await publish(channel, "x", "", "again", known);
    await assert.rejects(publish(channel, "", "r", "again", known), /nacked/);
    assert.deepEqual([await drain(channel, "q"), await drain(channel, "r")], [["first"], ["first"]]);
  });
});
