import { once } from "node:events";
import tls from "node:tls";
import type { Transport } from "../../src/transport/transport.ts";
import { runtime } from "../../src/runtime/current.ts";
import type { TlsListener, TlsListenOptions, TlsOptions, TlsRefusal } from "../../src/runtime/runtime.ts";
import { pathOf, pem } from "../certificates/certificates.ts";

const HOST = "127.0.0.1";

export const file = (name: string) => ({ path: pathOf(name), text: pem(name) });

export const OPTIONS: TlsOptions = {
  certfile: file("server.pem"),
  keyfile: file("server.key"),
  verify: "verify_none",
  fail_if_no_peer_cert: false,
  depth: 10,
  versions: ["tlsv1.2", "tlsv1.3"],
  honor_cipher_order: false,
  honor_ecc_order: false,
};

/** A TLS listener on a free port, with the results of its connections. */
export class TlsServer {
  readonly transports: Transport[] = [];
  readonly refusals: TlsRefusal[] = [];
  readonly #waiting: (() => void)[] = [];
  listener!: TlsListener;
  options!: TlsOptions;

  static async start(
    options: Partial<TlsOptions> = {},
    listenOptions: Partial<TlsListenOptions> = {},
  ): Promise<TlsServer> {
    const server = new TlsServer();
    server.options = { ...OPTIONS, ...options };
    const all = { tls: server.options, handshakeTimeoutMs: 60_000, ...listenOptions };
    server.listener = await runtime.listenTls({ host: HOST, port: 0 }, all, {
      accept: (transport) => server.#tell(server.transports.push(transport)),
      refused: (refusal) => server.#tell(server.refusals.push(refusal)),
    });
    return server;
  }

  get port(): number {
    return this.listener.address.port;
  }

  #tell(_: number): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Returns the next connection with a completed handshake. */
  async accepted(): Promise<Transport> {
    while (this.transports.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.transports.shift()!;
  }

  /** Returns the result of the next connection. */
  async next(): Promise<Transport | TlsRefusal> {
    while (this.transports.length + this.refusals.length === 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.refusals.shift() ?? this.transports.shift()!;
  }

  /** Returns the reason for which the next connection was refused. */
  async refused(): Promise<TlsRefusal> {
    while (this.refusals.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.refusals.shift()!;
  }

  close(): void {
    this.listener.close();
    for (const transport of this.transports) transport.abort!();
  }
}

/** Returns options of a client that trusts the test's authority, with a certificate by the name of its file. */
export function clientOptions(port: number, certificate?: string): tls.ConnectionOptions {
  return {
    host: HOST,
    port,
    servername: "localhost",
    ca: pem("authority.pem"),
    ...certificate === undefined ? {} : { cert: pem(`${certificate}.pem`), key: pem(`${certificate}.key`) },
  };
}

/** Connects as a client, and resolves when the handshake is complete on its side. */
export async function connectTls(options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
  const socket = tls.connect(options);
  await once(socket, "secureConnect");
  socket.on("error", () => {});
  return socket;
}
