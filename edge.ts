/**
 * A broker on an edge platform: clients by WebSocket, and queues in a Durable Object.
 *
 * ```ts
 * import { openDurableObjectBroker, webSocketTransport } from "haremq/edge";
 *
 * const { broker } = await openDurableObjectBroker(ctx.storage);
 * broker.accept(webSocketTransport(socket, { peer: { host: address, port: 0 } }));
 * ```
 *
 * @module
 */
export { Broker, type BrokerOptions } from "./src/embedding/broker.ts";
export {
  type DurableObjectBroker,
  type DurableObjectBrokerOptions,
  openDurableObjectBroker,
} from "./src/embedding/durable_object_broker.ts";
export type { DurableObjectStorage, SqlRow, SqlStorage, SqlValue } from "./src/store/durable_object/storage.ts";
export { mayOpenWebSocket } from "./src/websocket/handshake.ts";
export type { MessageTransportOptions } from "./src/websocket/message_transport.ts";
export { type WebSocketObject, webSocketTransport } from "./src/websocket/web_socket_object.ts";
export type { Transport } from "./src/transport/transport.ts";
export type { Store } from "./src/store/store.ts";
