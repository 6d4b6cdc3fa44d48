import {
  type NodeDuplex,
  type NodeError,
  nodeTls,
  type NodeTlsServer,
  type NodeTlsSocket,
  type SecureContextOptions,
  type TlsServerOptions,
} from "./node_tls.ts";

/** Receives the result of a handshake. */
export interface HandshakeEvents {
  done(socket: NodeTlsSocket): void;
  failed(error: NodeError): void;
}

/** Makes the handshake on a connection. */
export type TlsHandshake = (stream: NodeDuplex, events: HandshakeEvents) => void;

type Options = SecureContextOptions & TlsServerOptions;

/** Makes each handshake with a server of its own, because a server does not tell on which connection one has failed. */
export const separateHandshakes = (options: Options): TlsHandshake => (stream, { done, failed }) => {
  const server = nodeTls().createServer(options);
  server.on("secureConnection", done);
  server.on("tlsClientError", failed);
  server.emit("connection", stream);
};

/**
 * Makes handshakes with one server for all connections, each of which gets the server's events as its own: on Deno 2.9
 * making a server takes six times as long as the rest of a connection's start.
 */
export function sharedHandshakes(options: Options): TlsHandshake {
  const shared = nodeTls().createServer(options);
  return (stream, { done, failed }) => {
    const emit = (event: string, ...values: unknown[]): boolean => {
      if (event === "secureConnection") done(values[0] as NodeTlsSocket);
      else if (event === "tlsClientError") failed(values[0] as NodeError);
      else return shared.emit.call(own, event, ...values);
      return true;
    };
    const own: NodeTlsServer = Object.create(shared, { emit: { value: emit } });
    own.emit("connection", stream);
  };
}
