import type { Logger } from "../amqp091/logger.ts";
import type { HttpUpgrade } from "../http1/upgrade.ts";
import { BufferPool } from "../transport/buffer_pool.ts";
import { describeTransport, type Transport } from "../transport/transport.ts";
import { after } from "./after.ts";

/** Path of AMQP over WebSocket, behind `management.path_prefix`. */
const PATH = "/ws/amqp";

export interface WebAmqpOptions {
  /** Beginning of the path. */
  readonly pathPrefix: string;
  /** Origins of pages that may connect, besides those of the server itself; `*` for all. */
  readonly allowOrigins: readonly string[];
  readonly log: Logger;
  /** Returns false while connections of clients are suspended. */
  isListening(): boolean;
  /** Accepts a connection that speaks AMQP. */
  accept(transport: Transport): void;
}

/** Serves AMQP over WebSocket beside what else a server answers. The code of WebSockets is loaded for the first one. */
export function webAmqp({ pathPrefix, allowOrigins, log, isListening, accept }: WebAmqpOptions): HttpUpgrade {
  const path = pathPrefix + PATH;
  const options = { after, buffers: new BufferPool() };
  return (request, transport) => new URL(request.url).pathname === path ? upgrade(request, transport) : undefined;

  async function upgrade(
    request: Parameters<HttpUpgrade>[0],
    transport: Transport,
  ): Promise<Awaited<ReturnType<HttpUpgrade>>> {
    const { isRefusal, shakeHands, WebSocketTransport } = await import("../websocket/websocket.ts");
    const answer = isListening()
      ? await shakeHands(request, { subprotocol: "amqp", allowOrigins })
      : { status: 503, reason: "connections of clients are suspended" };
    if (!isRefusal(answer)) {
      return {
        headers: answer,
        start: (transport, received) => accept(new WebSocketTransport(transport, received, options)),
      };
    }
    const { status, reason, headers } = answer;
    log("warning", `WebSocket ${describeTransport(transport)}: refused with ${status}: ${reason}`, "connection");
    const body = new TextEncoder().encode(JSON.stringify({ error: "bad_request", reason }));
    const length = { "content-type": "application/json", "content-length": String(body.length) };
    return new Response(body, { status, headers: { ...headers, ...length } });
  }
}
