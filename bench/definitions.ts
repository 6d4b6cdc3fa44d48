/**
 * Measures an import and an export of many queues while a client is served: its times, and the longest wait of the client.
 * To be run on the runtime that is measured, with the number of queues (default: 100,000):
 *
 *     deno run -A bench/definitions.ts 100000
 *     bun bench/definitions.ts 100000
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import amqp from "amqplib";
import { startServer } from "../src/cli/server.ts";
import { runtime } from "../src/runtime/current.ts";

const PING = "--ping";

/** A client that looks up a queue over and over, and prints the longest time of an answer whenever it reads a line. */
async function ping(port: number): Promise<void> {
  const connection = await amqp.connect({ port });
  const channel = await connection.createChannel();
  await channel.assertQueue("ping", { durable: false });
  let longestMs = 0;
  process.stdin.on("data", () => {
    console.log(longestMs.toFixed(0));
    longestMs = 0;
  });
  console.log("ready");
  for (;;) {
    const start = performance.now();
    await channel.checkQueue("ping");
    longestMs = Math.max(longestMs, performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function definitions(count: number): string {
  const queues = Array.from({ length: count }, (_, at) => ({
    name: `queue-${at}-of-some-application`,
    vhost: "/",
    type: at % 10 === 0 ? "quorum" : "classic",
    durable: true,
    auto_delete: false,
    arguments: { "x-queue-type": at % 10 === 0 ? "quorum" : "classic", "x-max-length": 100_000 },
  }));
  return JSON.stringify({ queues });
}

async function measure(count: number): Promise<void> {
  const dataDir = mkdtempSync(`${tmpdir()}/haremq-bench-`);
  const config = {
    listeners: [{ host: "127.0.0.1", port: 0 }],
    management: { tcp: { listener: "none" } },
    prometheus: { tcp: { listener: "none" } },
  };
  const server = await startServer(runtime, { dataDir, sync: "always", logLevel: "none", config });
  const self = fileURLToPath(import.meta.url);
  const args = ["Deno" in globalThis ? ["run", "-A", "--no-check"] : [], self, PING, String(server.address.port)]
    .flat();
  const client = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  await once(client.stdout, "data");

  const time = async (what: string, work: () => Promise<unknown>) => {
    client.stdin.write("\n");
    await once(client.stdout, "data");
    const start = performance.now();
    await work();
    const ms = performance.now() - start;
    client.stdin.write("\n");
    const [longest] = await once(client.stdout, "data");
    console.log(`${what}: ${(ms / 1000).toFixed(1)} s, longest wait of a client: ${String(longest).trim()} ms`);
  };
  const text = definitions(count);
  await time(`import of ${count} queues`, () => server.broker.importDefinitions(text));
  await time("export of all", () => server.broker.exportDefinitions());
  await time("import of the same again", () => server.broker.importDefinitions(text));
  client.kill();
  await server.close();
  rmSync(dataDir, { recursive: true });
  process.exit(0);
}

const [first = "100000", second] = process.argv.slice(2);
if (first === PING) await ping(Number(second));
else await measure(Number(first));
