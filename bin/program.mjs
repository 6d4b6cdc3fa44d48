/**
 * Runs HareMQ's program for the commands: in the npm package as a part of this process, and in a checkout on Bun, which
 * starts its source fastest, or else on Deno, as they are installed there or in the PATH.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { V8_FLAGS } from "./v8_flags.mjs";

const OLDEST_NODE = 22;

const compiled = new URL("../src/cli/haremq.js", import.meta.url);
const source = fileURLToPath(new URL("../src/cli/haremq.ts", import.meta.url));

const RUNTIMES = [
  { packages: "@oven", binary: "bin/bun", command: "bun", args: [] },
  { packages: "@deno", binary: "deno", command: "deno", args: ["run", "-A", "--no-check", V8_FLAGS] },
];

/** Returns the path of a runtime's binary in the folder of packages. */
function installed({ packages, binary }) {
  const folder = new URL(`../node_modules/${packages}/`, import.meta.url);
  if (!existsSync(folder)) return undefined;
  for (const name of readdirSync(folder)) {
    for (const suffix of ["", ".exe"]) {
      const file = new URL(`${name}/${binary}${suffix}`, folder);
      if (existsSync(file)) return fileURLToPath(file);
    }
  }
  return undefined;
}

/** Runs the program with the arguments of this process behind those given, and ends as it ends. */
export function run(...first) {
  if (existsSync(compiled)) runCompiled(first);
  else runSource(first);
}

function runCompiled(first) {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    console.error(`HareMQ needs Node ${OLDEST_NODE} or later, and this is Node ${process.versions.node}.`);
    process.exit(69);
  }
  process.argv.splice(2, 0, ...first);
  import(compiled.href);
}

function runSource(first) {
  const found = RUNTIMES.map((runtime) => ({ ...runtime, path: installed(runtime) }));
  const { path, command, args } = found.find(({ path }) => path !== undefined) ?? found[0];
  const child = spawn(path ?? command, [...args, source, ...first, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends SIGINT to both: the program ends by itself.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", ({ message }) => {
    console.error(`Neither Bun nor Deno can be run (${message}): install them by "npm ci --ignore-scripts".`);
    process.exit(69);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
