import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { RawClient, uniqueName } from "../raw_client.ts";
import type { FieldTable, FieldValue } from "../../src/wire/field_table.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

const text = (value: string): FieldValue => ({ type: "S", value });
const integer = (value: number): FieldValue => ({ type: "I", value });
const array = (...value: FieldValue[]): FieldValue => ({ type: "A", value });
const table = (fields: Readonly<Record<string, FieldValue>>): FieldTable => new Map(Object.entries(fields));

/** Values of each type, with RabbitMQ's text for each. */
const VALUES: readonly (readonly [value: FieldValue, shown: string])[] = [
  [{ type: "t", value: true }, "true"],
  [{ type: "b", value: -5 }, "-5"],
  [{ type: "s", value: -300 }, "-300"],
  [{ type: "l", value: 12345678901234n }, "12345678901234"],
  [{ type: "f", value: Math.fround(0.1) }, "0.10000000149011612"],
  [{ type: "d", value: 900000 }, "9.0e5"],
  [{ type: "d", value: 100 }, "100.0"],
  [{ type: "d", value: -0 }, "-0.0"],
  [{ type: "d", value: 0.00001 }, "1.0e-5"],
  [{ type: "d", value: 2 ** 53 }, "9.007199254740992e15"],
  [{ type: "T", value: 5n }, "5"],
  [{ type: "F", value: table({}) }, "[]"],
  [
    { type: "F", value: table({ v: { type: "V", value: null } }) },
    '[{<<"v">>,void,undefined}]',
  ],
  [array(), "[]"],
  [array(integer(1), text('"')), '[{signedint,1},{longstr,<<"\\"">>}]'],
  [
    array({ type: "x", value: Uint8Array.of(1, 2) }, { type: "D", value: { scale: 1, value: 5 } }),
    "[{binary,<<1,2>>},{decimal,{1,5}}]",
  ],
];
/** Texts are shown literally, except where Erlang's notation is used. */
const TEXTS: readonly (readonly [value: FieldValue, shown: string, notation: string])[] = [
  [text('a "b"\\'), 'a "b"\\', '<<"a \\"b\\"\\\\">>'],
  [text(""), "", "<<>>"],
  [{ type: "x", value: Uint8Array.of(97, 98) }, "ab", '<<"ab">>'],
];
const TYPE_NAMES: Readonly<Record<string, string>> = {
  t: "bool",
  b: "byte",
  s: "short",
  l: "long",
  f: "float",
  d: "double",
  T: "timestamp",
  F: "table",
  A: "array",
  S: "longstr",
  x: "binary",
  V: "void",
  D: "decimal",
};

/** Returns the text with which a queue's declaration is refused. */
async function refusal(queue: string, queueArguments: FieldTable): Promise<string> {
  await using client = await RawClient.open(broker);
  client.send(1, "queue.declare", { queue, exclusive: false, autoDelete: true, arguments: queueArguments });
  return (await client.receiveClose(1))[1];
}

describe("the value of an argument that differs from a queue's", () => {
  it("is shown as Erlang writes it", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("q");
    await client.request(1, "queue.declare", {
      queue,
      autoDelete: true,
      arguments: table({ "x-message-ttl": integer(900000) }),
    });
    const shown: (readonly [FieldValue, string])[] = [
      [{ type: "V", value: null }, "none"],
      ...[...VALUES, ...TEXTS].map(([value, shown]) => [value, `'${shown}'`] as const),
    ];
    for (const [value, received] of shown) {
      assert.equal(
        await refusal(queue, table({ "x-message-ttl": value })),
        `PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue '${queue}' in vhost '/': ` +
          `received ${received} but current is '900000'`,
      );
    }
    await client.request(1, "queue.delete", { queue });
  });

  it("takes several lines when it is long", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("q");
    await client.request(1, "queue.declare", {
      queue,
      autoDelete: true,
      arguments: table({ "x-max-length": integer(1) }),
    });
    const long = array(text("lorem ipsum dolor sit amet"), text("consectetur adipiscing elit"));
    assert.equal(
      await refusal(queue, table({ "x-max-length": long })),
      `PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue '${queue}' in vhost '/': received ` +
        `'[{longstr,<<"lorem ipsum dolor sit amet">>},\n  {longstr,<<"consectetur adipiscing elit">>}]' but current is '1'`,
    );
    await client.request(1, "queue.delete", { queue });
  });

  it("is shown with its type when there was none before", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("q");
    await client.request(1, "queue.declare", { queue, autoDelete: true });
    const decimal: readonly [FieldValue, string] = [{ type: "D", value: { scale: 2, value: 314 } }, "{2,314}"];
    const unset: readonly [FieldValue, string] = [{ type: "V", value: null }, "undefined"];
    for (const [value, shown] of [...VALUES, ...TEXTS, decimal, unset]) {
      assert.equal(
        await refusal(queue, table({ "x-overflow": value })),
        `PRECONDITION_FAILED - inequivalent arg 'x-overflow' for queue '${queue}' in vhost '/': ` +
          `received the value '${shown}' of type '${TYPE_NAMES[value.type]}' but current is none`,
      );
    }
    await client.request(1, "queue.delete", { queue });
  });

  it("is equal to a value of another type that reads the same", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("q");
    const declare = (value: FieldValue) =>
      client.request(1, "queue.declare", { queue, exclusive: true, arguments: table({ "x-message-ttl": value }) });
    await declare(integer(60000));
    await declare({ type: "T", value: 60000n });
  });
});

describe("an unknown value of x-match", () => {
  const bindWith = async (value: FieldValue): Promise<string> => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.send(1, "queue.bind", { queue, exchange: "amq.headers", arguments: table({ "x-match": value }) });
    return (await client.receiveClose(1))[1];
  };

  it("is shown as Erlang writes it", async () => {
    for (const [value, , notation] of TEXTS) {
      if (value.type === "x") continue;
      assert.equal(
        await bindWith(value),
        `PRECONDITION_FAILED - Invalid x-match field value ${notation}; expected all, any, all-with-x, or any-with-x`,
      );
    }
  });

  it("of another type is shown with its type", async () => {
    const bytes: readonly [FieldValue, string] = [{ type: "x", value: Uint8Array.of(255, 0) }, "<<255,0>>"];
    const unset: readonly [FieldValue, string] = [{ type: "V", value: null }, "undefined"];
    for (const [value, shown] of [...VALUES, bytes, unset]) {
      assert.equal(
        await bindWith(value),
        `PRECONDITION_FAILED - Invalid x-match field type ${TYPE_NAMES[value.type]} (value ${shown}); expected longstr`,
      );
    }
  });

  it("has its further lines below its beginning", async () => {
    const long = array(...Array.from({ length: 3 }, (_, at) => integer(at)));
    assert.equal(
      await bindWith(long),
      "PRECONDITION_FAILED - Invalid x-match field type array (value [{signedint,0},\n" +
        [1, 2].map((at) => `${" ".repeat(41)}{signedint,${at}}`).join(",\n") + "]); expected longstr",
    );
  });
});

describe("an argument with an invalid value", () => {
  const cases: readonly (readonly [name: string, value: FieldValue, problem: string])[] = [
    ["x-message-ttl", { type: "l", value: -1n }, "{value_negative,-1}"],
    ["x-message-ttl", { type: "l", value: 400_000_000_000n }, "{value_too_large,400000000000}"],
    ["x-message-ttl", { type: "d", value: 5 }, '"expected integer, got double"'],
    ["x-expires", { type: "b", value: 0 }, "{value_zero,0}"],
    ["x-max-priority", { type: "s", value: 256 }, "{max_value_exceeded,256}"],
    ["x-overflow", array(), "{unacceptable_type,array}"],
    ["x-queue-type", text('a"b'), `"unsupported queue type 'a\\"b'"`],
  ];
  for (const [name, value, problem] of cases) {
    it(`is refused: ${name}, ${problem}`, async () => {
      const queue = uniqueName("q");
      assert.equal(
        await refusal(queue, table({ [name]: value })),
        `PRECONDITION_FAILED - invalid arg '${name}' for queue '${queue}' in vhost '/': ${problem}`,
      );
    });
  }
});
