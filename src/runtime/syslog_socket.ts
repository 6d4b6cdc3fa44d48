import { Buffer } from "node:buffer";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, isIPv6, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { isAddress } from "./socket_address.ts";

/** A syslog server. */
export interface SyslogServer {
  readonly host: string;
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
  /** The contents of files, in PEM format. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    readonly rejectUnauthorized: boolean;
  };
}

/** Time limit for connecting and for sending, and time after which connecting is tried again. In milliseconds. */
const TIMEOUT_MS = 1000;
/** Largest datagram; longer messages are cut off. In bytes. */
const DATAGRAM_MAX_BYTES = 8192;

/** Sends messages to a syslog server: as datagrams, or with their length in front over a connection (RFC 6587 §3.4.1). */
export class SyslogSocket {
  #server: SyslogServer;
  #udp: UdpSocket | undefined;
  #stream: Socket | undefined;
  /** Error of the last attempt to connect, until the next one may be made. */
  #failure: Error | undefined;

  constructor(server: SyslogServer) {
    this.#server = server;
  }

  /** Sends to another server from the next message on. */
  use(server: SyslogServer): void {
    if (JSON.stringify(server) === JSON.stringify(this.#server)) return;
    this.close();
    this.#server = server;
    this.#failure = undefined;
  }

  /** Sends messages, each of which ends with a line feed. Rejects when they can't be sent. Calls must not overlap. */
  async send(messages: string): Promise<void> {
    const encoder = new TextEncoder();
    const all = messages.split("\n").filter((message) => message !== "").map((message) => encoder.encode(message));
    if (this.#server.transport === "udp") {
      for (const message of all) await this.#sendDatagram(message.subarray(0, DATAGRAM_MAX_BYTES));
    } else {
      const frames = all.flatMap((message) => [encoder.encode(`${message.length} `), message]);
      await this.#write(await this.#connected(), Buffer.concat(frames));
    }
  }

  close(): void {
    this.#udp?.close();
    this.#stream?.destroy();
    this.#udp = this.#stream = undefined;
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

  #connected(): Promise<Socket> {
    if (this.#stream?.destroyed === false) return Promise.resolve(this.#stream);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { host, port, transport, tls } = this.#server;
    return new Promise((resolve, reject) => {
      const socket = transport === "tcp"
        ? connect({ host, port })
        : connectTls({ host, port, ...isAddress(host) ? {} : { servername: host }, ...tls });
      const fail = (error: Error) => {
        clearTimeout(timer);
        socket.destroy();
        this.#failure = error;
        setTimeout(() => this.#failure = undefined, TIMEOUT_MS).unref();
        reject(error);
      };
      const timer = setTimeout(() => fail(new Error(`${host}:${port} does not answer`)), TIMEOUT_MS);
      socket.once("error", fail);
      socket.once(transport === "tcp" ? "connect" : "secureConnect", () => {
        clearTimeout(timer);
        socket.removeListener("error", fail);
        const lose = () => {
          if (this.#stream === socket) this.#stream = undefined;
          socket.destroy();
        };
        socket.on("error", lose);
        socket.on("close", lose);
        // The server has nothing to say; a socket that is not read would not notice that it leaves.
        socket.resume();
        socket.unref();
        this.#stream = socket;
        resolve(socket);
      });
    });
  }

  #write(socket: Socket, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error | null) => {
        clearTimeout(timer);
        socket.removeListener("close", lost);
        if (!error) return resolve();
        this.#stream = undefined;
        reject(error);
        socket.destroy();
      };
      const lost = () => end(new Error("the connection is lost"));
      const timer = setTimeout(() => end(new Error("the server takes nothing")), TIMEOUT_MS);
      socket.once("close", lost);
      socket.write(bytes, end);
    });
  }
}
