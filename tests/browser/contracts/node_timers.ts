/** Stands in for `node:timers` in a browser. */

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** Calls back in a task of its own. */
export function setImmediate(callback: () => void): void {
  waiting.push(callback);
  port2.postMessage(undefined);
}
