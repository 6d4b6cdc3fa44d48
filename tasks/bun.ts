/** Runs Bun with this program's arguments: the one installed by npm, or else the one in the PATH. */
import { existsSync, readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/**
 * Returns the command of Bun. Its npm package makes one in an install script, which the binary itself does not need.
 */
export function bunCommand(): string {
  const packages = new URL("../node_modules/@oven/", import.meta.url);
  const installed = existsSync(packages) ? readdirSync(packages) : [];
  for (const name of installed) {
    for (const file of ["bun", "bun.exe"]) {
      const binary = new URL(`${name}/bin/${file}`, packages);
      if (existsSync(binary)) return fileURLToPath(binary);
    }
  }
  return "bun";
}

if (import.meta.main) {
  const { status, error } = spawnSync(bunCommand(), process.argv.slice(2), { stdio: "inherit" });
  if (error !== undefined) console.error(`Bun can't be run (${error.message}): "npm ci" installs it.`);
  process.exit(status ?? 1);
}
