/**
 * Makes an executable of HareMQ in dist/, with Deno, which downloads the part that it wraps ("denort"). Where it can't,
 * Bun's executable does the same.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { V8_FLAGS } from "../bin/v8_flags.mjs";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const args = ["compile", "-A", "--no-check", V8_FLAGS, "--output", "dist/haremq-deno", ...process.argv.slice(2)];
const { status, error, stderr } = spawnSync(process.execPath, [...args, "src/cli/haremq.ts"], {
  cwd,
  encoding: "utf8",
  stdio: ["inherit", "inherit", "pipe"],
});
process.stderr.write(stderr ?? "");
if (status !== 0) {
  console.error(`
Deno has made no executable${error === undefined ? "" : ` (${error.message})`}. It downloads the part that it wraps, \
for which it needs network access: "deno task compile" makes one with Bun, from packages of npm alone.`);
  process.exitCode = status ?? 1;
}
