/**
 * Runs Deno with this program's arguments, for npm's scripts, and ends as it ends. The command of Deno's npm package would
 * leave it running: it does not pass SIGTERM on.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const PARENT_CHECK_MS = 500;

const packages = new URL("../node_modules/@deno/", import.meta.url);
const binary = readdirSync(packages)
  .flatMap((name) => [new URL(`${name}/deno`, packages), new URL(`${name}/deno.exe`, packages)])
  .find((file) => existsSync(file));
if (binary === undefined) throw new Error(`There is no Deno for this machine in ${packages}: run "npm ci".`);

const child = spawn(fileURLToPath(binary), process.argv.slice(2), { stdio: "inherit" });
// A terminal sends SIGINT to Deno too, which then gets it twice, as npm passes it on to this process.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
// When npm is killed, nothing tells; then this process has another parent.
const parent = process.ppid;
setInterval(() => process.ppid === parent || child.kill("SIGTERM"), PARENT_CHECK_MS).unref();
child.on("exit", (code) => process.exit(code ?? 1));
