import { type MessageSocket, MessageTransport, type MessageTransportOptions } from "./message_transport.ts";
import type { Transport } from "../transport/transport.ts";

/** Unsent bytes of a WebSocket above which nothing more is sent. */
const UNSENT_MAX_BYTES = 256 * 1024;
/** Interval between looks at unsent bytes, of which a WebSocket does not report when they are sent. In milliseconds. */
const LOOK_MS = 5;

/** State of a WebSocket that is open. */
const OPEN = 1;

/** The parts that are used of a WebSocket as the web's standard describes it. */
export interface WebSocketObject {
  /** Kind of the messages' data, which is set to `arraybuffer`. */
  binaryType?: string;
  /** State; 1 is that of an open one. */
  readonly readyState: number;
  /** Absent where the platform does not tell; then output is not held back. */
  readonly bufferedAmount?: number;
  /** Sends a binary message. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Closes it, with a code from 3000 on or 1000. */
  close(code?: number, reason?: string): void;
  /** Listens to `message`, `close` or `error`. */
  addEventListener(type: string, listener: (event: object) => void): void;
}

/**
 * Returns a transport for {@linkcode Broker.accept} over a WebSocket of the platform: one that a server has upgraded, or
 * an end of a pair.
 *
 * ```ts
 * Deno.serve((request, { remoteAddr: { hostname: host, port } }) => {
 *   const protocol = request.headers.get("sec-websocket-protocol") ?? "";
 *   const { socket, response } = Deno.upgradeWebSocket(request, { protocol });
 *   broker.accept(webSocketTransport(socket, { peer: { host, port } }));
 *   return response;
 * });
 * ```
 *
 * The program checks the header `origin` of the request, as browsers let any page connect.
 */
export function webSocketTransport(socket: WebSocketObject, options: MessageTransportOptions = {}): Transport {
  socket.binaryType = "arraybuffer";
  const transport = new MessageTransport(socketOf(socket), options);
  socket.addEventListener("message", (event) => transport.receive((event as MessageEvent).data));
  socket.addEventListener("close", () => transport.end());
  socket.addEventListener("error", () => transport.end());
  return transport;
}

const socketOf = (socket: WebSocketObject): MessageSocket => ({
  send: (bytes) => socket.send(bytes),
  whenRoom: () => isFull(socket) ? room(socket) : undefined,
  close(code, reason) {
    try {
      socket.close(code, reason);
    } catch {
      // Some platforms refuse to close what is closed.
    }
  },
});

/** Returns whether an open WebSocket has too much to send. What a closed one has not sent, it never will. */
const isFull = ({ readyState, bufferedAmount = 0 }: WebSocketObject): boolean =>
  readyState === OPEN && bufferedAmount > UNSENT_MAX_BYTES;

async function room(socket: WebSocketObject): Promise<void> {
  while (isFull(socket)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
