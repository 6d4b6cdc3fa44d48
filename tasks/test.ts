/**
 * Runs tests on Deno and then on Bun: those in the given files or folders, or all. Failures are repeated at the end, so
 * that they are found even in a shortened log.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import process from "node:process";
import { bunCommand } from "./bun.ts";
import { failuresOnBun, failuresOnDeno } from "./test_failures.ts";

/**
 * Time limit of a test on Bun, longer than a test waits for something missing, so that it can report that; Bun's
 * default is 5 s. In milliseconds.
 */
const BUN_TIMEOUT_MS = 60_000;

const tests = new URL("../tests/", import.meta.url);

/** Folders whose tests need more than Node and npm, which `deno task interop` installs and runs. */
const INTEROP_FOLDERS = ["interop", "browser", "docs_interop"];

/** Returns all folders of tests that need nothing but Node and npm. */
function folders(): string[] {
  const folders = readdirSync(tests, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => !INTEROP_FOLDERS.includes(name)).map((name) =>
    `tests/${name}`
  );
}

/** Runs a command, and shows its output as it comes. */
async function run(command: string, args: readonly string[]): Promise<{ isPassed: boolean; output: string }> {
  const child = spawn(command, args, { stdio: ["inherit", "pipe", "pipe"] });
  let output = "";
  for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]] as const) {
    const decoder = new TextDecoder();
    from.on("data", (chunk: Uint8Array) => {
      output += decoder.decode(chunk, { stream: true });
      to.write(chunk);
    });
  }
  const [status] = await once(child, "close");
  return { isPassed: status === 0, output };
}

const given = process.argv.slice(2);
const places = given.length > 0 ? given : folders();
const runs = [
  {
    name: "Deno",
    command: "deno",
    args: ["test", "-A", "--no-check", "--parallel", ...places],
    failuresIn: failuresOnDeno,
  },
  {
    name: "Bun",
    command: bunCommand(),
    args: ["test", "--timeout", String(BUN_TIMEOUT_MS), ...places.map((place) => `./${place}`)],
    failuresIn: failuresOnBun,
  },
];

const failures: string[] = [];
for (const { name, command, args, failuresIn } of runs) {
  console.log(`\nTests on ${name}\n`);
  const { isPassed, output } = await run(command, args);
  if (!isPassed) failures.push(`\nFailed on ${name}\n\n${failuresIn(output)}`);
}
for (const failure of failures) console.log(failure);
const passed = runs.length - failures.length;
console.log(`\nRuntimes on which all tests pass:\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
