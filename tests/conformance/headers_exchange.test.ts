import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, drain, method, openConfirmChannel, publish, refusal, unique } from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
let exchange: string;
let queue: string;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  exchange = unique("headers");
  await channel.assertExchange(exchange, "headers", { durable: false });
  ({ queue } = await channel.assertQueue("", { exclusive: true }));
});
afterEach(async () => {
  await (await openConfirmChannel(connection)).deleteExchange(exchange);
  await closeQuietly(connection);
});

/** Returns whether a message with these headers reaches a queue bound with these arguments. */
async function routes(args: Record<string, unknown>, headers: Record<string, unknown>): Promise<boolean> {
  await channel.bindQueue(queue, exchange, "", args);
  await publish(channel, exchange, "", "message", { headers });
  await channel.unbindQueue(queue, exchange, "", args);
  return (await drain(channel, queue)).length === 1;
}

describe("a headers exchange", () => {
  const pdf = { format: "pdf", type: "report" };
  const cases: { args: Record<string, unknown>; headers: Record<string, unknown>; matches: boolean }[] = [
    { args: { "x-match": "all", ...pdf }, headers: pdf, matches: true },
    { args: { "x-match": "all", ...pdf }, headers: { ...pdf, more: 1 }, matches: true },
    { args: { "x-match": "all", ...pdf }, headers: { format: "pdf" }, matches: false },
    { args: { "x-match": "all", ...pdf }, headers: { format: "pdf", type: "log" }, matches: false },
    { args: { "x-match": "all", ...pdf }, headers: {}, matches: false },
    { args: pdf, headers: pdf, matches: true },
    { args: pdf, headers: { format: "pdf" }, matches: false },
    { args: { "x-match": "any", ...pdf }, headers: { format: "pdf" }, matches: true },
    { args: { "x-match": "any", ...pdf }, headers: { format: "zip", type: "report" }, matches: true },
    { args: { "x-match": "any", ...pdf }, headers: { format: "zip", type: "log" }, matches: false },
    { args: { "x-match": "any", ...pdf }, headers: {}, matches: false },
    { args: {}, headers: { anything: 1 }, matches: true },
    { args: { "x-match": "all" }, headers: {}, matches: true },
    { args: { "x-match": "any" }, headers: { anything: 1 }, matches: false },
    // "all" and "any" ignore arguments that begin with x-, "all-with-x" and "any-with-x" don't.
    { args: { "x-match": "all", "x-tier": "gold", a: 1 }, headers: { a: 1 }, matches: true },
    { args: { "x-match": "any", "x-tier": "gold", a: 1 }, headers: { "x-tier": "gold" }, matches: false },
    { args: { "x-match": "all-with-x", "x-tier": "gold", a: 1 }, headers: { a: 1 }, matches: false },
    { args: { "x-match": "all-with-x", "x-tier": "gold", a: 1 }, headers: { a: 1, "x-tier": "gold" }, matches: true },
    { args: { "x-match": "any-with-x", "x-tier": "gold", a: 1 }, headers: { "x-tier": "gold" }, matches: true },
    { args: { "x-match": "any-with-x", "x-tier": "gold", a: 1 }, headers: { "x-tier": "silver" }, matches: false },
  ];
  for (const { args, headers, matches } of cases) {
    it(`bound with ${JSON.stringify(args)} ${matches ? "takes" : "drops"} ${JSON.stringify(headers)}`, async () => {
      assert.equal(await routes(args, headers), matches);
    });
  }

  it("compares values by type and value", async () => {
    assert.equal(await routes({ n: 1 }, { n: 1 }), true);
    assert.equal(await routes({ n: 1 }, { n: 2 }), false);
    assert.equal(await routes({ n: 1 }, { n: "1" }), false);
    assert.equal(await routes({ n: true }, { n: true }), true);
    assert.equal(await routes({ n: true }, { n: false }), false);
    assert.equal(await routes({ n: 1.5 }, { n: 1.5 }), true);
    assert.equal(await routes({ n: { deep: ["a", 1] } }, { n: { deep: ["a", 1] } }), true);
    assert.equal(await routes({ n: { deep: ["a", 1] } }, { n: { deep: ["a", 2] } }), false);
    assert.equal(await routes({ n: 2 ** 40 }, { n: 2 ** 40 }), true);
    assert.equal(await routes({ n: Buffer.from([1, 2]) }, { n: Buffer.from([1, 2]) }), true);
  });

  it("compares integers by value, whatever their width", async () => {
    const wide = { "!": "int64", value: 7 };
    const narrow = { "!": "int8", value: 7 };

    assert.equal(await routes({ n: wide }, { n: narrow }), true);
    assert.equal(await routes({ n: narrow }, { n: { "!": "uint32", value: 7 } }), true);
    assert.equal(await routes({ n: narrow }, { n: { "!": "uint32", value: 8 } }), false);
  });

  it("matches the presence of a header when its argument has no value", async () => {
    assert.equal(await routes({ "x-match": "all", n: null }, { n: "whatever" }), true);
    assert.equal(await routes({ "x-match": "all", n: null }, { n: null }), true);
    assert.equal(await routes({ "x-match": "all", n: null }, { other: 1 }), false);
    assert.equal(await routes({ "x-match": "any", n: null, m: 1 }, { n: 5 }), true);
  });

  it("ignores routing keys", async () => {
    await channel.bindQueue(queue, exchange, "one", { a: 1 });

    await publish(channel, exchange, "two", "x", { headers: { a: 1 } });
    await publish(channel, exchange, "one", "y", { headers: { a: 2 } });

    assert.deepEqual(await drain(channel, queue), ["x"]);
  });

  it("treats a message without a headers table as one without headers", async () => {
    await channel.bindQueue(queue, exchange, "", { "x-match": "all" });
    await channel.bindQueue(queue, exchange, "", { "x-match": "any", a: 1 });

    await publish(channel, exchange, "", "no headers");

    assert.deepEqual(await drain(channel, queue), ["no headers"]);
  });

  it("gives a queue one copy however many bindings match", async () => {
    await channel.bindQueue(queue, exchange, "", { a: 1 });
    await channel.bindQueue(queue, exchange, "", { b: 1 });
    await channel.bindQueue(queue, exchange, "", { "x-match": "any", a: 1, b: 1 });

    await publish(channel, exchange, "", "once", { headers: { a: 1, b: 1 } });

    assert.deepEqual(await drain(channel, queue), ["once"]);
  });

  it("has amq.match as another of its kind", async () => {
    const mark = unique("mark");
    await channel.bindQueue(queue, "amq.match", "", { mark });

    await publish(channel, "amq.match", "", "matched", { headers: { mark } });
    await publish(channel, "amq.headers", "", "elsewhere", { headers: { mark } });

    assert.deepEqual(await drain(channel, queue), ["matched"]);
  });

  it("refuses an unknown x-match", async () => {
    const reason = await refusal(channel.bindQueue(queue, exchange, "", { "x-match": "some" }));

    assert.deepEqual(reason, {
      replyCode: 406,
      replyText: 'PRECONDITION_FAILED - Invalid x-match field value <<"some">>; ' +
        "expected all, any, all-with-x, or any-with-x",
      ...method["queue.bind"],
    });
  });

  it("refuses an x-match that isn't a string", async () => {
    const reason = await refusal(channel.bindQueue(queue, exchange, "", { "x-match": 1 }));

    assert.equal(reason.replyCode, 406);
    assert.match(reason.replyText, /^PRECONDITION_FAILED - Invalid x-match field type/);
  });
});
