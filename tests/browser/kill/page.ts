/** Publishes to a durable queue of the broker in a tab as fast as that confirms, and reads it back. */
import { connectTab } from "../../../browser.ts";
import { openWith } from "../../../bench/tab/port_socket.ts";
import { declareQueues } from "../../../bench/load/queues.ts";
import { AMQPStreamClient } from "../../../examples/tab/stream_client.ts";
import { NUMBER_OFFSET } from "../../../src/cli/perf/load/message.ts";
import { Publisher } from "../../../src/cli/perf/load/publisher.ts";

/** The parts of a page's interface that are used here. */
declare const Worker: new (url: string, options: { readonly type: "module" }) => unknown;

new Worker("worker.js", { type: "module" });
openWith(() => connectTab());

const TARGET = { host: "tab", port: 0, user: "guest", password: "guest", vhost: "/" };
const QUEUE = "kept-0";
const REPORT_MS = 2;

/** Publishes without end, and prints how many messages are confirmed. */
async function publish(bodyBytes: number): Promise<void> {
  await declareQueues(TARGET, { prefix: "kept", queues: 1, isDurable: true, fansOut: false });
  const options = { id: 0, queues: [QUEUE], bodyBytes, isPersistent: true, confirmWindow: 1000, ratePerSecond: 0 };
  const publisher = await Publisher.open(TARGET, options);
  setInterval(() => console.log(`confirmed ${publisher.confirmed}`), REPORT_MS);
  await publisher.run();
}

/** Reads all messages, and returns their numbers. */
async function readAll(): Promise<number[]> {
  const connection = await new AMQPStreamClient(await connectTab()).connect();
  const channel = await connection.channel();
  const { messageCount } = await channel.queueDeclare(QUEUE, { passive: true });
  const numbers: number[] = [];
  const done = new Promise<void>((resolve) => {
    if (messageCount === 0) resolve();
    channel.basicConsume(QUEUE, { noAck: true }, ({ body }) => {
      numbers.push(new DataView(body!.buffer, body!.byteOffset).getUint32(NUMBER_OFFSET));
      if (numbers.length === messageCount) resolve();
    });
  });
  await done;
  await connection.close();
  return numbers;
}

Object.assign(globalThis, { publish, readAll });
