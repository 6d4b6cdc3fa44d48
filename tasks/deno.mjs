/**
 * Runs Deno with this program's arguments, for npm's scripts, and ends it when npm is ended. The command of Deno's npm
 * package would leave it running: it does not pass SIGTERM on, and nor does the shell that npm puts in between.
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
const stop = () => child.kill("SIGTERM");
process.on("SIGTERM", stop);
// A terminal sends SIGINT to both: Deno ends by itself.
process.on("SIGINT", () => {});
// A SIGTERM ends the shell in between silently; then this process has another parent.
const parent = process.ppid;
setInterval(() => process.ppid === parent || stop(), PARENT_CHECK_MS).unref();
child.on("exit", (code) => process.exit(code ?? 1));
