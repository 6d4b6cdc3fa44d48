/** Kills the broker at random moments, on Deno, on Bun and then on Node, and checks what it promised. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { Command, Option } from "commander";
import { bunCommand } from "./bun.ts";
import { NODE_TEST_ARGS, nodeCommand } from "./node.ts";

const RUNS = {
  Deno: { command: "deno", args: ["run", "-A", "--no-check"] },
  Bun: { command: bunCommand(), args: ["run"] },
  Node: { command: nodeCommand(), args: NODE_TEST_ARGS },
} as const;

const { rounds, changes, seed, runtime } = new Command("crash")
  .description("Kills the broker at random moments and checks what it promised.")
  .addOption(new Option("--rounds <number>", "how many rounds on each runtime").argParser(wholeNumber).default(50))
  .addOption(
    new Option("--changes <number>", "instead of rounds, how many changes of the topology, with a kill after each")
      .argParser(wholeNumber),
  )
  .addOption(new Option("--seed <number>", "the first round's seed; default: any").argParser(wholeNumber))
  .addOption(new Option("--runtime <name>", "only one of the runtimes").choices(Object.keys(RUNS)))
  .parse()
  .opts<{ rounds: number; changes?: number; seed?: number; runtime?: keyof typeof RUNS }>();

let failed = 0;
for (const [name, { command, args }] of Object.entries(RUNS)) {
  if (runtime !== undefined && runtime !== name) continue;
  console.log(`\n${changes === undefined ? "Rounds" : "Changes"} on ${name}\n`);
  const seedArgs = seed === undefined ? [] : ["--seed", String(seed)];
  const workArgs = changes === undefined ? ["--rounds", String(rounds)] : ["--changes", String(changes)];
  const flags = ["tests/crash/main.ts", ...workArgs, ...seedArgs];
  const { status } = spawnSync(command, [...args, ...flags], { stdio: "inherit" });
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`This must be a whole number, such as 50: received "${text}".`);
  process.exit(1);
}
