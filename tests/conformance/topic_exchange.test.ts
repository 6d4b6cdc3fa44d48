import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, drain, openConfirmChannel, publish, unique } from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
let exchange: string;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  exchange = unique("topic");
  await channel.assertExchange(exchange, "topic", { durable: false });
});
afterEach(async () => {
  await channel.deleteExchange(exchange);
  await closeQuietly(connection);
});

async function bound(...patterns: string[]): Promise<string> {
  const { queue } = await channel.assertQueue("", { exclusive: true });
  for (const pattern of patterns) await channel.bindQueue(queue, exchange, pattern);
  return queue;
}

describe("a topic exchange", () => {
  // Words stand between dots and may be empty, but an empty key has no word at all.
  const patterns = [
    {
      pattern: "stock.usd.nyse",
      matches: ["stock.usd.nyse"],
      misses: ["stock.usd", "stock.usd.nyse.db", "stock.usd.NYSE"],
    },
    { pattern: "*", matches: ["stock"], misses: ["", "stock.usd", "."] },
    { pattern: "*.stock.*", matches: ["usd.stock.db", ".stock."], misses: ["stock", "usd.stock", "a.b.stock.c"] },
    { pattern: "stock.*", matches: ["stock.usd", "stock."], misses: ["stock", "stock.usd.nyse"] },
    { pattern: "#", matches: ["", "stock", "stock.usd.nyse", ".", "a..b"], misses: [] },
    { pattern: "stock.#", matches: ["stock", "stock.usd", "stock.usd.nyse", "stock."], misses: ["stocks", "a.stock"] },
    { pattern: "#.nyse", matches: ["nyse", "usd.nyse", "stock.usd.nyse"], misses: ["nyse.usd", "nysee"] },
    { pattern: "#.usd.#", matches: ["usd", "usd.nyse", "stock.usd", "stock.usd.nyse"], misses: ["stock.nyse", "usdd"] },
    { pattern: "a.#.b", matches: ["a.b", "a.x.b", "a.b.b", "a.x.y.b"], misses: ["a", "b", "a.b.c"] },
    { pattern: "*.#", matches: ["a", "a.b", "a.b.c"], misses: [""] },
    { pattern: "#.*", matches: ["a", "a.b"], misses: [""] },
    { pattern: "*.*", matches: ["a.b", "."], misses: ["a", "a.b.c"] },
    { pattern: "#.#", matches: ["", "a", "a.b.c"], misses: [] },
    { pattern: "a.*.#.b", matches: ["a.x.b", "a.x.y.b"], misses: ["a.b"] },
    { pattern: "a..b", matches: ["a..b"], misses: ["a.b", "a.x.b"] },
    { pattern: "", matches: [""], misses: ["a", "."] },
    { pattern: "a*", matches: ["a*"], misses: ["ab", "a"] },
    { pattern: "a.b#", matches: ["a.b#"], misses: ["a.b", "a.bc"] },
  ];
  for (const { pattern, matches, misses } of patterns) {
    it(`routes by "${pattern}" ${matches.map((key) => `"${key}"`).join(", ")} and nothing else`, async () => {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await channel.bindQueue(queue, exchange, pattern);

      for (const key of [...matches, ...misses]) await publish(channel, exchange, key, key);

      assert.deepEqual(await drain(channel, queue), matches);
    });
  }

  it("gives each queue its own selection of the messages", async () => {
    const orange = await bound("*.orange.*");
    const rabbits = await bound("*.*.rabbit", "lazy.#");

    const keys = [
      "quick.orange.rabbit",
      "lazy.orange.elephant",
      "quick.orange.fox",
      "lazy.brown.fox",
      "lazy.pink.rabbit",
    ];
    for (const key of [...keys, "quick.brown.fox", "orange", "lazy.orange.new.rabbit"]) {
      await publish(channel, exchange, key, key);
    }

    assert.deepEqual(await drain(channel, orange), ["quick.orange.rabbit", "lazy.orange.elephant", "quick.orange.fox"]);
    assert.deepEqual(await drain(channel, rabbits), [
      "quick.orange.rabbit",
      "lazy.orange.elephant",
      "lazy.brown.fox",
      "lazy.pink.rabbit",
      "lazy.orange.new.rabbit",
    ]);
  });

  it("keeps a pattern while another queue is unbound from it", async () => {
    const [first, second] = [await bound("a.*.c"), await bound("a.*.c", "a.#")];

    await channel.unbindQueue(first, exchange, "a.*.c");
    await channel.unbindQueue(second, exchange, "a.#");
    await publish(channel, exchange, "a.b.c", "x");
    await publish(channel, exchange, "a.b", "y");

    assert.deepEqual(await drain(channel, first), []);
    assert.deepEqual(await drain(channel, second), ["x"]);
  });

  it("keeps a longer pattern when a shorter one is removed, and the other way round", async () => {
    const queue = await bound("a", "a.b", "a.b.c", "a.#", "a.*");

    await channel.unbindQueue(queue, exchange, "a.b");
    await channel.unbindQueue(queue, exchange, "a.#");
    await channel.unbindQueue(queue, exchange, "a.*");
    for (const key of ["a", "a.b", "a.b.c"]) await publish(channel, exchange, key, key);

    assert.deepEqual(await drain(channel, queue), ["a", "a.b.c"]);
  });

  it("routes by keys of many words", async () => {
    const key = Array.from({ length: 100 }, (_, i) => String(i % 10)).join(".");
    const queue = await bound("#.9", "0.#.5.#.9");

    await publish(channel, exchange, key, "long");

    assert.deepEqual(await drain(channel, queue), ["long"]);
  });

  it("distinguishes hundreds of bindings", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const { queue: other } = await channel.assertQueue("", { exclusive: true });
    const bindings: Promise<unknown>[] = [];
    for (let i = 0; i < 500; i++) bindings.push(channel.bindQueue(i % 2 ? queue : other, exchange, `device.${i}.*`));
    await Promise.all(bindings);

    await publish(channel, exchange, "device.251.temperature", "odd");
    await publish(channel, exchange, "device.500.temperature", "unknown");

    assert.deepEqual(await drain(channel, queue), ["odd"]);
    assert.deepEqual(await drain(channel, other), []);
  });
});
