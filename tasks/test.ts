/** Runs tests on Deno and then on Bun: those of the files or folders that are given, or all. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { bunCommand } from "./bun.ts";

const tests = new URL("../tests/", import.meta.url);

/** All folders of tests but that of other languages' clients, which need more than Node and npm. */
function folders(): string[] {
  const entries = readdirSync(tests, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== "interop").map(({ name }) => `tests/${name}`);
}

const given = process.argv.slice(2);
const places = given.length > 0 ? given : folders();
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
