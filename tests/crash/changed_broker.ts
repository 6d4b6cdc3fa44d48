/**
 * A broker that carries out the changes on its standard input, one line of JSON each, and answers each of them once it is
 * safe. `{"state": true}` requests the durable state. Started by `changes.ts` with the data folder as argument.
 */
import { createInterface } from "node:readline";
import process from "node:process";
import { startServer } from "../../src/cli/server.ts";
import { runtime } from "../../src/runtime/current.ts";
import { carryOut, durableStateOf } from "../broker/topology/commands.ts";
import type { Request } from "./changes.ts";

const { broker } = await startServer(runtime, {
  logLevel: "none",
  dataDir: process.argv[2],
  sync: "always",
  config: {
    listeners: [{ host: "127.0.0.1", port: 0 }],
    management: { tcp: { listener: "none" } },
    prometheus: { tcp: { listener: "none" } },
  },
});
const { node } = broker;

const answer = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

/** Resolves when all changes so far are safe. */
function safe(): Promise<void> {
  const { declared, durable } = node.store;
  const isSafe = durable >= declared
    ? Promise.resolve()
    : new Promise<void>((resolve) => node.whenDurable(declared, resolve));
  node.endTurn();
  return isSafe;
}

answer({ started: true });
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request;
  if ("state" in request) answer({ state: durableStateOf(node) });
  else {
    const { id, command, step } = request;
    await carryOut(node, command, step);
    // The next change is carried out before this one is safe, so one batch of the journal may hold both.
    safe().then(() => answer({ done: id }));
  }
}
