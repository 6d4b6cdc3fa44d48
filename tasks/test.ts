/** Runs tests on Deno and then on Bun: those of the files or folders that are given, or all. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { bunCommand } from "./bun.ts";

/** The folders of tests that need nothing but Node and npm. */
const FOLDERS = [
  "amqp",
  "access",
  "bench",
  "broker",
  "cli",
  "conformance",
  "connection",
  "edge",
  "embedding",
  "runtime",
];

const given = process.argv.slice(2);
const places = given.length > 0 ? given : FOLDERS.map((folder) => `tests/${folder}`);
const runs = [
  { name: "Deno", command: "deno", args: ["test", "-A", "--no-check", "--parallel", ...places] },
  { name: "Bun", command: bunCommand(), args: ["test", ...places.map((place) => `./${place}`)] },
];

let failed = 0;
for (const { name, command, args } of runs) {
  console.log(`\nTests on ${name}\n`);
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) failed++;
}
const runtimes = runs.length - failed;
console.log(`\nRuntimes on which all tests pass:\n${runtimes} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
