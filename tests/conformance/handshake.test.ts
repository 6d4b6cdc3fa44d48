import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { fieldTable, plainTable, writeFieldTable } from "../../src/wire/field_table.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  CLIENT_PROPERTIES,
  concat,
  HEADER_0_9_1,
  methodFrame,
  plainResponse,
  protocolHeader,
  RawClient,
  uniqueName,
} from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Opens a client that has logged in and received `connection.tune`. */
async function loggedIn(): Promise<RawClient> {
  const client = await RawClient.connect(broker);
  await client.logIn();
  await client.receive(0, "connection.tune");
  return client;
}

describe("the protocol header", () => {
  it("of 0-9-1 is answered with connection.start of version 0-9", async () => {
    await using client = await RawClient.connect(broker);
    client.write(HEADER_0_9_1);
    const start = await client.receive(0, "connection.start");
    assert.deepEqual([start.versionMajor, start.versionMinor], [0, 9]);
    const mechanisms = new TextDecoder().decode(start.mechanisms).split(" ");
    assert.ok(mechanisms.includes("PLAIN") && mechanisms.includes("AMQPLAIN"), mechanisms.join());
    assert.equal(new TextDecoder().decode(start.locales), "en_US");
  });

  it("is answered with the server properties and capabilities that clients use", async () => {
    await using client = await RawClient.connect(broker);
    client.write(HEADER_0_9_1);
    const { serverProperties } = await client.receive(0, "connection.start");
    const properties = plainTable(serverProperties);
    assert.equal(properties.product, "RabbitMQ");
    assert.match(String(properties.version), /^\d+\.\d+\.\d+$/);
    for (const name of ["cluster_name", "copyright", "information", "platform"]) {
      assert.equal(serverProperties.get(name)?.type, "S", name);
    }
    assert.deepEqual({ ...properties.capabilities as object }, {
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      "basic.nack": true,
      consumer_cancel_notify: true,
      "connection.blocked": true,
      consumer_priorities: true,
      authentication_failure_close: true,
      per_consumer_qos: true,
      direct_reply_to: true,
    });
  });

  it("of 0-9 is treated as 0-9-1", async () => {
    await using client = await RawClient.open(broker, { header: protocolHeader(1, 1, 0, 9) });
    await client.request(1, "confirm.select");
  });

  it("may come one byte at a time", async () => {
    await using client = await RawClient.connect(broker);
    for (const octet of HEADER_0_9_1) await client.flush(Uint8Array.of(octet));
    await client.receive(0, "connection.start");
  });

  const refused: Readonly<Record<string, Uint8Array>> = {
    "AMQP 0-9-2": protocolHeader(0, 0, 9, 2),
    "AMQP 0-10": protocolHeader(1, 1, 0, 10),
    "AMQP 0-9-0 in the form of 0-9-1": protocolHeader(0, 0, 9, 0),
    "AMQP 1.0 without SASL": protocolHeader(0, 1, 0, 0),
    "AMQP 1.0 with TLS": protocolHeader(2, 1, 0, 0),
    "a version that there never was": protocolHeader(255, 255, 255, 255),
    "an HTTP request": ascii("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "a TLS client hello": concat(Uint8Array.of(0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3), new Uint8Array(194)),
    "lower case": ascii("amqp\0\0\x09\x01"),
    "zeroes": new Uint8Array(64),
    "random bytes": crypto.getRandomValues(new Uint8Array(1000)).fill(7, 0, 1),
  };
  for (const [name, bytes] of Object.entries(refused)) {
    it(`of ${name} is refused with that of 0-9-1, and the connection closed`, async () => {
      await using client = await RawClient.connect(broker);
      client.write(bytes);
      assert.deepEqual(await client.receiveProtocolHeader(), HEADER_0_9_1);
      await client.waitForEnd();
    });
  }

  for (const length of [0, 1, 7]) {
    it(`cut off after ${length} bytes costs nothing but its connection`, async () => {
      await using client = await RawClient.connect(broker);
      await client.flush(HEADER_0_9_1.slice(0, length));
      client.finish();
      await client.waitForEnd();
      await using _another = await RawClient.open(broker);
    });
  }
});

describe("authentication", () => {
  it("takes PLAIN", async () => {
    await using client = await RawClient.connect(broker);
    await client.logIn();
    await client.receive(0, "connection.tune");
  });

  it("takes AMQPLAIN, whose response is the fields of a table", async () => {
    await using client = await RawClient.connect(broker);
    client.write(HEADER_0_9_1);
    await client.receive(0, "connection.start");
    const writer = new ByteWriter();
    writeFieldTable(writer, fieldTable({ LOGIN: "guest", PASSWORD: "guest" }));
    client.send(0, "connection.start-ok", {
      clientProperties: CLIENT_PROPERTIES,
      mechanism: "AMQPLAIN",
      response: writer.written().slice(4),
      locale: "en_US",
    });
    await client.receive(0, "connection.tune");
  });

  for (const [what, user, password] of [["password", "guest", "wrong"], ["user", "nobody", "guest"]] as const) {
    it(`with a wrong ${what} is refused with 403 when the client has the capability`, async () => {
      await using client = await RawClient.connect(broker);
      await client.logIn({ user, password });
      assert.deepEqual(await client.receiveClose(0), [
        403,
        "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.",
        0,
        0,
      ]);
      client.send(0, "connection.close-ok");
      await client.waitForEnd();
    });
  }

  it("with a wrong AMQPLAIN password is refused with 403 that names the mechanism", async () => {
    await using client = await RawClient.connect(broker);
    client.write(HEADER_0_9_1);
    await client.receive(0, "connection.start");
    const writer = new ByteWriter();
    writeFieldTable(writer, fieldTable({ LOGIN: "guest", PASSWORD: "wrong" }));
    client.send(0, "connection.start-ok", {
      clientProperties: CLIENT_PROPERTIES,
      mechanism: "AMQPLAIN",
      response: writer.written().slice(4),
    });
    const [code, text] = await client.receiveClose(0);
    assert.equal(code, 403);
    assert.match(text, /authentication mechanism AMQPLAIN\./);
  });

  it("that fails ends the connection without a close when the client did not announce authentication_failure_close", async () => {
    await using client = await RawClient.connect(broker);
    await client.logIn({ password: "wrong", clientProperties: fieldTable({ product: "old" }) });
    assert.equal(await client.receiveCloseOrEnd(), "end");
  });
});

describe("tuning", () => {
  it("offers 2047 channels, frames of 128 KiB and a heartbeat every 60 s", async () => {
    await using client = await RawClient.connect(broker);
    await client.logIn();
    const { channelMax, frameMax, heartbeat } = await client.receive(0, "connection.tune");
    assert.deepEqual({ channelMax, frameMax, heartbeat }, { channelMax: 2047, frameMax: 131072, heartbeat: 60 });
  });

  for (const frameMax of [4096, 8192, 131072]) {
    it(`lets the client choose frames of ${frameMax} bytes`, async () => {
      await using client = await RawClient.open(broker, { frameMax });
      await client.request(1, "confirm.select");
    });
  }

  it("refuses limits that are too low or higher than the server's", async () => {
    const tuneOks = [
      [{ frameMax: 4095, channelMax: 10 }, "frame_max = 4095 is lower than the minimum allowed value (4096)"],
      [{ frameMax: 1, channelMax: 10 }, "frame_max = 1 is lower than the minimum allowed value (4096)"],
      [{ frameMax: 131073, channelMax: 10 }, "frame_max = 131073 is higher than the maximum allowed value (131072)"],
      [{ frameMax: 0, channelMax: 10 }, "frame_max = 0 (no limit) is higher than the maximum allowed value (131072)"],
      [{ frameMax: 4096, channelMax: 2048 }, "channel_max = 2048 is higher than the maximum allowed value (2047)"],
      [
        { frameMax: 4096, channelMax: 0 },
        "channel_max = 0 (no limit) is higher than the maximum allowed value (2047)",
      ],
    ] as const;
    await Promise.all(tuneOks.map(async ([tuneOk, explanation]) => {
      await using client = await loggedIn();
      client.send(0, "connection.tune-ok", tuneOk);
      const answer = await client.receiveCloseOrEnd();
      // RabbitMQ 3 closes the connection silently after 3 s; RabbitMQ 4 gives the reason.
      if (broker.product === "rabbitmq" && answer === "end") return;
      assert.deepEqual(answer, [530, `NOT_ALLOWED - negotiated ${explanation}`, 10, 30]);
      client.send(0, "connection.close-ok");
      await client.waitForEnd();
    }));
  });
});

describe("connection.open", () => {
  it("of an unknown virtual host is refused with 530", async () => {
    await using client = await loggedIn();
    const virtualHost = uniqueName("vhost");
    client.send(0, "connection.tune-ok", { channelMax: 10, frameMax: 4096 });
    client.send(0, "connection.open", { virtualHost });
    assert.deepEqual(await client.receiveClose(0), [530, `NOT_ALLOWED - vhost ${virtualHost} not found`, 10, 40]);
    client.send(0, "connection.close-ok");
    await client.waitForEnd();
  });

  it("may be sent with everything before it in one write, and with what comes after", async () => {
    await using client = await RawClient.connect(broker);
    client.write(
      HEADER_0_9_1,
      methodFrame(0, "connection.start-ok", { mechanism: "PLAIN", response: plainResponse("guest", "guest") }),
      methodFrame(0, "connection.tune-ok", { channelMax: 10, frameMax: 4096 }),
      methodFrame(0, "connection.open", { virtualHost: "/" }),
      methodFrame(1, "channel.open"),
      methodFrame(1, "queue.declare", { exclusive: true }),
    );
    for (const name of ["connection.start", "connection.tune", "connection.open-ok"] as const) {
      await client.receive(0, name);
    }
    await client.receive(1, "channel.open-ok");
    await client.receive(1, "queue.declare-ok");
  });
});

describe("a mistake during the handshake", () => {
  // RabbitMQ does not trust such a peer: it closes the connection silently after 3 s, except where noted.
  const tune = methodFrame(0, "connection.tune-ok", { channelMax: 10, frameMax: 4096 });
  const startOk = (mechanism: string, response: Uint8Array): Uint8Array =>
    methodFrame(0, "connection.start-ok", { clientProperties: CLIENT_PROPERTIES, mechanism, response });
  const login = startOk("PLAIN", plainResponse("guest", "guest"));
  const mistakes: Readonly<Record<string, readonly [replyCode: number, bytes: Uint8Array]>> = {
    "an unknown mechanism": [503, startOk("SCRAM-ROT13", new Uint8Array(0))],
    "a PLAIN response without its NULs": [502, startOk("PLAIN", ascii("guest"))],
    "a PLAIN response with an authorization identity": [502, startOk("PLAIN", ascii("someone\0guest\0guest"))],
    "an AMQPLAIN response that is no table": [502, startOk("AMQPLAIN", ascii("\xffguest"))],
    "an AMQPLAIN response without a password": [502, startOk("AMQPLAIN", new Uint8Array(0))],
    "connection.open before start-ok": [504, methodFrame(0, "connection.open", { virtualHost: "/" })],
    "tune-ok before start-ok": [504, tune],
    "start-ok twice": [504, concat(login, login)],
    "connection.open before tune-ok": [504, concat(login, methodFrame(0, "connection.open", { virtualHost: "/" }))],
    "channel.open before start-ok": [505, methodFrame(1, "channel.open")],
    "channel.open before tune-ok": [505, concat(login, methodFrame(1, "channel.open"))],
    // Here RabbitMQ gives the reason.
    "channel.open before connection.open": [505, concat(login, tune, methodFrame(1, "channel.open"))],
    "a channel's method on channel 0": [504, concat(login, tune, methodFrame(0, "queue.declare"))],
  };

  it("ends the connection, silently or with the reason", async () => {
    await Promise.all(
      Object.entries(mistakes).map(async ([name, [code, bytes]]) => {
        await using client = await RawClient.connect(broker);
        client.write(HEADER_0_9_1);
        await client.receive(0, "connection.start");
        client.write(bytes);
        let answer = await client.receiveCloseOrEnd("connection.tune").catch((cause) => {
          throw new Error(`${name} did not end the connection`, { cause });
        });
        if (answer === "end") return;
        assert.equal(answer[0], code, `${name}: ${answer[1]}`);
        client.send(0, "connection.close-ok");
        answer = await client.receiveCloseOrEnd();
        assert.equal(answer, "end", name);
      }),
    );
    await using _another = await RawClient.open(broker);
  });
});
