/**
 * Publishes and consumes over a socket or a WebSocket, and reports the rate: `websocket.ts` starts it with a task as JSON.
 */
import process from "node:process";
import { Consumer } from "../src/cli/perf/load/consumer.ts";
import type { Target } from "../src/cli/perf/load/connection.ts";
import { Publisher } from "../src/cli/perf/load/publisher.ts";
import { connect } from "../src/runtime/client_socket.ts";
import { declareQueues, deleteQueues } from "./load/queues.ts";

export type Way = "socket" | "WebSocket";

export interface WebSocketTask {
  readonly way: Way;
  readonly port: number;
  readonly bodyBytes: number;
  /** Number of messages that one acknowledgement covers; 0 means no-ack. */
  readonly ackEvery: number;
  /** Time before the measurement. In milliseconds. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface WebSocketReport {
  /** Rate of consumed messages a second. */
  readonly perSecond: number;
  /** Number of all messages, those before and after the measurement too. */
  readonly consumed: number;
  readonly lost: number;
  readonly outOfOrder: number;
}

const END = "\r\n\r\n";
const ASCII = new TextDecoder();

/** Connects by a WebSocket. Its masks are zero, so that this side has less to do than the broker. */
const connectWebSocket: typeof connect = async (host, port, events) => {
  let head = "";
  let isOpen = false;
  let onOpen = () => {};
  const opened = new Promise<void>((resolve) => onOpen = resolve);
  const frames = new ServerFrames((data) => events.onData(data));
  const socket = await connect(host, port, {
    ...events,
    onData(chunk) {
      if (isOpen) return frames.read(chunk);
      head += ASCII.decode(chunk);
      if (!head.endsWith(END)) return;
      if (!head.startsWith("HTTP/1.1 101")) throw new Error(head);
      isOpen = true;
      onOpen();
    },
  });
  const headers = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: amqp";
  socket.write(new TextEncoder().encode(`GET /ws/amqp HTTP/1.1\r\nHost: ${host}:${port}\r\n${headers}${END}`));
  await opened;
  return { ...socket, write: (bytes) => socket.write(clientFrame(bytes)) };
};

/** Makes a binary frame with a mask of zeros. */
function clientFrame(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const size = length < 126 ? 6 : length <= 0xffff ? 8 : 14;
  const frame = new Uint8Array(size + length);
  frame[0] = 0x82;
  frame[1] = 0x80 | (size === 6 ? length : size === 8 ? 126 : 127);
  if (size === 8) new DataView(frame.buffer).setUint16(2, length);
  if (size === 14) new DataView(frame.buffer).setUint32(6, length);
  frame.set(bytes, size);
  return frame;
}

/** The data of the frames of a server, none of which is masked. */
class ServerFrames {
  readonly #onData: (data: Uint8Array) => void;
  readonly #head: number[] = [];
  #remaining = 0;

  constructor(onData: (data: Uint8Array) => void) {
    this.#onData = onData;
  }

  read(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#remaining > 0) {
        const end = Math.min(chunk.length, at + this.#remaining);
        this.#onData(chunk.subarray(at, end));
        this.#remaining -= end - at;
        at = end;
        continue;
      }
      const head = this.#head;
      head.push(chunk[at++]);
      const short = head[1] & 0x7f;
      const size = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (head.length < 2 || head.length < size) continue;
      this.#remaining = size === 2 ? short : head.slice(2).reduce((length, byte) => length * 256 + byte, 0);
      head.length = 0;
    }
  }
}

async function measure(task: WebSocketTask): Promise<WebSocketReport> {
  const { way, port, bodyBytes, ackEvery, warmUpMs, measureMs } = task;
  const target: Target = {
    host: "127.0.0.1",
    port,
    user: "guest",
    password: "guest",
    vhost: "/",
    connect: way === "socket" ? connect : connectWebSocket,
  };
  const queues = { prefix: "haremq-bench-websocket", queues: 1, isDurable: false, fansOut: false };
  await declareQueues(target, queues);
  const names = [`${queues.prefix}-0`];
  const consumer = await Consumer.open(target, {
    queues: names,
    prefetch: 1000,
    ackEvery,
    publishers: 1,
    notesLatency: false,
  });
  const publisher = await Publisher.open(target, {
    id: 0,
    queues: names,
    bodyBytes,
    confirmWindow: 0,
    ratePerSecond: 0,
  });
  const publishing = publisher.run();
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  const [startedMs, before] = [performance.now(), consumer.consumed];
  await new Promise((resolve) => setTimeout(resolve, measureMs));
  const perSecond = (consumer.consumed - before) * 1000 / (performance.now() - startedMs);
  publisher.stop();
  await publishing;
  await publisher.close();
  for (let waits = 0; consumer.consumed < publisher.published && waits < 5000; waits++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await consumer.close();
  await deleteQueues(target, queues);
  const { consumed, outOfOrder } = consumer;
  return { perSecond, consumed, lost: publisher.published - consumed, outOfOrder };
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]) as WebSocketTask)));
process.exit(0);
