/** Installs the packages in package-lock.json if none are installed yet, for npm's scripts. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";

const root = new URL("..", import.meta.url);
if (!existsSync(new URL("node_modules/deno", root))) {
  const { status } = spawnSync("npm ci --ignore-scripts", { cwd: root, shell: true, stdio: "inherit" });
  process.exit(status ?? 1);
}
