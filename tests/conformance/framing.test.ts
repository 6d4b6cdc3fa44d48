import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { FRAME_HEADER, FRAME_HEARTBEAT, FRAME_METHOD, HEARTBEAT_FRAME } from "../../src/amqp091/frame.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  bodyFrame,
  type CloseReason,
  concat,
  frame,
  headerFrame,
  methodFrame,
  publishFrames,
  RawClient,
  uniqueName,
} from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

const publish = methodFrame(1, "basic.publish", { routingKey: "nowhere" });
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(120);

/** Makes a method frame with fields that no codec would write. */
function rawMethod(channel: number, classId: number, methodId: number, fields: Uint8Array = bytes(0)): Uint8Array {
  return frame(FRAME_METHOD, channel, concat(Uint8Array.of(0, classId, 0, methodId), fields));
}

/** Makes a content header's payload, field by field. */
function rawHeader(classId: number, weight: number, bodyBytes: bigint, rest = Uint8Array.of(0, 0)): Uint8Array {
  const head = new Uint8Array(12);
  const view = new DataView(head.buffer);
  view.setUint16(0, classId);
  view.setUint16(2, weight);
  view.setBigUint64(4, bodyBytes);
  return frame(FRAME_HEADER, 1, concat(head, rest));
}

describe("frames", () => {
  it("may be cut into chunks at any byte", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    const session = (text: string): Uint8Array =>
      concat(
        methodFrame(1, "basic.publish", { routingKey: queue }),
        headerFrame(1, 2 * text.length, { contentType: "text/plain", messageId: text }),
        bodyFrame(1, new TextEncoder().encode(text)),
        bodyFrame(1, new TextEncoder().encode(text)),
        HEARTBEAT_FRAME,
        methodFrame(1, "basic.get", { queue, noAck: true }),
      );
    const { length } = session("cut at 000");
    for (let cut = 1; cut < length; cut++) {
      const text = `cut at ${String(cut).padStart(3, "0")}`;
      await client.flush(session(text).slice(0, cut));
      await pause(1); // There is no event when the server has read this.
      client.write(session(text).slice(cut));
      const { text: body, properties } = await client.receiveContent(1, "basic.get-ok");
      assert.equal(body, text + text);
      assert.deepEqual(properties, { contentType: "text/plain", messageId: text });
    }
  });

  it("may come one byte at a time", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    const session = concat(
      publishFrames(1, { routingKey: queue, body: "slowly" }),
      methodFrame(1, "basic.get", { queue, noAck: true }),
    );
    for (const octet of session) await client.flush(Uint8Array.of(octet));
    assert.equal((await client.receiveContent(1, "basic.get-ok")).text, "slowly");
  });

  it("may come by the thousand in one write, and are handled in order", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    const many = Array.from({ length: 1_000 }, (_, n) => publishFrames(1, { routingKey: queue, body: `${n}` }));
    client.write(...many, methodFrame(1, "basic.consume", { queue, noAck: true }));
    await client.receive(1, "basic.consume-ok");
    for (let n = 0; n < many.length; n++) {
      assert.equal((await client.receiveContent(1, "basic.deliver")).text, `${n}`);
    }
  });

  it("of two channels may alternate, in the middle of a content too", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.write(
      methodFrame(1, "basic.publish", { routingKey: queue }),
      methodFrame(2, "basic.publish", { routingKey: queue }),
      headerFrame(2, 2),
      headerFrame(1, 2),
      bodyFrame(1, bytes(1)),
      HEARTBEAT_FRAME,
      bodyFrame(2, Uint8Array.of(65)),
      bodyFrame(2, Uint8Array.of(66)),
      bodyFrame(1, bytes(1)),
    );
    await client.request(1, "channel.flow", { active: true });
    await client.request(2, "channel.flow", { active: true });
    client.send(1, "basic.consume", { queue, noAck: true });
    await client.receive(1, "basic.consume-ok");
    const texts = [await client.receiveContent(1, "basic.deliver"), await client.receiveContent(1, "basic.deliver")]
      .map(({ text }) => text);
    assert.deepEqual(texts.sort(), ["AB", "xx"]);
  });

  it("of a body may be as small as they like, even empty", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.write(
      methodFrame(1, "basic.publish", { routingKey: queue }),
      headerFrame(1, 3),
      bodyFrame(1, bytes(0)),
      ...Array.from({ length: 3 }, () => concat(bodyFrame(1, bytes(1)), HEARTBEAT_FRAME)),
      methodFrame(1, "basic.get", { queue, noAck: true }),
    );
    assert.equal((await client.receiveContent(1, "basic.get-ok")).text, "xxx");
  });

  it("of an empty body may be missing", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.publish(1, { routingKey: queue, properties: { type: "empty" } });
    client.send(1, "basic.get", { queue, noAck: true });
    const { bodyFrameBytes, properties } = await client.receiveContent(1, "basic.get-ok");
    assert.deepEqual([bodyFrameBytes, properties.type], [[], "empty"]);
  });

  for (const frameMax of [4096, 131072]) {
    it(`of a body from the server fill the ${frameMax} bytes that were agreed on`, async () => {
      await using client = await RawClient.open(broker, { frameMax });
      const { queue } = await client.request(1, "queue.declare", { exclusive: true });
      const body = crypto.getRandomValues(new Uint8Array(10_000));
      const large = concat(...Array.from({ length: 30 }, () => body));
      const room = frameMax - 8;
      client.write(methodFrame(1, "basic.publish", { routingKey: queue }), headerFrame(1, large.length));
      for (let at = 0; at < large.length; at += room) client.write(bodyFrame(1, large.slice(at, at + room)));
      client.send(1, "basic.get", { queue, noAck: true });
      const got = await client.receiveContent(1, "basic.get-ok");
      assert.deepEqual(got.body, large);
      assert.deepEqual(got.bodyFrameBytes.slice(0, -1), new Array(Math.floor(large.length / room)).fill(room));
    });
  }

  it("may be up to 8 bytes longer than agreed, a common mistake of clients", async () => {
    await using client = await RawClient.open(broker, { frameMax: 4096 });
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.publish(1, { routingKey: queue, body: bytes(4096) });
    client.send(1, "basic.get", { queue, noAck: true });
    assert.equal((await client.receiveContent(1, "basic.get-ok")).body.length, 4096);
  });

  it("of type heartbeat may come at any time", async () => {
    await using client = await RawClient.open(broker);
    client.write(...Array.from({ length: 1_000 }, () => HEARTBEAT_FRAME));
    await client.request(1, "channel.flow", { active: true });
  });
});

/** What comes before a wrong frame: a channel reads messages in another way once it has published. */
const BEFORE: Readonly<Record<string, Uint8Array[]>> = {
  "": [],
  " behind a message": [publishFrames(1, { routingKey: "nowhere", body: "first" })],
};

/** Returns the server's reason for closing after bytes on an open channel 1; another client must not notice. */
async function closeReasonOf(...parts: readonly Uint8Array[]): Promise<CloseReason | "end"> {
  await using neighbour = await RawClient.open(broker);
  await using client = await RawClient.open(broker, { frameMax: 4096 });
  client.write(...parts);
  const reason = await client.receiveCloseOrEnd();
  if (reason !== "end") {
    client.send(0, "connection.close-ok");
    await client.waitForEnd();
  }
  await neighbour.request(1, "channel.flow", { active: true });
  return reason;
}

describe("a frame in the wrong place closes the connection:", () => {
  const NOT_A_METHOD = "expected method frame, got non method frame instead";
  const NOT_A_HEADER = "expected content header for class 60, got non content header frame instead";
  const NOT_A_BODY = "expected content body, got non content body frame instead";
  const cases: Readonly<Record<string, readonly [parts: Uint8Array[], expected: CloseReason]>> = {
    "a content header without basic.publish": [[headerFrame(1, 3)], [505, NOT_A_METHOD, 0, 0]],
    "a body without basic.publish": [[bodyFrame(1, bytes(3))], [505, NOT_A_METHOD, 0, 0]],
    "a second body frame behind a complete body": [
      [publishFrames(1, { routingKey: "nowhere", body: "x" }), bodyFrame(1, bytes(1))],
      [505, NOT_A_METHOD, 0, 0],
    ],
    "an empty body frame behind an empty body": [
      [publishFrames(1, { routingKey: "nowhere" }), bodyFrame(1, bytes(0))],
      [505, NOT_A_METHOD, 0, 0],
    ],
    "a body without a content header": [[publish, bodyFrame(1, bytes(3))], [505, NOT_A_HEADER, 60, 40]],
    "a method instead of a content header": [[publish, methodFrame(1, "tx.select")], [505, NOT_A_HEADER, 60, 40]],
    "a second content header": [[publish, headerFrame(1, 3), headerFrame(1, 3)], [505, NOT_A_BODY, 60, 40]],
    "a method in the middle of a body": [
      [publish, headerFrame(1, 3), bodyFrame(1, bytes(1)), methodFrame(1, "channel.close")],
      [505, NOT_A_BODY, 60, 40],
    ],
    "a content header of another class": [
      [publish, rawHeader(10, 0, 1n)],
      [505, "expected content header for class 60, got one for class 10 instead", 60, 40],
    ],
    "a content header with a weight": [[publish, rawHeader(60, 1, 1n)], [505, NOT_A_HEADER, 60, 40]],
    "content on a channel that is not open": [[headerFrame(2, 3)], [505, NOT_A_METHOD, 0, 0]],
  };
  for (const [name, [parts, [code, explanation, classId, methodId]]] of Object.entries(cases)) {
    for (const [where, before] of Object.entries(BEFORE)) {
      it(name + where, async () => {
        const expected = [code, `UNEXPECTED_FRAME - ${explanation}`, classId, methodId];
        assert.deepEqual(await closeReasonOf(...before, ...parts), expected);
      });
    }
  }

  // RabbitMQ shows the frame in Erlang's notation, such as `type 8, all octets = <<>>`.
  const shown: Readonly<Record<string, Uint8Array>> = {
    "a heartbeat on a channel": frame(FRAME_HEARTBEAT, 1),
    "a content header on channel 0": headerFrame(0, 3),
    "a body on channel 0": bodyFrame(0, bytes(3)),
  };
  for (const [name, bytes] of Object.entries(shown)) {
    it(name, async () => {
      const [code, text, ...method] = await closeReasonOf(bytes);
      assert.equal(code, 505, String(text));
      assert.match(String(text), new RegExp(`^UNEXPECTED_FRAME - type ${bytes[0]}`));
      assert.deepEqual(method, [0, 0]);
    });
  }
});

describe("a malformed frame closes the connection with 501:", () => {
  const cases: Readonly<Record<string, readonly [parts: Uint8Array[], text: RegExp]>> = {
    "one that ends wrongly": [[frame(FRAME_METHOD, 1, Uint8Array.of(0, 90, 0, 10), 0xcd)], /^FRAME_ERROR - type 1/],
    "one that is 9 bytes too long": [
      [publish, headerFrame(1, 4097), bodyFrame(1, bytes(4097))],
      /^FRAME_ERROR - type 3/,
    ],
    "one that says it is 4 GiB long": [[Uint8Array.of(1, 0, 1, 255, 255, 255, 255)], /^FRAME_ERROR - type 1/],
    "one of type 0": [[frame(0, 1)], /^FRAME_ERROR - type 0/],
    "one of type 4": [[frame(4, 1, bytes(3))], /^FRAME_ERROR - type 4/],
    "one of type 255 on channel 0": [[frame(255, 0, bytes(300))], /^FRAME_ERROR - type 255/],
    "a heartbeat that carries something": [[frame(FRAME_HEARTBEAT, 0, bytes(1))], /^FRAME_ERROR - type 8/],
    "a method without a method id": [[frame(FRAME_METHOD, 1, bytes(3))], /^FRAME_ERROR - type 1/],
    "an empty method on channel 0": [[frame(FRAME_METHOD, 0)], /^FRAME_ERROR - type 1/],
    "a content header without its body size": [[publish, frame(FRAME_HEADER, 1, bytes(11))], /^FRAME_ERROR - type 2/],
    "a name that is not UTF-8": [
      [rawMethod(1, 50, 10, Uint8Array.of(0, 0, 2, 0xff, 0xfe, 0, 0, 0, 0, 0))],
      /^FRAME_ERROR - Malformed UTF-8 in shortstr$/,
    ],
  };
  for (const [name, [parts, text]] of Object.entries(cases)) {
    for (const [where, before] of Object.entries(BEFORE)) {
      it(name + where, async () => {
        const [code, replyText, ...failed] = await closeReasonOf(...before, ...parts);
        assert.equal(code, 501, String(replyText));
        assert.match(String(replyText), text);
        assert.deepEqual(failed, [0, 0]);
      });
    }
  }

  it("a body longer than its content header says", async () => {
    for (const before of Object.values(BEFORE)) {
      const tooLong = [publish, headerFrame(1, 3), bodyFrame(1, bytes(2)), bodyFrame(1, bytes(2))];
      const reason = await closeReasonOf(...before, ...tooLong, methodFrame(1, "channel.flow"));
      // RabbitMQ 3 waits for more of the body and fails at the method; RabbitMQ 4 counts.
      if (broker.product === "rabbitmq" && reason[0] === 505) continue;
      assert.deepEqual(reason, [501, "FRAME_ERROR - content body frame exceeds remaining content size", 60, 40]);
    }
  });

  it("a virtual host that is not UTF-8", async () => {
    await using client = await RawClient.connect(broker);
    await client.logIn();
    await client.receive(0, "connection.tune");
    client.send(0, "connection.tune-ok", { channelMax: 1, frameMax: 4096 });
    client.write(rawMethod(0, 10, 40, Uint8Array.of(1, 0xff, 0, 0)));
    assert.deepEqual(await client.receiveClose(0), [501, "FRAME_ERROR - Malformed UTF-8 in shortstr", 10, 40]);
  });

  it("after a wrong frame nothing counts", async () => {
    await using neighbour = await RawClient.open(broker);
    const { queue } = await neighbour.request(1, "queue.declare", { exclusive: true });
    await closeReasonOf(frame(4, 1), publishFrames(1, { routingKey: queue, body: "behind" }));
    assert.equal((await neighbour.request(1, "queue.declare", { queue, passive: true })).messageCount, 0);
  });
});

describe("a method that makes no sense closes the connection:", () => {
  const cases: Readonly<Record<string, readonly [parts: Uint8Array[], expected: CloseReason]>> = {
    "a channel's method on channel 0": [
      [methodFrame(0, "queue.declare")],
      [504, "CHANNEL_ERROR - unexpected method in connection state running", 50, 10],
    ],
    "channel.open on channel 0": [
      [methodFrame(0, "channel.open")],
      [504, "CHANNEL_ERROR - unexpected method in connection state running", 20, 10],
    ],
    "connection.open a second time": [
      [methodFrame(0, "connection.open", { virtualHost: "/" })],
      [504, "CHANNEL_ERROR - unexpected method in connection state running", 10, 40],
    ],
    "connection.tune-ok a second time": [
      [methodFrame(0, "connection.tune-ok", { channelMax: 1, frameMax: 4096 })],
      [504, "CHANNEL_ERROR - unexpected method in connection state running", 10, 31],
    ],
    "a connection's method on a channel": [
      [methodFrame(1, "connection.close")],
      [503, "COMMAND_INVALID - unimplemented method", 10, 50],
    ],
    "a method that only servers send": [
      [methodFrame(1, "queue.declare-ok")],
      [503, "COMMAND_INVALID - unimplemented method", 50, 11],
    ],
    "a confirm from a client that knows no delivery tags": [
      [methodFrame(1, "confirm.select-ok")],
      [503, "COMMAND_INVALID - unimplemented method", 85, 11],
    ],
    "channel.close-ok that nobody waits for": [
      [methodFrame(1, "channel.close-ok")],
      [503, "COMMAND_INVALID - unimplemented method", 20, 41],
    ],
  };
  for (const [name, [parts, expected]] of Object.entries(cases)) {
    it(name, async () => {
      assert.deepEqual(await closeReasonOf(...parts), expected);
    });
  }

  for (const [classId, methodId] of [[60, 13], [61, 10], [255, 255]]) {
    it(`class ${classId} method ${methodId}, which is unknown`, async () => {
      const reason = await closeReasonOf(rawMethod(1, classId, methodId, bytes(4)));
      // RabbitMQ drops the connection without a close.
      if (broker.product === "rabbitmq" && reason === "end") return;
      assert.equal(reason[0], 503);
      assert.deepEqual(reason.slice(2), [classId, methodId]);
    });
  }

  it("class 10 method 99 on channel 0, which is unknown", async () => {
    const reason = await closeReasonOf(rawMethod(0, 10, 99));
    if (broker.product === "rabbitmq" && reason === "end") return;
    assert.equal(reason[0], 503);
  });

  it("a method that only servers send, with content", async () => {
    const deliver = methodFrame(1, "basic.deliver", { consumerTag: "c", deliveryTag: 1n, exchange: uniqueName("e") });
    const reason = await closeReasonOf(deliver, headerFrame(1, 1), bodyFrame(1, bytes(1)));
    assert.deepEqual(reason, [503, "COMMAND_INVALID - unimplemented method", 60, 60]);
  });
});
