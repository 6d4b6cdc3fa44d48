/** AMQP's way over WebSockets: the handshake, and the transport behind it. */
export { isRefusal, shakeHands } from "./handshake.ts";
export { WebSocketTransport } from "./websocket_transport.ts";
