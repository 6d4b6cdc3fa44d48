/** Runs Bun with this program's arguments: the one that npm installed, or else the one on the PATH. */
import { existsSync, readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import process from "node:process";

/** Bun's npm package makes its command by an install script; the binary itself needs none. */
export function bunCommand(): string {
  const packages = new URL("../node_modules/@oven/", import.meta.url);
  const installed = existsSync(packages) ? readdirSync(packages) : [];
  for (const name of installed) {
    for (const file of ["bun", "bun.exe"]) {
      const binary = new URL(`${name}/bin/${file}`, packages);
      if (existsSync(binary)) return decodeURIComponent(binary.pathname);
    }
  }
  return "bun";
}

if (import.meta.main) {
  const { status, error } = spawnSync(bunCommand(), process.argv.slice(2), { stdio: "inherit" });
  if (error !== undefined) console.error(`Bun can't be run (${error.message}): "npm ci" installs it.`);
  process.exit(status ?? 1);
}
