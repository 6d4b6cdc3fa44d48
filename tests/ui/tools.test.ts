import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ClientName, CLIENTS, type Setting, writePrograms } from "../../ui/pages/playground/programs.ts";
import { pathText } from "../../ui/pages/route/explanation.ts";

const SETTING: Setting = {
  host: "broker.example",
  port: 5673,
  user: "mary",
  vhost: "/",
  exchange: "shop",
  queue: "orders",
  routingKey: "order.new",
  body: 'a "quoted"\\ text\nof two lines',
};

describe("programs of the playground", () => {
  for (const client of Object.keys(CLIENTS) as ClientName[]) {
    it(`name the address, the exchange, the key, the queue and the message: ${client}`, () => {
      const { producer, consumer } = writePrograms(client, SETTING);
      for (const program of [producer, consumer]) {
        assert.ok(program.includes('"amqp://mary:PASSWORD@broker.example:5673/%2F"'), program);
      }
      for (const text of ['"shop"', '"order.new"', String.raw`"a \"quoted\"\\ text\nof two lines"`]) {
        assert.ok(producer.includes(text), `${text} in ${producer}`);
      }
      assert.ok(consumer.includes('"orders"'));
    });
  }

  it("have an address of IPv6 in brackets", () => {
    assert.match(writePrograms("pika", { ...SETTING, host: "::1" }).producer, /@\[::1\]:5673/);
  });

  it("are a program that JavaScript understands", async () => {
    const { producer } = writePrograms("amqplib", SETTING);
    const sent: unknown[] = [];
    const channel = {
      publish: (...message: unknown[]) => sent.push(message),
      waitForConfirms: () => Promise.resolve(),
    };
    const connection = { createConfirmChannel: () => Promise.resolve(channel), close: () => Promise.resolve() };
    const amqp = { connect: () => Promise.resolve(connection) };
    const Buffer = { from: (text: string) => text };
    const AsyncFunction = (async () => {}).constructor as new (
      ...parts: string[]
    ) => (...args: unknown[]) => Promise<void>;
    await new AsyncFunction("amqp", "Buffer", producer.replace(/^import.*$/m, ""))(amqp, Buffer);
    assert.deepEqual(sent, [["shop", "order.new", SETTING.body, { persistent: true }]]);
  });
});

describe("the path of a route", () => {
  it("names exchanges, keys and the queue", () => {
    const path = [
      { source: "", destination: "topics", destination_type: "exchange", alternate: true },
      { source: "topics", destination: "orders", destination_type: "queue", routing_key: "order.#" },
    ] as const;
    assert.equal(
      pathText(path, (name) => name || "(default)", "alternate"),
      "(default) —alternate→ topics —order.#→ orders",
    );
  });
});
