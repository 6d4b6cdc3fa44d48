import { connect, type Socket } from "node:net";
import tls from "node:tls";
import { OP_BINARY } from "../../src/websocket/frame.ts";
import { clientFrame, type FrameParts, joined, type ServerFrame, serverFrames } from "./client_frames.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

export interface RawOptions {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Authority of a server with TLS. */
  readonly ca?: string;
}

/** A client that sends any bytes to a WebSocket of a server. */
export class RawWebSocket {
  readonly #socket: Socket;
  #received: Uint8Array = new Uint8Array(0);
  /** What was received behind that. */
  #more: Uint8Array[] = [];
  #isEnded = false;
  #onChange = () => {};
  receivedBytes = 0;
  /** Status line and headers of the answer. */
  head = "";

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Uint8Array) => {
      this.receivedBytes += bytes.length;
      this.#more.push(bytes);
      this.#onChange();
    });
    for (const event of ["end", "close", "error"]) {
      socket.on(event, () => {
        this.#isEnded = true;
        this.#onChange();
      });
    }
  }

  /** Connects, asks for a WebSocket, and waits for the answer. */
  static async open(port: number, { path = "/ws/amqp", headers = {}, ca }: RawOptions = {}): Promise<RawWebSocket> {
    const address = { host: "localhost", port };
    const socket = ca === undefined ? connect({ ...address, host: "127.0.0.1" }) : tls.connect({ ...address, ca });
    const client = new RawWebSocket(socket);
    const all = {
      host: `127.0.0.1:${port}`,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": KEY,
      ...headers,
    };
    const lines = Object.entries(all).flatMap(([name, value]) => value === undefined ? [] : [`${name}: ${value}\r\n`]);
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
    await client.#until(() => client.#text.includes("\r\n\r\n"));
    client.head = client.#text.slice(0, client.#text.indexOf("\r\n\r\n"));
    client.#received = client.#bytes.slice(client.head.length + 4);
    return client;
  }

  get status(): number {
    return Number(this.head.split(" ")[1]);
  }

  get #bytes(): Uint8Array {
    if (this.#more.length > 0) this.#received = joined(this.#received, ...this.#more.splice(0));
    return this.#received;
  }

  /** What came behind the head, as text. */
  get #text(): string {
    return String.fromCharCode(...this.#bytes);
  }

  async body(): Promise<string> {
    await this.#until(() => this.#isEnded || /\}$/.test(this.#text));
    return this.#text;
  }

  send(...frames: readonly FrameParts[]): void {
    this.sendBytes(joined(...frames.map(clientFrame)));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Resolves with the frames of the server, once there are `count` or the connection has ended. */
  async frames(count: number): Promise<ServerFrame[]> {
    await this.#until(() => this.#isEnded || serverFrames(this.#bytes).length >= count);
    return serverFrames(this.#bytes);
  }

  /** Resolves with the data of the server's messages, once there are `bytes` or the connection has ended. */
  async data(bytes: number): Promise<Uint8Array> {
    const data = () =>
      joined(...serverFrames(this.#bytes).flatMap(({ opcode, payload }) => opcode === OP_BINARY ? [payload] : []));
    await this.#until(() => this.#isEnded || data().length >= bytes);
    return data();
  }

  /** Resolves when so much was received, of anything. */
  async received(bytes: number): Promise<void> {
    await this.#until(() => this.receivedBytes >= bytes);
  }

  /** Resolves when the server has ended the connection. */
  async ended(): Promise<void> {
    await this.#until(() => this.#isEnded);
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Drops the connection without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  async #until(isThere: () => boolean): Promise<void> {
    while (!isThere()) await new Promise<void>((resolve) => this.#onChange = resolve);
  }
}
