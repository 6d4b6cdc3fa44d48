import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ADMIN_SCENES } from "./admin_invocations.ts";
import { SCENES } from "./invocations.ts";
import { playScene, type Stage } from "./scenes.ts";
import { formatTranscript } from "./transcript.ts";

/*
 * Records what RabbitMQ's commands write, for the tests that replay them. The RabbitMQ must be fresh, with its
 * management plugin:
 *
 *     AMQP_URL=amqp://localhost RABBITMQ_BIN=/usr/lib/rabbitmq/bin deno run -A tests/cli/transcript/record.ts
 *
 * RABBITMQ_NODENAME and other variables of the environment reach the commands. With the argument `rabbitmqadmin` it
 * records those of that program, which must be in PATH; HTTP_PORT is the port of the management API.
 */

/** Time after which the statistics of RabbitMQ have what was done before. In milliseconds. */
const STATISTICS_MS = 7000;

const [program = "rabbitmqctl"] = process.argv.slice(2);
const isAdmin = program === "rabbitmqadmin";
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, STATISTICS_MS));
const folder = mkdtempSync(`${tmpdir()}/haremq-transcript-`);

const stage: Stage = {
  amqpUrl: process.env.AMQP_URL ?? "amqp://localhost",
  binFolder: process.env.RABBITMQ_BIN ?? "/usr/lib/rabbitmq/bin",
  folder,
  environment: { LANG: "C.UTF-8", ...(isAdmin ? { HOME: folder, HTTP_PORT: process.env.HTTP_PORT ?? "15672" } : {}) },
  settle: isAdmin ? settle : undefined,
};

const name = isAdmin ? "rabbitmqadmin_3.10" : "rabbitmq_3.10";
const file = fileURLToPath(new URL(`./${name}.transcript`, import.meta.url));
const entries = [];
for (const scene of isAdmin ? ADMIN_SCENES : SCENES) {
  console.log(scene.title);
  entries.push(...await playScene(stage, scene));
  writeFileSync(file, formatTranscript(entries));
}
console.log(`${entries.length} commands are in ${file}.`);
process.exit(0);
