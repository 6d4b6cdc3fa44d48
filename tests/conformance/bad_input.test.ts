import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import { fieldTable } from "../../src/wire/field_table.ts";
import { FRAME_HEADER, FRAME_METHOD } from "../../src/amqp091/frame.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  CLIENT_PROPERTIES,
  type CloseReason,
  concat,
  frame,
  HEADER_0_9_1,
  headerFrame,
  methodFrame,
  plainResponse,
  publishFrames,
  RawClient,
} from "../raw_client.ts";
import { Neighbour } from "./neighbour.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Makes `queue.declare` of an exclusive, server-named queue, with any bytes as its arguments. */
const declareWith = (table: Uint8Array): Uint8Array =>
  frame(FRAME_METHOD, 1, concat(octets(0, 50, 0, 10, 0, 0, 0, 4), table));

/** Makes `basic.publish` with any bytes as its property flags and properties. */
const publishWith = (properties: Uint8Array): Uint8Array =>
  concat(
    methodFrame(1, "basic.publish", { routingKey: "nowhere" }),
    frame(FRAME_HEADER, 1, concat(octets(0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), properties)),
  );

/** Makes `depth` tables, each nested in the one before. */
function nestedTable(depth: number): Uint8Array {
  const inner = 7; // A name of one letter, the type letter and a length.
  const bytes = new Uint8Array(4 + (depth - 1) * inner);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length - 4);
  for (let at = 4; at < bytes.length; at += inner) {
    bytes.set([1, 107, 0x46], at);
    view.setUint32(at + 3, bytes.length - at - inner);
  }
  return bytes;
}

/** Returns the server's reason for closing after bytes on an open channel 1; another client must not notice. */
async function reasonFor(bytes: Uint8Array): Promise<CloseReason | "end"> {
  await using neighbour = await RawClient.open(broker);
  await using client = await RawClient.open(broker);
  client.write(bytes);
  const reason = await client.receiveCloseOrEnd();
  await neighbour.request(1, "channel.flow", { active: true });
  return reason;
}

async function assertAccepted(bytes: Uint8Array): Promise<void> {
  await using client = await RawClient.open(broker);
  client.write(bytes);
  await client.receive(1, "queue.declare-ok");
}

describe("a method whose fields are cut short closes the connection:", () => {
  const cases: Readonly<Record<string, Uint8Array>> = {
    "a table longer than the frame": declareWith(octets(0, 0, 0, 9, 1, 107, 0x49, 0, 0)),
    "a table without its length": declareWith(octets(0, 0)),
    "no table at all": declareWith(octets()),
    "a name longer than the frame": frame(FRAME_METHOD, 1, octets(0, 50, 0, 10, 0, 0, 200, 65, 66)),
    "no fields": frame(FRAME_METHOD, 1, octets(0, 50, 0, 10)),
    "a delivery tag of 7 bytes": frame(FRAME_METHOD, 1, octets(0, 60, 0, 80, 1, 2, 3, 4, 5, 6, 7)),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    it(name, async () => {
      const reason = await reasonFor(bytes);
      assert.notEqual(typeof reason, "string");
      const [code, text, classId, methodId] = reason as CloseReason;
      // RabbitMQ shows the bytes that it can't decode in Erlang's notation; AMQP would have SYNTAX_ERROR.
      if (broker.product === "rabbitmq") assert.match(text, /^FRAME_ERROR - cannot decode <</);
      assert.ok(code === 501 || code === 502, text);
      assert.deepEqual([classId, methodId], [bytes[8], bytes[10]]);
    });
  }
});

describe("a text that is not UTF-8", () => {
  const method = (classId: number, methodId: number, ...fields: number[]): Uint8Array =>
    frame(FRAME_METHOD, 1, octets(0, classId, 0, methodId, ...fields));
  const cases: Readonly<Record<string, Uint8Array>> = {
    "a queue": method(50, 10, 0, 0, 1, 0xff, 0, 0, 0, 0, 0),
    "an exchange": method(40, 10, 0, 0, 1, 0xff, 0, 0, 0, 0, 0, 0),
    "an exchange type": method(40, 10, 0, 0, 1, 65, 1, 0xc3, 0, 0, 0, 0, 0),
    "a binding's routing key": method(50, 20, 0, 0, 1, 65, 1, 65, 2, 0xc0, 0x80, 0, 0, 0, 0, 0),
    "a consumer tag": method(60, 20, 0, 0, 0, 1, 0xff, 0, 0, 0, 0, 0),
    "the consumer tag of basic.cancel": method(60, 30, 1, 0xff, 0),
    "the text of channel.close": method(20, 40, 0, 200, 1, 0xff, 0, 0, 0, 0),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    it(`names ${name}: the connection is closed`, async () => {
      const [code, text] = await reasonFor(bytes);
      assert.deepEqual([code, text], [501, "FRAME_ERROR - Malformed UTF-8 in shortstr"]);
    });
  }

  it("is a message's routing key, which RabbitMQ treats as bytes and delivers", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    await client.request(1, "queue.bind", { queue, exchange: "amq.fanout" });
    client.write(
      method(60, 40, 0, 0, 10, ...new TextEncoder().encode("amq.fanout"), 2, 0xff, 0xfe, 0),
      headerFrame(1, 0, { type: "binary key" }),
    );
    assert.equal((await client.request(1, "queue.purge", { queue })).messageCount, 1);
  });
});

describe("a table that is malformed closes the connection:", () => {
  const cases: Readonly<Record<string, Uint8Array>> = {
    "a field that ends behind the table's end": octets(0, 0, 0, 5, 1, 107, 0x49, 0, 0),
    "a field without a value": octets(0, 0, 0, 2, 1, 107),
    "an unknown type letter": octets(0, 0, 0, 3, 1, 107, 0x7a),
    "an inner table longer than the outer": octets(0, 0, 0, 7, 1, 107, 0x46, 0, 0, 0, 9),
    "an array that ends inside a value": octets(0, 0, 0, 9, 1, 107, 0x41, 0, 0, 0, 2, 0x49, 0),
  };
  for (const [name, table] of Object.entries(cases)) {
    it(name, async () => {
      const reason = await reasonFor(declareWith(table));
      // RabbitMQ drops the connection without a close.
      if (broker.product === "rabbitmq" && reason === "end") return;
      assert.deepEqual([reason[0], ...reason.slice(2)], [502, 50, 10], String(reason));
    });
  }
});

describe("nested tables", () => {
  it("may be 64 deep", async () => {
    await assertAccepted(declareWith(nestedTable(64)));
  });

  for (const depth of [65, 1_000, 15_000]) {
    it(`may not be ${depth} deep`, async () => {
      // RabbitMQ has no such limit.
      if (broker.product === "rabbitmq") return await assertAccepted(declareWith(nestedTable(depth)));
      const reason = await reasonFor(declareWith(nestedTable(depth)));
      assert.deepEqual([reason[0], ...reason.slice(2)], [502, 50, 10], String(reason));
    });
  }

  it("may not be a thousand deep in client properties either", async () => {
    await using client = await RawClient.connect(broker);
    client.write(HEADER_0_9_1);
    await client.receive(0, "connection.start");
    const login = methodFrame(0, "connection.start-ok", {
      mechanism: "PLAIN",
      response: plainResponse("guest", "guest"),
    });
    client.write(frame(FRAME_METHOD, 0, concat(login.slice(7, 11), nestedTable(500), login.slice(15, -1))));
    if (broker.product === "rabbitmq") await client.receive(0, "connection.tune");
    else {
      const reason = await client.receiveCloseOrEnd();
      assert.ok(reason === "end" || reason[0] === 502, String(reason));
    }
  });
});

describe("content properties that are malformed close the connection:", () => {
  const cases: Readonly<Record<string, Uint8Array>> = {
    "no flags": octets(),
    "half of the flags": octets(0x80),
    "a text cut short": octets(0x80, 0, 5, 65),
    "a text that is not there": octets(0x80, 0),
    "headers cut short": octets(0x20, 0, 0, 0, 0, 9, 1, 107, 0x74, 1),
    "headers with an unknown type letter": octets(0x20, 0, 0, 0, 0, 3, 1, 107, 0x7a),
    "a timestamp of 7 bytes": octets(0, 0x40, 1, 2, 3, 4, 5, 6, 7),
    "bytes behind the last property": octets(0, 0, 1, 2),
  };
  for (const [name, properties] of Object.entries(cases)) {
    it(name, async () => {
      const reason = await reasonFor(publishWith(properties));
      // In RabbitMQ the channel crashes and the connection reports `INTERNAL_ERROR`; AMQP would have SYNTAX_ERROR.
      if (broker.product === "rabbitmq") assert.deepEqual(reason, [541, "INTERNAL_ERROR", 0, 0]);
      else assert.ok([501, 502, 541].includes(Number(reason[0])), String(reason));
    });
  }
});

describe("whatever a client sends,", () => {
  const queue = "fuzz-nowhere";
  const session = concat(
    methodFrame(1, "queue.declare", { exclusive: true, arguments: fieldTable({ "x-max-length": 5, list: [1, "a"] }) }),
    methodFrame(1, "queue.bind", { exchange: "amq.topic", routingKey: "#" }),
    methodFrame(1, "basic.qos", { prefetchCount: 3 }),
    methodFrame(1, "basic.consume", { consumerTag: "c", arguments: fieldTable({ "x-priority": 1 }) }),
    publishFrames(1, { exchange: "amq.topic", routingKey: "a.b", body: "content", properties: { appId: "fuzz" } }),
    publishFrames(1, { routingKey: queue, mandatory: true, body: "content" }),
    methodFrame(1, "basic.ack", { multiple: true }),
    methodFrame(1, "basic.recover", { requeue: true }),
    methodFrame(1, "channel.close", { replyCode: 200, replyText: "bye" }),
    methodFrame(1, "channel.open"),
    methodFrame(1, "tx.select"),
    publishFrames(1, { routingKey: queue, body: "content" }),
    methodFrame(1, "tx.commit"),
  );
  const handshake = concat(
    HEADER_0_9_1,
    methodFrame(0, "connection.start-ok", {
      clientProperties: CLIENT_PROPERTIES,
      mechanism: "PLAIN",
      response: plainResponse("guest", "guest"),
    }),
    methodFrame(0, "connection.tune-ok", { channelMax: 10, frameMax: 4096 }),
    methodFrame(0, "connection.open", { virtualHost: "/" }),
    methodFrame(1, "channel.open"),
  );

  /** Sends bytes, gives the server time to read them, and leaves. */
  async function sendAndGo(bytes: Uint8Array): Promise<void> {
    await using client = await RawClient.connect(broker);
    await client.flush(bytes);
    client.finish();
    await using another = await RawClient.open(broker);
    await another.request(1, "channel.flow", { active: true });
  }

  /** Damages of a byte: it is changed, left out, or another one is inserted in front. */
  const damage = fc.tuple(fc.nat(), fc.constantFrom("change", "omit", "insert", "cut"), fc.nat(255));
  function damaged(bytes: Uint8Array, damages: readonly [number, string, number][]): Uint8Array {
    return damages.reduce((result, [where, how, value]) => {
      const at = where % (result.length || 1);
      const middle = { change: octets(value), omit: octets(), insert: octets(value, ...result.slice(at, at + 1)) }[how];
      return middle === undefined ? result.slice(0, at) : concat(result.slice(0, at), middle, result.slice(at + 1));
    }, bytes);
  }

  it("others don't notice a session with damaged bytes", async () => {
    const neighbour = await Neighbour.start(broker);
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 5 }), async (damages) => {
        await sendAndGo(concat(handshake, damaged(session, damages)));
      }),
      { numRuns: 150, endOnFailure: true },
    );
    assert.ok(await neighbour.stop() > 0);
  });

  it("others don't notice a damaged handshake", async () => {
    const neighbour = await Neighbour.start(broker);
    await fc.assert(
      fc.asyncProperty(damage, async (damage) => {
        await sendAndGo(concat(damaged(handshake, [damage]), session));
      }),
      { numRuns: 100, endOnFailure: true },
    );
    assert.ok(await neighbour.stop() > 0);
  });

  it("others don't notice random bytes, nor random frames", async () => {
    const neighbour = await Neighbour.start(broker);
    const randomFrame = fc
      .tuple(fc.constantFrom(1, 1, 1, 2, 3, 8, 0), fc.constantFrom(0, 1, 1, 2), fc.uint8Array({ maxLength: 60 }))
      .map(([type, channel, payload]) => frame(type, channel, payload));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 500 }), fc.array(randomFrame).map((frames) => concat(...frames))),
        fc.constantFrom(new Uint8Array(0), HEADER_0_9_1, handshake),
        async (bytes, before) => {
          await sendAndGo(concat(before, bytes));
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
    assert.ok(await neighbour.stop() > 0);
  });
});
