import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { canonicalTable } from "../../src/wire/field_table.ts";
import { getUint48, recordBytes, recordType, setUint48 } from "../../src/store/record.ts";
import { decodeTopology, encodeTopology, RECORD_TYPES } from "../../src/store/record_types.ts";
import type { TopologyRecord } from "../../src/store/topology_record.ts";
import { shortstr, table } from "../wire/arbitraries.ts";

const text = fc.string({ unit: "binary", maxLength: 1000 });
const vhost = text;
const queueId = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields, { noNullPrototype: true }) as unknown as fc.Arbitrary<TopologyRecord>;
const binding = record({
  source: shortstr,
  destination: shortstr,
  destinationType: fc.constantFrom("queue", "exchange"),
  routingKey: shortstr,
  arguments: table,
});

const topologyRecord: fc.Arbitrary<TopologyRecord> = fc.oneof(
  record({
    type: fc.constant("vhost.put"),
    vhost,
    description: text,
    tags: fc.array(text),
    defaultQueueType: text,
    protectedFromDeletion: fc.boolean(),
  }),
  record({ type: fc.constant("vhost.deleted"), vhost }),
  record({
    type: fc.constant("user.put"),
    user: text,
    passwordHash: fc.uint8Array({ maxLength: 100 }),
    hashingAlgorithm: text,
    tags: fc.array(text),
  }),
  record({ type: fc.constant("user.deleted"), user: text }),
  record({ type: fc.constant("permission.put"), user: text, vhost, configure: text, write: text, read: text }),
  record({ type: fc.constant("permission.cleared"), user: text, vhost }),
  record({
    type: fc.constant("topic_permission.put"),
    user: text,
    vhost,
    exchange: text,
    write: text,
    read: text,
  }),
  record({ type: fc.constant("topic_permission.cleared"), user: text, vhost, exchange: text }),
  record({ type: fc.constant("default_data.inserted") }),
  record({ type: fc.constant("ids.reserved"), first: queueId, upTo: queueId }),
  record({
    type: fc.constant("exchange.declared"),
    vhost,
    exchange: shortstr,
    exchangeType: shortstr,
    autoDelete: fc.boolean(),
    internal: fc.boolean(),
    arguments: table,
  }),
  record({ type: fc.constant("exchange.deleted"), vhost, exchange: shortstr }),
  record({
    type: fc.constant("queue.declared"),
    vhost,
    queue: shortstr,
    queueId,
    autoDelete: fc.boolean(),
    arguments: table,
  }),
  record({ type: fc.constant("queue.deleted"), vhost, queue: shortstr, queueId }),
  record({
    type: fc.constant("backing_queue.added"),
    queueId,
    priority: fc.integer({ min: 0, max: 255 }),
    sequenceId: queueId,
  }),
  record({
    type: fc.constant("sequence.added"),
    vhost,
    exchange: shortstr,
    purpose: fc.constantFrom("delayed", "seen"),
    sequenceId: queueId,
  }),
  record({ type: fc.constant("sequence.removed"), sequenceId: queueId }),
  record({ type: fc.constantFrom("binding.added", "binding.removed"), vhost, binding }),
  record({ type: fc.constant("parameter.set"), vhost, component: vhost, name: vhost, value: vhost }),
  record({ type: fc.constant("parameter.cleared"), vhost, component: vhost, name: vhost }),
);

/** With tables in a form that can be compared: a NaN in them is equal to itself. */
const comparable = (value: unknown): unknown =>
  value instanceof Map
    ? canonicalTable(value)
    : value !== null && typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, comparable(one)]))
    : value;

describe("a record of topology", () => {
  it("is read as it was written, wherever it lies", () => {
    fc.assert(fc.property(topologyRecord, fc.nat(10), (record, at) => {
      const encoded = encodeTopology(record);
      const bytes = new Uint8Array(at + encoded.length + 5).fill(0xff);
      bytes.set(encoded, at);
      const view = new DataView(bytes.buffer);
      assert.equal(recordBytes(view, at), encoded.length);
      const decoded = decodeTopology(bytes, at, recordType(view, at));
      assert.deepEqual(comparable(decoded), comparable(record));
    }));
  });

  it("has a number of its own", () => {
    const numbers = Object.values(RECORD_TYPES).map(({ number }) => number);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.ok(Math.min(...numbers) > 16 && !numbers.includes(20), "a number of format 2 is used again");
  });

  it("is not written when it is transient", () => {
    const record = { type: "exchange.deleted", vhost: "/", exchange: "x", transient: true } as const;
    assert.throws(() => encodeTopology(record), TypeError);
  });

  it("is none of another type", () => {
    assert.equal(decodeTopology(new Uint8Array(100), 0, 1), undefined);
    assert.equal(decodeTopology(new Uint8Array(100), 0, 255), undefined);
  });
});

describe("a position", () => {
  it("of up to 48 bits is read as it was written", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (position) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, ~0n);
      setUint48(view, 1, position);
      assert.equal(getUint48(view, 1), position);
      assert.equal(view.getUint8(0), 255);
      assert.equal(view.getUint8(7), 255);
    }));
  });
});
