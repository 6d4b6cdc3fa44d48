import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { ByteReader } from "../../../src/wire/byte_reader.ts";
import { ByteWriter } from "../../../src/wire/byte_writer.ts";
import { EMPTY_TABLE, fieldTable } from "../../../src/wire/field_table.ts";
import { type BasicProperties, PropertiesView, writeContentHeader } from "../../../src/wire/properties.ts";
import { TRACE_EXCHANGE } from "../../../src/broker/exchange/predeclared.ts";
import { Firehose } from "../../../src/broker/tracing/firehose.ts";
import type { Message } from "../../../src/broker/message/messages.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { FakeClock } from "../../fake_clock.ts";
import { consumption, TestReceiver } from "../queue/host.ts";

const PEER = { connection: "there -> here", channel: 3, user: "guest" };

/** Makes a virtual host whose traces a receiver gets. */
function newFirehose() {
  const node = new Node({ clock: new FakeClock(), memoryHighWatermarkBytes: Infinity });
  const vhost = node.addVirtualHost("/");
  const traces = { name: "traces", durable: false, autoDelete: false, owner: null, arguments: EMPTY_TABLE };
  const queue = vhost.declareQueue(traces);
  vhost.bind(new Binding(vhost.exchange(TRACE_EXCHANGE), queue, "#", EMPTY_TABLE));
  const receiver = new TestReceiver();
  queue.consume(receiver, consumption());
  return { node, firehose: new Firehose(node, vhost), receiver };
}

function createMessage({ messages }: Node, exchange: string, properties: BasicProperties = {}): Message {
  const address = new ByteWriter();
  address.shortstr(exchange);
  address.shortstr("key");
  const header = new ByteWriter();
  writeContentHeader(header, 0, properties);
  return messages.create(cachedViewOf(address.written()), header.written(), 0, header.length, 0);
}

function traceIn({ messages }: Node, { message }: { readonly message: Message }) {
  const address = new ByteReader(messages.address(message));
  return {
    exchange: address.shortstr(),
    routingKey: address.shortstr(),
    headers: new PropertiesView(messages.header(message)).headers!,
  };
}

describe("the firehose", () => {
  it("converts numbers to signed integers of 32 bits, as RabbitMQ does", () => {
    const { node, firehose, receiver } = newFirehose();
    const message = createMessage(node, "amq.topic", { timestamp: 0xffff_fffen, priority: 255 });
    firehose.published(node.messages.locate(message), ["key"], [], PEER);
    node.endTurn();
    const properties = traceIn(node, receiver.delivered[0]).headers.get("properties");
    assert.deepEqual(properties, {
      type: "F",
      value: new Map([["timestamp", { type: "I", value: -2 }], ["priority", { type: "I", value: 255 }]]),
    });
  });

  it("shortens a name that does not fit into its routing key, never within a character", () => {
    const { node, firehose, receiver } = newFirehose();
    const message = createMessage(node, "");
    firehose.delivered(node.messages.locate(message), { queue: "ä".repeat(127), isRedelivered: false }, PEER);
    node.endTurn();
    const { exchange, routingKey } = traceIn(node, receiver.delivered[0]);
    assert.deepEqual([exchange, routingKey], [TRACE_EXCHANGE, `deliver.${"ä".repeat(123)}`]);
  });

  it("leaves out invalid keys in a CC header", () => {
    const { node, firehose, receiver } = newFirehose();
    const message = createMessage(node, "", { headers: fieldTable({ CC: "key" }) });
    firehose.delivered(node.messages.locate(message), { queue: "queue", isRedelivered: false }, PEER);
    node.endTurn();
    const keys = traceIn(node, receiver.delivered[0]).headers.get("routing_keys");
    assert.deepEqual(keys, { type: "A", value: [{ type: "S", value: "key" }] });
  });

  it("keeps nothing when its exchange has no bindings", () => {
    const node = new Node({ clock: new FakeClock(), memoryHighWatermarkBytes: Infinity });
    const vhost = node.addVirtualHost("/");
    const message = createMessage(node, "amq.topic");
    new Firehose(node, vhost).published(node.messages.locate(message), ["key"], [], PEER);
    assert.equal(node.messages.count, 1);
  });
});
