import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteReader } from "../../../src/wire/byte_reader.ts";
import { ByteWriter } from "../../../src/wire/byte_writer.ts";
import { ChannelError } from "../../../src/wire/error.ts";
import { fieldTable, type FieldValue, type PlainTable } from "../../../src/wire/field_table.ts";
import { PropertiesView, writeContentHeader } from "../../../src/wire/properties.ts";
import { recentHistory } from "../../../src/broker/exchange/recent_history.ts";
import type { Message } from "../../../src/broker/message/messages.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { add, matchesOf, routerOf, TestExchangeHost } from "./bound.ts";

/** An exchange with a method that publishes to it. */
class Published {
  readonly host = new TestExchangeHost();
  readonly router;

  constructor(exchangeArguments: PlainTable = {}) {
    this.router = routerOf(recentHistory, exchangeArguments, this.host);
  }

  /** Routes a message and releases it, like a broker whose queues have settled it. Returns its destinations. */
  publish(
    key: string,
    headers: PlainTable = {},
    body: Uint8Array = new TextEncoder().encode(`body of ${key}`),
  ): string[] {
    const { messages } = this.host;
    const address = new ByteWriter();
    address.shortstr("exchange");
    address.shortstr(key);
    const header = new ByteWriter();
    writeContentHeader(header, body.length, { messageId: `id of ${key}` });
    const message = messages.create(cachedViewOf(address.written()), header.written(), 0, header.length, body.length);
    messages.write(message, 0, body, 0, body.length);
    const names = matchesOf(this.router, { message, routingKeys: [key], headers: fieldTable(headers) });
    messages.release(message);
    return names;
  }

  /** Messages that were forwarded to a new binding, by routing key. */
  get replayed(): string[] {
    return this.host.forwarded.map(({ routingKeys, to }) => `${routingKeys} to ${to}`);
  }
}

const isRefused = (text: string) => (error: unknown) => {
  assert.ok(error instanceof ChannelError);
  const reason = `Invalid argument ${text}, 'x-recent-history-length' must be a positive integer`;
  assert.deepEqual([error.code, error.message], [406, `PRECONDITION_FAILED - ${reason}`]);
  return true;
};

describe("an x-recent-history exchange", () => {
  it("sends every message to all its bindings, until they are removed", () => {
    const exchange = new Published();
    const first = add(exchange.router, "first", "a");
    add(exchange.router, "second", "");
    assert.deepEqual(exchange.publish("key"), ["first", "second"]);
    exchange.router.remove(first);
    assert.deepEqual(exchange.publish("key"), ["second"]);
    assert.equal(exchange.router.dependsOnMessage, true);
  });

  it("sends a newly bound queue the last 20 messages, the oldest first", () => {
    const exchange = new Published();
    for (let i = 0; i < 25; i++) exchange.publish(String(i));
    assert.deepEqual(exchange.replayed, []);
    add(exchange.router, "q", "whatever");
    assert.deepEqual(exchange.replayed, Array.from({ length: 20 }, (_, i) => `${i + 5} to q`));
  });

  it("sends as many as its length argument says, to each newly bound queue", () => {
    const exchange = new Published({ "x-recent-history-length": 2 });
    for (const key of ["a", "b", "c"]) exchange.publish(key);
    add(exchange.router, "first", "");
    exchange.publish("d");
    add(exchange.router, "second", "");
    assert.deepEqual(exchange.replayed, ["b to first", "c to first", "c to second", "d to second"]);
  });

  it("sends messages unchanged, even when the originals are released", () => {
    const exchange = new Published();
    exchange.publish("a");
    const { messages } = exchange.host;
    // Takes the place of the released message.
    messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(100).fill(1), 0, 100, 0);
    add(exchange.router, "q", "");
    const [{ message }] = exchange.host.forwarded;
    const address = new ByteReader(messages.address(message));
    assert.deepEqual([address.shortstr(), address.shortstr()], ["exchange", "a"]);
    assert.deepEqual(new PropertiesView(messages.header(message)).toObject(), { messageId: "id of a" });
    assert.equal(new TextDecoder().decode(messages.body(message)), "body of a");
  });

  it("does not remember messages with x-recent-history-no-store", () => {
    const exchange = new Published();
    exchange.publish("a", { "x-recent-history-no-store": true });
    exchange.publish("b", { "x-recent-history-no-store": false });
    exchange.publish("c", { "x-recent-history-no-store": "true" });
    add(exchange.router, "q", "");
    assert.deepEqual(exchange.replayed, ["b to q", "c to q"]);
  });

  it("holds no more messages than its length, and none once it is closed", () => {
    const exchange = new Published({ "x-recent-history-length": 3 });
    const { messages } = exchange.host;
    for (let i = 0; i < 10; i++) exchange.publish(String(i));
    assert.equal(messages.count, 3);
    exchange.router.close!();
    assert.equal(messages.count, 0);
  });

  it("forgets the oldest ones above 64 MiB, whatever its length", () => {
    const exchange = new Published({ "x-recent-history-length": 1_000_000 });
    const body = new Uint8Array(10 * 1024 * 1024);
    for (let i = 0; i < 8; i++) exchange.publish(String(i), {}, body);
    assert.equal(exchange.host.messages.count, 6);
    add(exchange.router, "q", "");
    assert.deepEqual(exchange.replayed, ["2 to q", "3 to q", "4 to q", "5 to q", "6 to q", "7 to q"]);
  });

  it("forwards its earlier messages when they come back to it", () => {
    const exchange = new Published();
    for (const key of ["a", "b"]) exchange.publish(key);
    const { host, router } = exchange;
    host.forward = (message: Message, routingKeys) => {
      host.forwarded.push({ message, routingKeys, to: "itself" });
      matchesOf(router, { message, routingKeys });
    };
    add(router, "itself", "");
    assert.deepEqual(exchange.replayed, ["a to itself", "b to itself"]);
  });

  it("accepts lengths of the integer types that RabbitMQ accepts", () => {
    const check = (argument: FieldValue) =>
      recentHistory.checkArguments!(new Map([["x-recent-history-length", argument]]));
    for (const type of ["b", "s", "I"] as const) check({ type, value: 5 });
    check({ type: "l", value: 5n });
    assert.throws(() => check({ type: "B", value: 5 }), isRefused("5"));
    assert.throws(() => check({ type: "I", value: 0 }), isRefused("0"));
    assert.throws(() => check({ type: "l", value: -1n }), isRefused("-1"));
    assert.throws(() => check({ type: "S", value: "5" }), isRefused('<<"5">>'));
    assert.throws(() => check({ type: "t", value: true }), isRefused("true"));
  });
});
