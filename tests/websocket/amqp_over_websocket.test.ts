import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { AMQPWebSocketClient } from "@cloudamqp/amqp-client/amqp-websocket-client";
import type { Connection } from "../../mod.ts";
import { OP_CLOSE, OP_TEXT } from "../../src/websocket/frame.ts";
import { pathOf, pem } from "../certificates/certificates.ts";
import { concat, HEADER_0_9_1, methodFrame, plainResponse } from "../frames.ts";
import { RawWebSocket } from "./raw_websocket.ts";
import { MANAGEMENT, startWebBroker, type WebBroker } from "./web_broker.ts";

/** Everything from the header to an open channel 1. */
const LOGIN = concat(
  HEADER_0_9_1,
  methodFrame(0, "connection.start-ok", {
    mechanism: "PLAIN",
    response: plainResponse("guest", "guest"),
    locale: "en_US",
  }),
  methodFrame(0, "connection.tune-ok", { channelMax: 2047, frameMax: 131_072, heartbeat: 0 }),
  methodFrame(0, "connection.open", { virtualHost: "/" }),
  methodFrame(1, "channel.open"),
);
const GUEST = { authorization: `Basic ${btoa("guest:guest")}` };
describe("AMQP over WebSocket beside the management API", () => {
  let server: WebBroker;
  let port: number;

  before(async () => {
    server = await startWebBroker();
    port = server.port;
  });
  after(() => server.close());

  const connect = (path = "/ws/amqp") =>
    new AMQPWebSocketClient(`ws://127.0.0.1:${port}${path}`, "/", "guest", "guest").connect();

  it("serves a client library for browsers, with confirms, acknowledgements and large messages", async () => {
    const connection = await connect();
    const channel = await connection.channel();
    await channel.confirmSelect();
    await channel.queueDeclare("orders", { durable: true });
    const bodies = Array.from({ length: 200 }, (_, i) => `order ${i} `.repeat(i + 1)).concat("x".repeat(1_000_000));
    const received: (string | null)[] = [];
    const done = new Promise<void>((resolve) => {
      channel.basicConsume("orders", { noAck: false }, (message) => {
        received.push(message.bodyString());
        message.ack();
        if (received.length === bodies.length) resolve();
      });
    });
    await Promise.all(bodies.map((body) => channel.basicPublish("", "orders", body, { deliveryMode: 2 })));
    await done;
    assert.deepEqual(received, bodies);
    await connection.close();
  });

  it("shows such a connection with its protocol and its client's address", async () => {
    const connection = await connect();
    const response = await fetch(`http://127.0.0.1:${port}/api/connections`, { headers: GUEST });
    const [shown] = await response.json();
    assert.equal(shown.protocol, "Web AMQP 0-9-1");
    assert.equal(shown.peer_host, "127.0.0.1");
    assert.equal(shown.port, port);
    assert.match(shown.name, new RegExp(`^127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:${port}$`));
    await connection.close();
  });

  it("closes cleanly when the client has closed AMQP", async () => {
    const closed = new Promise<{ wasClean: boolean; code: number }>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/amqp`, "amqp");
      socket.binaryType = "arraybuffer";
      socket.onopen = () => {
        assert.equal(socket.protocol, "amqp");
        socket.send(HEADER_0_9_1 as Uint8Array<ArrayBuffer>);
      };
      socket.onmessage = () => socket.close(1000);
      socket.onclose = resolve;
    });
    const { wasClean, code } = await closed;
    assert.deepEqual([wasClean, code], [true, 1000]);
  });

  it("tells a client that speaks another protocol which one is spoken, and closes", async () => {
    const client = await RawWebSocket.open(port);
    assert.equal(client.status, 101);
    client.send({ payload: "HELO" }, { payload: "!!!!" });
    const frames = await client.frames(2);
    assert.deepEqual(frames[0].payload, HEADER_0_9_1);
    assert.deepEqual([frames[1].opcode, ...frames[1].payload], [OP_CLOSE, 3, 0xe8]);
    await client.ended();
  });

  for (
    const [what, frame, code] of [
      ["an unmasked frame", { payload: "AMQP", mask: null }, 1002],
      ["a text", { opcode: OP_TEXT, payload: "AMQP" }, 1003],
      ["a message that is too large", { length: 2n ** 40n }, 1009],
    ] as const
  ) {
    it(`closes with ${code} at ${what}`, async () => {
      const client = await RawWebSocket.open(port);
      client.send(frame);
      const [{ opcode, payload }] = await client.frames(1);
      assert.equal(opcode, OP_CLOSE);
      assert.equal(payload[0] << 8 | payload[1], code);
      await client.ended();
    });
  }

  for (
    const [what, options, status, reason] of [
      ["no WebSocket", { headers: { upgrade: undefined } }, 426, /connect with ws:\/\//],
      ["an old WebSocket", { headers: { "sec-websocket-version": "8" } }, 426, /version of the WebSocket is not 13/],
      ["a malformed key", { headers: { "sec-websocket-key": "x" } }, 400, /16 bytes in base64/],
      ["another subprotocol", { headers: { "sec-websocket-protocol": "mqtt" } }, 400, /the subprotocol is amqp/],
      ["a page elsewhere", { headers: { origin: "https://evil.example" } }, 403, /web_amqp\.allow_origins/],
      ["another path", { path: "/ws/other" }, 404, /Not Found/],
      ["a body", { headers: { "content-length": "2" } }, 400, /has no body/],
    ] as const
  ) {
    it(`refuses ${what} with ${status}, and says why`, async () => {
      const client = await RawWebSocket.open(port, options);
      assert.equal(client.status, status);
      assert.match(await client.body(), reason);
      client.destroy();
    });
  }

  it("serves the next request after a refusal", async () => {
    assert.equal((await fetch(`http://127.0.0.1:${port}/ws/amqp`)).status, 426);
    assert.equal((await fetch(`http://127.0.0.1:${port}/api/whoami`, { headers: GUEST })).status, 200);
  });

  it("notices that a client has gone without a word", async () => {
    const client = await RawWebSocket.open(port);
    client.send({ payload: HEADER_0_9_1 });
    await client.data(100);
    const { connections } = server.broker;
    const [connection] = [...connections].filter(({ protocol }) => protocol.startsWith("Web"));
    client.destroy();
    await connection.closed;
    assert.equal(connections.has(connection), false);
  });

  it("holds deliveries back while a client does not read", async () => {
    const unread = server.broker.vhost("/").queue("unread");
    const writer = unread.publisher().getWriter();
    const body = new Uint8Array(1_000_000);
    for (let at = 0; at < 50; at++) await writer.write({ body });
    const client = await RawWebSocket.open(port);
    client.pause();
    client.send({ payload: LOGIN }, { payload: methodFrame(1, "basic.consume", { queue: "unread", noAck: true }) });
    const isStuck = ({ protocol, traffic }: Connection) => protocol.startsWith("Web") && traffic.unsentBytes > 0;
    let connection: Connection | undefined;
    while (connection === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      connection = [...server.broker.connections].find(isStuck);
    }
    assert.ok(unread.messageCount > 25, `${unread.messageCount} of 50 messages wait`);
    assert.ok(connection.traffic.unsentBytes < 4_000_000, `${connection.traffic.unsentBytes} bytes are unsent`);
    client.resume();
    await client.received(50_000_000);
    client.destroy();
    await connection.closed;
  });
});

describe("AMQP over WebSocket", () => {
  it("is served behind the prefix of the management API's paths", async () => {
    const server = await startWebBroker({ management: { ...MANAGEMENT, path_prefix: "/rabbit" } });
    const prefixed = await RawWebSocket.open(server.port, { path: "/rabbit/ws/amqp" });
    assert.equal(prefixed.status, 101);
    assert.equal((await RawWebSocket.open(server.port)).status, 404);
    await server.close();
    await prefixed.ended();
  });

  it("is open to pages of the origins that are allowed", async () => {
    const server = await startWebBroker({ webAmqp: { allowOrigins: ["https://shop.example"] } });
    const statusFor = async (origin: string) => (await RawWebSocket.open(server.port, { headers: { origin } })).status;
    assert.equal(await statusFor("https://shop.example"), 101);
    assert.equal(await statusFor("https://evil.example"), 403);
    await server.close();
  });

  it("is not served when it is turned off", async () => {
    const server = await startWebBroker({ webAmqp: { isEnabled: false } });
    assert.equal((await RawWebSocket.open(server.port)).status, 404);
    await server.close();
  });

  it("is served over TLS", async () => {
    const ssl = { ip: "127.0.0.1", port: 0, certfile: pathOf("server.pem"), keyfile: pathOf("server.key") };
    const server = await startWebBroker({ management: { ssl } });
    const client = await RawWebSocket.open(server.port, { ca: pem("authority.pem") });
    assert.equal(client.status, 101);
    client.send({ payload: HEADER_0_9_1 });
    assert.ok((await client.data(100)).length > 100);
    const [connection] = server.broker.connections;
    assert.match(connection.tls!.version, /^TLSv1\.[23]$/);
    client.destroy();
    await server.close();
  });

  it("does not begin while connections of clients are suspended", async () => {
    const server = await startWebBroker();
    const suspend = (suspended: boolean) =>
      fetch(`http://127.0.0.1:${server.port}/api/node/listeners`, {
        method: "PUT",
        headers: GUEST,
        body: JSON.stringify({ suspended }),
      });
    assert.equal((await suspend(true)).status, 204);
    assert.equal((await RawWebSocket.open(server.port)).status, 503);
    assert.equal((await suspend(false)).status, 204);
    assert.equal((await RawWebSocket.open(server.port)).status, 101);
    await server.close();
  });

  it("drops a client that begins a frame and never ends it, when the handshake takes too long", async () => {
    const server = await startWebBroker({}, { handshakeTimeoutMs: 100 });
    const client = await RawWebSocket.open(server.port);
    client.send({ payload: "AMQ" });
    await client.ended();
    assert.equal(server.broker.connections.size, 0);
    await server.close();
  });
});
