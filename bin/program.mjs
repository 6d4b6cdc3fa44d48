/**
 * Runs HareMQ's program for the commands of the npm package: on Bun, which starts fastest, or else on Deno, as they are
 * installed beside this package or in the PATH.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { V8_FLAGS } from "./v8_flags.mjs";

const program = fileURLToPath(new URL("../src/cli/haremq.ts", import.meta.url));

const RUNTIMES = [
  { packages: "@oven", binary: "bin/bun", command: "bun", args: [] },
  { packages: "@deno", binary: "deno", command: "deno", args: ["run", "-A", "--no-check", V8_FLAGS] },
];

/** Returns the path of a runtime's binary in a folder of packages. */
function installed({ packages, binary }) {
  // In a checkout they are in its own folder of packages; an installed package is in that folder itself.
  for (const parent of ["../node_modules/", "../../"]) {
    const folder = new URL(`${parent}${packages}/`, import.meta.url);
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      for (const suffix of ["", ".exe"]) {
        const file = new URL(`${name}/${binary}${suffix}`, folder);
        if (existsSync(file)) return fileURLToPath(file);
      }
    }
  }
  return undefined;
}

/** Runs the program with the arguments of this process behind those given, and ends as it ends. */
export function run(...first) {
  const found = RUNTIMES.map((runtime) => ({ ...runtime, path: installed(runtime) }));
  const { path, command, args } = found.find(({ path }) => path !== undefined) ?? found[0];
  const child = spawn(path ?? command, [...args, program, ...first, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends SIGINT to both: the program ends by itself.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", ({ message }) => {
    console.error(`Neither Bun nor Deno can be run (${message}): install one of them, such as by "npm install bun".`);
    process.exit(69);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
