/** Installs the packages in package-lock.json if none are installed yet, for npm's scripts. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";

/**
 * Without the warnings that some packages want a newer Node than this one: Deno, Bun and a Node that is among the packages
 * run all of them, and this one runs none.
 */
const INSTALL = "npm ci --ignore-scripts --loglevel=error";

const root = new URL("..", import.meta.url);
if (!existsSync(new URL("node_modules/deno", root))) {
  const { status } = spawnSync(INSTALL, { cwd: root, shell: true, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
if (process.platform === "win32") {
  // The scripts begin with the shell's `exec`, so that npm's signals reach them. Windows has neither.
  mkdirSync(new URL("node_modules/.bin/", root), { recursive: true });
  writeFileSync(new URL("node_modules/.bin/exec.cmd", root), "@%*\r\n");
}
