import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { AMQPWebSocketClient } from "@cloudamqp/amqp-client/amqp-websocket-client";
import { Broker, type Transport, webSocketHandlers, webSocketTransport } from "../../mod.ts";
import { settle } from "../http1/pipe.ts";

/** The runtimes' servers, as far as they are used here. */
declare const Deno: {
  serve(
    options: { port: number; hostname: string; onListen(): void },
    handler: (request: Request, info: { remoteAddr: { hostname: string; port: number } }) => Response,
  ): { readonly addr: { port: number }; shutdown(): Promise<void> };
  upgradeWebSocket(
    request: Request,
    options: { protocol: string },
  ): { readonly socket: WebSocket; readonly response: Response };
};
declare const Bun: {
  serve(options: {
    port: number;
    hostname: string;
    fetch(request: Request, server: { upgrade(request: Request): boolean }): Response | undefined;
    websocket: object;
  }): { readonly port: number; stop(closes: boolean): Promise<void> };
};

interface Served {
  readonly port: number;
  close(): Promise<void>;
}

function serve(broker: Broker): Served {
  if (process.versions.bun !== undefined) {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request, server) => server.upgrade(request) ? undefined : new Response(null, { status: 426 }),
      websocket: webSocketHandlers((transport) => broker.accept(transport)),
    });
    return { port: server.port, close: () => server.stop(true) };
  }
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  const server = Deno.serve(options, (request, { remoteAddr: { hostname: host, port } }) => {
    const { socket, response } = Deno.upgradeWebSocket(request, {
      protocol: request.headers.get("sec-websocket-protocol") ?? "",
    });
    broker.accept(webSocketTransport(socket, { peer: { host, port } }));
    return response;
  });
  return { port: server.addr.port, close: () => server.shutdown() };
}

describe("a WebSocket that the program's own server has accepted", () => {
  it("carries AMQP, with confirms and large messages", async () => {
    const broker = new Broker();
    const server = serve(broker);
    const connection = await new AMQPWebSocketClient(`ws://127.0.0.1:${server.port}`).connect();
    const channel = await connection.channel();
    await channel.confirmSelect();
    await channel.queueDeclare("orders");
    const bodies = Array.from({ length: 200 }, (_, at) => `order ${at} `.repeat(at + 1)).concat("x".repeat(3_000_000));
    const received: (string | null)[] = [];
    const done = new Promise<void>((resolve) => {
      channel.basicConsume("orders", { noAck: true }, (message) => {
        received.push(message.bodyString());
        if (received.length === bodies.length) resolve();
      });
    });
    await Promise.all(bodies.map((body) => channel.basicPublish("", "orders", body)));
    await done;
    assert.deepEqual(received, bodies);
    const [{ peer, protocol }] = broker.connections;
    assert.equal(peer?.host, "127.0.0.1");
    assert.equal(protocol, "Web AMQP 0-9-1");
    await connection.close();
    await broker.close();
    await server.close();
  });
});

/** A WebSocket whose other end is the test. */
class FakeWebSocket extends EventTarget {
  binaryType = "blob";
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: Uint8Array[] = [];
  closedWith: readonly [code?: number, reason?: string] | undefined;

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }

  close(code?: number, reason?: string): void {
    this.closedWith ??= [code, reason];
    this.readyState = 3;
  }

  message(data: unknown): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  closed(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
}

const buffer = (length: number): ArrayBuffer => new Uint8Array(length).fill(length).buffer;

function open(unreadMaxBytes?: number): { socket: FakeWebSocket; transport: Transport } {
  const socket = new FakeWebSocket();
  return { socket, transport: webSocketTransport(socket, { unreadMaxBytes }) };
}

describe("a transport over a WebSocket of the platform", () => {
  it("reads messages in their order, small ones together, and then the end", async () => {
    const { socket, transport } = open();
    assert.equal(socket.binaryType, "arraybuffer");
    for (const length of [1, 2, 60_000, 60_000, 3]) socket.message(buffer(length));
    socket.closed();
    const lengths: number[] = [];
    for await (const { length } of transport.readable) lengths.push(length);
    assert.deepEqual(lengths, [60_003, 60_003]);
  });

  it("gives up a client that sends more than may wait", async () => {
    const { socket, transport } = open(10_000);
    socket.message(buffer(9000));
    socket.message(buffer(1000));
    assert.equal(socket.closedWith?.[0], 4013);
    await assert.rejects(transport.readable.getReader().read(), /4013: more was sent/);
  });

  it("counts what tiny messages take", () => {
    const { socket } = open(10_000);
    for (let count = 0; count < 100; count++) socket.message(buffer(1));
    assert.equal(socket.closedWith?.[0], 4013);
  });

  it("refuses text", async () => {
    const { socket, transport } = open();
    socket.message("AMQP");
    assert.equal(socket.closedWith?.[0], 4003);
    await assert.rejects(transport.readable.getReader().read(), /is binary/);
  });

  it("waits with writing while much is unsent, and no longer than the WebSocket is open", async () => {
    const { socket, transport } = open();
    const writer = transport.writable.getWriter();
    socket.bufferedAmount = 1_000_000;
    let isWritten = false;
    const writing = writer.write(new Uint8Array(1)).then(() => isWritten = true);
    await settle();
    assert.deepEqual([socket.sent.length, isWritten], [1, false]);
    socket.bufferedAmount = 0;
    await writing;
    socket.bufferedAmount = 1_000_000;
    const second = writer.write(new Uint8Array(1));
    socket.closed();
    await second;
    await assert.rejects(writer.write(new Uint8Array(1)), TypeError);
  });

  it("closes the WebSocket when it is closed or dropped", async () => {
    const closed = open();
    await closed.transport.writable.close();
    assert.equal(closed.socket.closedWith?.[0], 1000);
    const dropped = open();
    const reading = dropped.transport.readable.getReader().read();
    dropped.transport.abort!();
    assert.equal((await reading).done, true);
    assert.equal(dropped.socket.closedWith?.[0], 1000);
  });

  it("counts a client of an unknown address as one elsewhere, unless it is in the process", () => {
    assert.equal(webSocketTransport(new FakeWebSocket()).peer?.host, "unknown");
    assert.equal(webSocketTransport(new FakeWebSocket(), { peer: "in-process" }).peer, undefined);
  });
});
