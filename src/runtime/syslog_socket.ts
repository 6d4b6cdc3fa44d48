import { Buffer } from "node:buffer";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ClientTls } from "./client_tls.ts";
import { connectionOptionsOf } from "./client_tls_connection.ts";
import { LogStream } from "./log_stream.ts";
import { isAddress } from "./socket_address.ts";

/** A syslog server. */
export interface SyslogServer {
  readonly host: string;
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
  readonly tls?: ClientTls;
}

/** Largest datagram; longer messages are cut off. In bytes. */
const DATAGRAM_MAX_BYTES = 8192;

/** Sends messages to a syslog server: as datagrams, or with their length in front over a connection (RFC 6587 §3.4.1). */
export class SyslogSocket {
  #server: SyslogServer;
  #udp: UdpSocket | undefined;
  #stream: LogStream;

  constructor(server: SyslogServer) {
    this.#server = server;
    this.#stream = streamOf(server);
  }

  /** Sends to another server from the next message on. */
  use(server: SyslogServer): void {
    if (JSON.stringify(server) === JSON.stringify(this.#server)) return;
    this.close();
    this.#server = server;
    this.#stream = streamOf(server);
  }

  /** Sends messages, each of which ends with a line feed. Rejects when they can't be sent. Calls must not overlap. */
  async send(messages: string): Promise<void> {
    const encoder = new TextEncoder();
    const all = messages.split("\n").filter((message) => message !== "").map((message) => encoder.encode(message));
    if (this.#server.transport === "udp") {
      for (const message of all) await this.#sendDatagram(message.subarray(0, DATAGRAM_MAX_BYTES));
    } else {
      const frames = all.flatMap((message) => [encoder.encode(`${message.length} `), message]);
      await this.#stream.write(Buffer.concat(frames));
    }
  }

  close(): void {
    this.#udp?.close();
    this.#stream.close();
    this.#udp = undefined;
  }

  #sendDatagram(message: Uint8Array): Promise<void> {
    const { host, port } = this.#server;
    if (this.#udp === undefined) {
      this.#udp = createSocket(isIPv6(host) ? "udp6" : "udp4");
      // Nobody listens there: syslog over UDP promises nothing.
      this.#udp.on("error", () => {});
      this.#udp.unref();
    }
    const socket = this.#udp;
    return new Promise((resolve, reject) => {
      socket.send(message, port, host, (error) => error ? reject(error) : resolve());
    });
  }
}

function streamOf({ host, port, transport, tls }: SyslogServer): LogStream {
  const open = () =>
    transport === "tcp"
      ? connect({ host, port })
      : connectTls({ host, port, ...isAddress(host) ? {} : { servername: host }, ...connectionOptionsOf(tls ?? {}) });
  return new LogStream({ open, ready: transport === "tcp" ? "connect" : "secureConnect", name: `${host}:${port}` });
}
