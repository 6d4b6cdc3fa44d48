import type { Socket, SocketEvents } from "./client_socket.ts";
import { readTextFile } from "./files.ts";
import { isAddress } from "./socket_address.ts";

/** What a client of TLS verifies and tells. */
export interface TlsConnectOptions {
  /**
   * True when the server's certificate must be one of an authority: those in `caFile`, or in the file that the
   * environment variable `SSL_CERT_FILE` names, or the runtime's. Its name is not compared, as PerfTest does not.
   */
  readonly verifies: boolean;
  /** File of the authorities, in PEM format. */
  readonly caFile?: string;
  /** Files of the client's certificate and its key, in PEM format. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Name that the server is asked for. Default: its host. */
  readonly serverName?: string;
}

/** The parts of Node's interface for TLS that are used here, which Deno and Bun have too. */
declare const process: {
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule(name: "node:tls"): { connect(options: ConnectOptions): TlsSocket };
};

interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly servername: string;
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly checkServerIdentity: () => undefined;
}

interface TlsSocket {
  /** Number of bytes that the kernel has not taken yet. */
  readonly writableLength: number;
  on(event: "secureConnect" | "close", handler: () => void): void;
  on(event: "data", handler: (chunk: Uint8Array) => void): void;
  on(event: "error", handler: (error: Error) => void): void;
  setNoDelay(noDelay: boolean): void;
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean;
  pause(): void;
  resume(): void;
  end(): void;
}

/** Connects by TLS. Rejects when the server can't be verified. */
export function connectTls(
  host: string,
  port: number,
  events: SocketEvents,
  { verifies, serverName, caFile, certFile, keyFile }: TlsConnectOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const authorities = caFile ?? process.env.SSL_CERT_FILE;
    const socket = process.getBuiltinModule("node:tls").connect({
      host,
      port,
      servername: serverName ?? (isAddress(host) ? "" : host),
      rejectUnauthorized: verifies,
      ...verifies && authorities ? { ca: readTextFile(authorities) } : {},
      ...certFile === undefined ? {} : { cert: readTextFile(certFile), key: readTextFile(keyFile ?? certFile) },
      checkServerIdentity: () => undefined,
    });

    function guarded(handle: () => void): void {
      try {
        handle();
      } catch (error) {
        events.onError(error as Error);
      }
    }

    function write(bytes: Uint8Array): Promise<void> | undefined {
      let settle: ((error?: Error | null) => void) | undefined;
      socket.write(bytes, (error) => settle?.(error));
      if (socket.writableLength === 0) return;
      return new Promise((resolve, reject) => settle = (error) => error ? reject(error) : resolve());
    }

    socket.on("secureConnect", () => {
      socket.setNoDelay(true);
      socket.on("data", (chunk) => guarded(() => events.onData(chunk)));
      socket.on("close", () => guarded(() => events.onClose()));
      resolve({ write, pause: () => socket.pause(), resume: () => socket.resume(), close: () => socket.end() });
    });
    // A lost connection closes too. Before it is open, this tells why.
    socket.on("error", reject);
  });
}
