import { writeFileSync } from "node:fs";
import process from "node:process";
import { ADMIN_SCENES } from "./admin_invocations.ts";
import { SCENES } from "./invocations.ts";
import { normalise } from "./normalise.ts";
import { ADMIN_RECORDED_PORTS, readTranscript, RECORDED_PORTS, replay } from "./replay.ts";
import { formatTranscript } from "./transcript.ts";

/*
 * Writes what HareMQ's commands write where RabbitMQ's write something else. Each has its reason in `differences.ts`. With the argument
 * `rabbitmqadmin` it writes those of that program, whose reasons are in `admin_differences.ts`.
 *
 *     deno run -A tests/cli/transcript/write_differences.ts
 */

const isAdmin = process.argv[2] === "rabbitmqadmin";
const { entries } = await replay(isAdmin ? ADMIN_SCENES : SCENES);
const recorded = isAdmin
  ? readTranscript("rabbitmqadmin_3.10").map((entry) => normalise(entry, ADMIN_RECORDED_PORTS))
  : readTranscript("rabbitmq_3.10").map((entry) => normalise(entry, RECORDED_PORTS));
const different = entries.filter((entry, at) => JSON.stringify(entry) !== JSON.stringify(recorded[at]));
const file = isAdmin ? "./haremq_admin.transcript" : "./haremq.transcript";
writeFileSync(new URL(file, import.meta.url), formatTranscript(different));
for (const { command } of different) console.log(command);
process.exit(0);
