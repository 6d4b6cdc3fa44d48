/**
 * Imports a file of `fixtures/` into HareMQ, what HareMQ exports into a RabbitMQ, and lists what that exports otherwise than
 * the file says. To be run by hand, with the address of the management API of a new RabbitMQ and a folder:
 *
 *     deno run -A tests/definitions/return_to_rabbitmq.ts http://localhost:15672 tests/definitions/fixtures/rabbitmq_4.3
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { Broker } from "../../mod.ts";

const [api, folder] = process.argv.slice(2);
const headers = { authorization: `Basic ${btoa("guest:guest")}`, "content-type": "application/json" };

const file = readFileSync(`${folder}/definitions.json`, "utf8");
const broker = new Broker({ importsDefinitions: true });
await broker.importDefinitions(file);
const body = await broker.exportDefinitions();
const answer = await fetch(`${api}/api/definitions`, { method: "POST", headers, body });
console.log(`RabbitMQ answers ${answer.status} ${await answer.text()}`);
const returned = await (await fetch(`${api}/api/definitions`, { headers })).text();

/** The objects of definitions, a line each with its members in order. */
function lines(definitions: string): Set<string> {
  const sections = Object.entries(JSON.parse(definitions)).filter(([, objects]) => Array.isArray(objects));
  return new Set(
    (sections as [string, Record<string, unknown>[]][]).flatMap(([section, objects]) =>
      objects.map((object) => `${section} ${JSON.stringify(sorted(object))}`)
    ),
  );
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]));
}

const [before, after] = [lines(file), lines(returned)];
for (const line of before) if (!after.has(line)) console.log(`- ${line}`);
for (const line of after) if (!before.has(line)) console.log(`+ ${line}`);
process.exit(answer.ok ? 0 : 1);
