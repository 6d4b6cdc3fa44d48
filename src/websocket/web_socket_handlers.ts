import type { Address, Transport } from "../transport/transport.ts";
import { MessageTransport, type MessageTransportOptions } from "./message_transport.ts";

/** A WebSocket of a server that calls handlers, as Bun's does. */
export interface HandledWebSocket {
  /** IP address of the client. */
  readonly remoteAddress: string;
  /** Returns a negative number when the message waits in memory, and `drain` follows. */
  send(bytes: Uint8Array<ArrayBuffer>): number;
  /** Closes it, with a code from 3000 on or 1000. */
  close(code?: number, reason?: string): void;
}

/** Handlers of all WebSockets of a server. */
export interface WebSocketHandlers {
  /** Called when a client has connected. */
  open(socket: HandledWebSocket): void;
  /** Called with the data of each message. */
  message(socket: HandledWebSocket, data: unknown): void;
  /** Called when a socket that had too much to send can send more. */
  drain(socket: HandledWebSocket): void;
  /** Called when a socket is closed. */
  close(socket: HandledWebSocket): void;
}

interface Open {
  readonly transport: MessageTransport;
  /** Resolves when the socket can send more. */
  room: Promise<void> | undefined;
  onRoom: () => void;
}

/**
 * Returns handlers for a server such as Bun's, which calls them with each of its WebSockets.
 *
 * ```ts
 * Bun.serve({
 *   fetch: (request, server) => server.upgrade(request) ? undefined : new Response(null, { status: 426 }),
 *   websocket: webSocketHandlers((transport) => broker.accept(transport)),
 * });
 * ```
 *
 * The program checks the header `origin` of the request, as browsers let any page connect.
 */
export function webSocketHandlers(
  accept: (transport: Transport) => void,
  options: Omit<MessageTransportOptions, "peer"> = {},
): WebSocketHandlers {
  const all = new Map<HandledWebSocket, Open>();
  return {
    open(socket) {
      const peer: Address = { host: socket.remoteAddress, port: 0 };
      const transport = new MessageTransport({
        send(bytes) {
          if (socket.send(bytes) < 0) open.room ??= new Promise((resolve) => open.onRoom = resolve);
        },
        whenRoom: () => open.room,
        close: (code, reason) => socket.close(code, reason),
      }, { ...options, peer });
      const open: Open = { transport, room: undefined, onRoom: () => {} };
      all.set(socket, open);
      accept(transport);
    },
    message: (socket, data) => all.get(socket)?.transport.receive(data),
    drain(socket) {
      const open = all.get(socket);
      if (open === undefined) return;
      open.room = undefined;
      open.onRoom();
    },
    close(socket) {
      all.get(socket)?.transport.end();
      all.delete(socket);
    },
  };
}
