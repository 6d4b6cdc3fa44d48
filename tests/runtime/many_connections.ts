/**
 * Opens and drops thousands of connections, several times, and writes as JSON what the process holds after each time. A
 * program of its own, because tests that run at the same time may share a process, and its resources would be counted
 * too.
 */
import { existsSync, readdirSync } from "node:fs";
import net from "node:net";
import type { Transport } from "../../src/transport/transport.ts";
import { runtime } from "../../src/runtime/current.ts";

const HOST = "127.0.0.1";
const TIMES = 4;
const ROUNDS = 20;
const AT_ONCE = 250;

/** The resources of this process, with the number of connections since they were last measured. */
export interface Held {
  readonly connections: number;
  readonly residentBytes: number;
  /** Number of descriptors; 0 when the system does not list them. */
  readonly descriptors: number;
}

const transports = new Set<Transport>();
let changed = () => {};
const listener = await runtime.listen({ host: HOST, port: 0 }, async (transport) => {
  transports.add(transport);
  changed();
  for await (const _ of transport.readable);
  await transport.writable.close();
  transports.delete(transport);
  changed();
});

function reached(count: number): Promise<void> {
  return new Promise((resolve) => {
    changed = () => transports.size === count && resolve();
    changed();
  });
}

async function openAndDrop(count: number): Promise<void> {
  const peers = Array.from({ length: count }, () => net.connect(listener.address.port, HOST).resume());
  const closed = Promise.all(peers.map((peer) => new Promise((resolve) => peer.once("close", resolve))));
  await reached(count);
  for (const peer of peers) peer.end();
  await Promise.all([closed, reached(0)]);
}

async function openAndDropThousands(): Promise<Held> {
  for (let round = 0; round < ROUNDS; round++) await openAndDrop(AT_ONCE);
  const descriptors = existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0;
  return { connections: ROUNDS * AT_ONCE, residentBytes: runtime.residentBytes(), descriptors };
}

const held: Held[] = [];
for (let time = 0; time < TIMES; time++) held.push(await openAndDropThousands());
listener.close();
runtime.writeLine("stdout", JSON.stringify(held));
