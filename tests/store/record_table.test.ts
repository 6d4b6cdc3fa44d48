import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { EMPTY_TABLE } from "../../src/wire/field_table.ts";
import { setRecordHead, viewOf } from "../../src/store/record.ts";
import { RecordTable } from "../../src/store/record_table.ts";
import { decodeTopology, encodeTopology } from "../../src/store/record_types.ts";
import { NO_METADATA, type SequencePurpose, type TopologyRecord } from "../../src/store/topology_record.ts";

const exchange = (exchange: string): TopologyRecord => ({
  type: "exchange.declared",
  vhost: "/",
  exchange,
  exchangeType: "direct",
  autoDelete: false,
  internal: false,
  arguments: EMPTY_TABLE,
});
const queue = (queueId: number, queue: string): TopologyRecord => ({
  type: "queue.declared",
  vhost: "/",
  queue,
  queueId,
  autoDelete: false,
  arguments: EMPTY_TABLE,
});
const backingQueue = (queueId: number, priority: number, sequenceId: number): TopologyRecord => {
  return { type: "backing_queue.added", queueId, priority, sequenceId };
};
const sequence = (exchange: string, sequenceId: number, purpose: SequencePurpose = "delayed"): TopologyRecord => {
  return { type: "sequence.added", vhost: "/", exchange, purpose, sequenceId };
};
const binding = (
  source: string,
  destination: string,
  destinationType: "queue" | "exchange" = "queue",
  type: "binding.added" | "binding.removed" = "binding.added",
): TopologyRecord => ({
  type,
  vhost: "/",
  binding: { source, destination, destinationType, routingKey: "", arguments: EMPTY_TABLE },
});

const parameter = (name: string, value: string, vhost = "/"): TopologyRecord => ({
  type: "parameter.set",
  vhost,
  component: "policy",
  name,
  value,
});

const deleted = (queueId: number, queue: string): TopologyRecord => {
  return { type: "queue.deleted", vhost: "/", queue, queueId };
};

function apply(table: RecordTable, ...records: readonly TopologyRecord[]): void {
  for (const record of records) table.apply(record, encodeTopology(record));
}

function tableOf(...records: readonly TopologyRecord[]): RecordTable {
  const table = new RecordTable();
  apply(table, ...records);
  return table;
}

const recordsOf = (table: RecordTable) => [...table.records()];

describe("the newest records", () => {
  it("come in an order in which each can be applied: hosts, parameters, exchanges, queues, bindings", () => {
    const records = [
      { type: "vhost.put", vhost: "/", ...NO_METADATA } as const,
      parameter("p", "{}"),
      exchange("x"),
      queue(1, "q"),
      binding("x", "q"),
    ];
    assert.deepEqual(recordsOf(tableOf(...records.toReversed())), records);
  });

  it("stay as they are when records are carried out again", () => {
    const records = [exchange("x"), queue(1, "q"), binding("x", "q"), queue(2, "r"), deleted(2, "r")];
    const table = tableOf(...records);
    const before = recordsOf(table);
    for (const record of records) apply(table, record);
    assert.deepEqual(recordsOf(table), before);
  });

  it("have each parameter as it was set last, unless it was cleared", () => {
    const cleared = { type: "parameter.cleared", vhost: "/", component: "policy", name: "b" } as const;
    const table = tableOf(parameter("a", "1"), parameter("b", "1"), parameter("a", "2"), cleared);
    apply(table, parameter("a", "3", "other"));
    assert.deepEqual(recordsOf(table), [parameter("a", "2"), parameter("a", "3", "other")]);
    apply(table, { ...cleared, component: "operator_policy", name: "a" });
    assert.equal(recordsOf(table).length, 2);
  });

  it("lose the bindings from an exchange with it, and those alone", () => {
    const table = tableOf(exchange("x"), exchange("y"), queue(1, "q"), binding("x", "q"), binding("y", "q"));
    apply(table, { type: "exchange.deleted", vhost: "/", exchange: "x" });
    assert.deepEqual(recordsOf(table), [exchange("y"), queue(1, "q"), binding("y", "q")]);
  });

  it("have bindings in the order in which they were added, also when a snapshot knew some of them", () => {
    const records = [
      binding("x", "q1"),
      binding("x", "q2"),
      binding("x", "q1", "queue", "binding.removed"),
      binding("x", "q1"),
      binding("x", "q3"),
      binding("x", "q2", "queue", "binding.removed"),
      binding("x", "q2"),
    ];
    const table = tableOf(exchange("x"), queue(1, "q1"), queue(2, "q2"), queue(3, "q3"), ...records);
    const inOrder = [binding("x", "q1"), binding("x", "q3"), binding("x", "q2")];
    assert.deepEqual(recordsOf(table).slice(-3), inOrder);
    for (let from = 0; from < records.length; from++) {
      for (const record of records.slice(from)) apply(table, record);
      assert.deepEqual(recordsOf(table).slice(-3), inOrder, `again from record ${from}`);
    }
  });

  it("have no binding that was removed", () => {
    const table = tableOf(
      exchange("x"),
      queue(1, "q"),
      binding("x", "q"),
      binding("x", "q", "queue", "binding.removed"),
    );
    assert.deepEqual(recordsOf(table), [exchange("x"), queue(1, "q")]);
  });
});

describe("the backing queues of durable queues", () => {
  it("are kept behind all queues, in the order in which they were added", () => {
    const [first, second, third] = [backingQueue(2, 0, 3), backingQueue(1, 255, 4), backingQueue(1, 7, 5)];
    const table = tableOf(queue(1, "q"), first, second, queue(2, "r"), third);
    assert.deepEqual(recordsOf(table), [queue(1, "q"), queue(2, "r"), first, second, third]);
  });

  it("stay when the queue's record is carried out again", () => {
    const table = tableOf(queue(1, "q"), backingQueue(1, 7, 2), queue(1, "q"), backingQueue(1, 7, 2));
    assert.deepEqual(recordsOf(table), [queue(1, "q"), backingQueue(1, 7, 2)]);
  });

  it("go with their queue, and so do their sequences", () => {
    const table = tableOf(queue(1, "q"), backingQueue(1, 7, 2), backingQueue(1, 8, 4), queue(3, "r"));
    assert.deepEqual(table.sequencesOf(deleted(1, "q")), [1, 2, 4]);
    apply(table, deleted(1, "q"));
    assert.deepEqual(recordsOf(table), [queue(3, "r")]);
    assert.deepEqual(table.sequencesOf(deleted(1, "q")), [1]);
  });

  it("go with a queue whose own record is lost", () => {
    const table = tableOf(backingQueue(1, 7, 2), deleted(1, "q"));
    assert.deepEqual(recordsOf(table), []);
  });

  it("can be removed alone, and are not removed again with their queue", () => {
    const removed: TopologyRecord = { type: "sequence.removed", sequenceId: 2 };
    const table = tableOf(queue(1, "q"), backingQueue(1, 7, 2));
    assert.deepEqual(table.sequencesOf(removed), [2]);
    apply(table, removed);
    assert.deepEqual(table.sequencesOf(deleted(1, "q")), [1]);
  });
});

describe("the sequences of durable exchanges", () => {
  it("are kept behind the exchanges and queues, and before what may be bound to them", () => {
    const table = tableOf(binding("x", "q"), exchange("x"), sequence("x", 2), sequence("x", 3, "seen"), queue(1, "q"));
    assert.deepEqual(recordsOf(table), [
      exchange("x"),
      queue(1, "q"),
      sequence("x", 2),
      sequence("x", 3, "seen"),
      binding("x", "q"),
    ]);
  });

  it("stay when the exchange's record is carried out again, and go when they are removed", () => {
    const table = tableOf(exchange("x"), sequence("x", 2), exchange("x"), sequence("x", 2));
    assert.deepEqual(recordsOf(table), [exchange("x"), sequence("x", 2)]);
    apply(table, { type: "sequence.removed", sequenceId: 2 });
    assert.deepEqual(recordsOf(table), [exchange("x")]);
  });
});

describe("records of format 2", () => {
  const record2 = (number: number, write: (writer: ByteWriter) => void): Uint8Array => {
    const writer = new ByteWriter();
    writer.longlong(0n);
    write(writer);
    const bytes = writer.written();
    setRecordHead(viewOf(bytes), 0, bytes.length, number);
    return bytes;
  };

  it("add a virtual host without metadata", () => {
    const record = decodeTopology(record2(16, (writer) => writer.longstr("host")), 0, 16);
    assert.deepEqual(record, { type: "vhost.put", vhost: "host", ...NO_METADATA });
  });

  it("delete a queue by its id alone", () => {
    const bytes = record2(20, (writer) => writer.long(1));
    const table = tableOf(queue(1, "q"), backingQueue(1, 7, 2), queue(3, "r"));
    table.apply(decodeTopology(bytes, 0, 20)!, bytes);
    assert.deepEqual(recordsOf(table), [queue(3, "r")]);
  });
});
