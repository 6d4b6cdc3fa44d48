import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { after, describe, it } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { ConfigError } from "../../../src/config/config.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";
import { configOf } from "../../config/read_conf.ts";
import { RawClient } from "../../raw_client.ts";

const certificate = (name: string): URL => new URL(`../../certificates/${name}`, import.meta.url);

const brokers: BrokerUnderTest[] = [];
const ends: (() => void)[] = [];
after(async () => {
  for (const broker of brokers) await broker.close();
  for (const end of ends) end();
});

async function start(conf: string): Promise<BrokerUnderTest> {
  const config = { ...configOf(`log.console = false\nlog.file.level = none\n${conf}`), nodeName: "hare@here" };
  const broker = await startBrokerUnderTest({ logLevel: undefined, config });
  brokers.push(broker);
  return broker;
}

/** Messages that a syslog server has got. */
class Messages {
  readonly #all: string[] = [];
  #wake = () => {};

  add(message: string): void {
    this.#all.push(message);
    this.#wake();
  }

  /** Waits for a message that matches. */
  async find(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.#all.find((message) => pattern.test(message));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

/** Reads messages with their lengths in front, as RFC 6587 has them. */
function readFrames(socket: Socket, messages: Messages): void {
  let unread = "";
  socket.setEncoding("latin1");
  socket.on("error", () => {});
  socket.on("data", (text) => {
    unread += text;
    for (;;) {
      const [head, digits] = /^(\d+) /.exec(unread) ?? [];
      if (head === undefined || unread.length < head.length + Number(digits)) return;
      messages.add(unread.slice(head.length, head.length + Number(digits)));
      unread = unread.slice(head.length + Number(digits));
    }
  });
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

describe("the log at a syslog server", () => {
  it("is sent as datagrams by RFC 3164", async () => {
    const messages = new Messages();
    const server = createSocket("udp4", (message) => messages.add(String(message)));
    ends.push(() => server.close());
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    await start(`log.syslog = true\nlog.syslog.ip = 127.0.0.1\nlog.syslog.port = ${server.address().port}\n`);
    assert.match(
      await messages.find(/Server startup complete/),
      /^<30>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ hare\[\d+\] <0\.\d+\.0> - Server startup complete; 0 plugins started\.$/,
    );
  });

  it("is sent over a connection by RFC 5424, and over the next one when the server comes back", async () => {
    const messages = new Messages();
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      readFrames(socket, messages);
    });
    ends.push(() => server.close());
    const broker = await start(
      `log.syslog = true\nlog.syslog.host = localhost\nlog.syslog.port = ${await portOf(server)}\n` +
        "log.syslog.transport = tcp\nlog.syslog.protocol = rfc5424\nlog.syslog.identity = mine\n" +
        "log.syslog.facility = local3\nlog.syslog.level = info\n",
    );
    assert.match(
      await messages.find(/Server startup complete/),
      /^<158>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\S+ \S+ mine \d+ <0\.\d+\.0> - Server startup complete/,
    );
    const lost = once(sockets[0], "close");
    sockets[0].destroy();
    await lost;
    // What is written while the broker has not noticed is lost, so lines follow until one arrives.
    const found = messages.find(/no queue 'later'/);
    let isFound = false;
    found.then(() => isFound = true);
    while (!isFound) {
      await using client = await RawClient.open(broker);
      client.send(1, "queue.declare", { queue: "later", passive: true });
      await client.receive(1, "channel.close");
    }
    assert.equal(sockets.length, 2);
  });

  it("is sent over TLS, to a server with the right certificate only", async () => {
    const messages = new Messages();
    const options = { cert: readFileSync(certificate("server.pem")), key: readFileSync(certificate("server.key")) };
    const server = createTlsServer(options, (socket) => readFrames(socket, messages));
    ends.push(() => server.close());
    const port = await portOf(server);
    const conf =
      `log.syslog = true\nlog.syslog.transport = tls\nlog.syslog.host = localhost\nlog.syslog.port = ${port}\n`;
    const refused = once(server, "tlsClientError");
    await start(conf);
    await refused;
    await start(`${conf}log.syslog.ssl_options.cacertfile = ${certificate("authority.pem").pathname}\n`);
    assert.match(await messages.find(/Server startup complete/), /^<30>1 /);
  });

  it("is sent over the chosen version of TLS only", async () => {
    const messages = new Messages();
    const options = { cert: readFileSync(certificate("server.pem")), key: readFileSync(certificate("server.key")) };
    const server = createTlsServer({ ...options, minVersion: "TLSv1.3" }, (socket) => readFrames(socket, messages));
    ends.push(() => server.close());
    const conf =
      `log.syslog = true\nlog.syslog.transport = tls\nlog.syslog.host = localhost\nlog.syslog.port = ${await portOf(
        server,
      )}\nlog.syslog.ssl_options.cacertfile = ${certificate("authority.pem").pathname}\n`;
    const refused = once(server, "tlsClientError");
    await start(`${conf}log.syslog.ssl_options.versions.1 = tlsv1.2\n`);
    await refused;
    await start(`${conf}log.syslog.ssl_options.versions.1 = tlsv1.3\nlog.syslog.ssl_options.depth = 0\n`);
    assert.match(await messages.find(/Server startup complete/), /^<30>1 /);
  });

  it("has demands on its configuration that stop the start", async () => {
    const refuse = (conf: string) => start(`log.syslog = true\n${conf}`);
    await assert.rejects(
      refuse("log.syslog.transport = tls\nlog.syslog.protocol = rfc3164\n"),
      (error) => error instanceof ConfigError && /does not go with TLS/.test(error.message),
    );
    await assert.rejects(
      refuse("log.syslog.transport = tls\nlog.syslog.ssl_options.cacertfile = /none.pem\n"),
      /log\.syslog\.ssl_options\.cacertfile: \/none\.pem can't be read/,
    );
  });
});
