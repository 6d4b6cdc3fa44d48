import { writeFileSync } from "node:fs";
import process from "node:process";
import { normalise } from "./normalise.ts";
import { readTranscript, RECORDED_PORTS, replay } from "./replay.ts";
import { formatTranscript } from "./transcript.ts";

/*
 * Writes what HareMQ's commands write where RabbitMQ's write something else. Each has its reason in `differences.ts`.
 *
 *     deno run -A tests/cli/transcript/write_differences.ts
 */

const recorded = readTranscript("rabbitmq_3.10").map((entry) => normalise(entry, RECORDED_PORTS));
const { entries } = await replay();
const different = entries.filter((entry, at) => JSON.stringify(entry) !== JSON.stringify(recorded[at]));
writeFileSync(new URL("./haremq.transcript", import.meta.url), formatTranscript(different));
for (const { command } of different) console.log(command);
process.exit(0);
