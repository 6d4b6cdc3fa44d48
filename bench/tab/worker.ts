/** The broker that is measured, in a dedicated Worker; and the API, which is measured there. */
import { Broker, openOpfsStore, portTransport, serveTabs } from "../../browser.ts";
import type { MessageEnd } from "../../src/transport/port_transport.ts";
import type { TabResult } from "./protocol.ts";
import type { Traffic } from "../load/traffic.ts";

interface Request {
  readonly port?: MessageEnd;
  readonly api?: Traffic;
}

declare function postMessage(message: unknown): void;
declare const self: { onmessage: (event: { readonly data: Request }) => void };

const broker = new Broker({ store: await openOpfsStore() });
self.onmessage = async ({ data: { port, api } }) => {
  if (port !== undefined) broker.accept(portTransport(port));
  if (api !== undefined) postMessage(await measureApi(api));
};
serveTabs(() => Promise.resolve(broker));
postMessage("ready");

const PERSISTENT = 2;
/** Number of messages that are published in one turn. */
const BATCH = 100;

/** Maximum number of messages that wait for their receipts. */
const API_WINDOW = 1000;

const { port1, port2 } = new MessageChannel();
const turns: (() => void)[] = [];
port1.onmessage = () => turns.shift()?.();

/** Lets timers and messages have a turn. */
function turn(): Promise<void> {
  port2.postMessage(undefined);
  return new Promise((resolve) => turns.push(resolve));
}

/** Publishes and consumes by the API: a batch of messages in a call, and their deliveries in batches. */
async function measureApi({ isDurable, bodyBytes, prefetch, warmUpMs, measureMs }: Traffic) {
  const queue = broker.vhost("/").queue(`api-${crypto.randomUUID()}`, { durable: isDurable });
  const message = { body: new Uint8Array(bodyBytes), properties: isDurable ? { deliveryMode: PERSISTENT } : undefined };
  const messages = Array.from({ length: BATCH }, () => message);
  let published = 0;
  let consumed = 0;
  const consumer = queue.subscribe((batch) => {
    consumed += batch.length;
    batch.ack();
  }, { prefetch });
  const stopped = Date.now() + warmUpMs + measureMs;
  const publishing = (async () => {
    const waiting: PromiseLike<unknown>[] = [];
    while (Date.now() < stopped) {
      waiting.push(queue.publishBatch(messages));
      published += BATCH;
      if (waiting.length * BATCH >= API_WINDOW) await waiting.shift();
      await turn();
    }
    await Promise.all(waiting);
  })();
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  const [startedMs, before] = [performance.now(), consumed];
  await new Promise((resolve) => setTimeout(resolve, measureMs));
  const perSecond = (consumed - before) * 1000 / (performance.now() - startedMs);
  await publishing;
  while (queue.messageCount + queue.unackedCount > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  consumer.cancel();
  queue.delete();
  return { perSecond, consumed, wrong: Math.abs(published - consumed) } satisfies TabResult;
}
