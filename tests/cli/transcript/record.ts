import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { SCENES } from "./invocations.ts";
import { playScene, type Stage } from "./scenes.ts";
import { formatTranscript } from "./transcript.ts";

/*
 * Records what RabbitMQ's commands write, for `replay.test.ts`. The RabbitMQ must be fresh, with its management plugin:
 *
 *     AMQP_URL=amqp://localhost RABBITMQ_BIN=/usr/lib/rabbitmq/bin deno run -A tests/cli/transcript/record.ts
 *
 * RABBITMQ_NODENAME and other variables of the environment reach the commands.
 */

const stage: Stage = {
  amqpUrl: process.env.AMQP_URL ?? "amqp://localhost",
  binFolder: process.env.RABBITMQ_BIN ?? "/usr/lib/rabbitmq/bin",
  folder: mkdtempSync(`${tmpdir()}/haremq-transcript-`),
  environment: { LANG: "C.UTF-8" },
};

const file = fileURLToPath(new URL("./rabbitmq_3.10.transcript", import.meta.url));
const entries = [];
for (const scene of SCENES) {
  console.log(scene.title);
  entries.push(...await playScene(stage, scene));
  writeFileSync(file, formatTranscript(entries));
}
console.log(`${entries.length} commands are in ${file}.`);
process.exit(0);
