/** The load generator, in a page whose Worker has the broker. */
import { connectTab, portTransport } from "../../browser.ts";
import { declareQueues, deleteQueues } from "../load/queues.ts";
import { Consumers, Publishers } from "../load/traffic.ts";
import { openWith } from "./port_socket.ts";
import type { TabCase, TabResult } from "./protocol.ts";

/** The parts of a page's interface that are used here. */
declare const Worker: new (url: string, options: { readonly type: "module" }) => {
  postMessage(message: unknown, transfer?: MessagePort[]): void;
  onmessage: (event: { readonly data: TabResult }) => void;
};

const worker = new Worker("worker.js", { type: "module" });
const answer = (): Promise<TabResult> => new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));

openWith((host) => {
  if (host === "channel") return connectTab();
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ port: port2 }, [port2]);
  return Promise.resolve(portTransport(port1));
});

async function measure({ by, traffic }: TabCase): Promise<TabResult> {
  if (by === "api") {
    const result = answer();
    worker.postMessage({ api: traffic });
    return await result;
  }
  const target = { host: by, port: 0, user: "guest", password: "guest", vhost: "/" };
  const prefix = `tab-${crypto.randomUUID()}`;
  await declareQueues(target, { ...traffic, prefix });
  const consumers = await Consumers.open(target, prefix, traffic, false);
  const publishers = await Publishers.open(target, prefix, traffic);
  const [{ published }, perSecond] = await Promise.all([publishers.run(), consumers.measure()]);
  const { consumed, outOfOrder, repeated } = await consumers.finish(published, perSecond);
  await deleteQueues(target, { ...traffic, prefix });
  return { perSecond, consumed, wrong: Math.abs(published - consumed) + outOfOrder + repeated };
}

Object.assign(globalThis, { isReady: answer(), measure });
