import { Broker } from "../mod.ts";

await using broker = new Broker();

// A client speaks AMQP over any pair of byte streams: a socket, a WebSocket, a pipe, or two streams in memory.
const toBroker = new TransformStream<Uint8Array>();
const toClient = new TransformStream<Uint8Array>();
broker.accept({ readable: toBroker.readable, writable: toClient.writable });

const writer = toBroker.writable.getWriter();
const reader = toClient.readable.getReader();
await writer.write(new TextEncoder().encode("AMQP\x00\x00\x09\x01"));
const { value } = await reader.read();
console.log(`connection.start has ${value![8]}.${value![10]}`);
await writer.close();
// Prints:
// connection.start has 10.10
