/** Fetches Bun for another platform from npm, in the version of package-lock.json and with its checksum. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const CACHE = join("node_modules", ".cache", "haremq");

/** Returns the version and checksum that package-lock.json has for a package. */
function lockedPackage(name: string): LockedPackage {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const found: LockedPackage | undefined = packages[`node_modules/${name}`];
  if (found === undefined) throw new Error(`package-lock.json has no ${name}, so nothing tells whether it is genuine.`);
  return found;
}

/** Returns the path of the Bun in a package, which is fetched unless it is installed or was fetched before. */
export function bunOfPackage(name: string): string {
  const { version, integrity } = lockedPackage(name);
  const file = join("node_modules", name, "bin", name.includes("windows") ? "bun.exe" : "bun");
  if (existsSync(join(root, file))) return join(root, file);
  const folder = join(root, CACHE, `${name.replace("/", "-")}-${version}`);
  const path = join(folder, file);
  if (!existsSync(path)) fetchPackage(folder, name, { version, integrity });
  return path;
}

/** Installs one package into a folder; npm compares its checksum with the given one. */
function fetchPackage(folder: string, name: string, { version, integrity }: LockedPackage): void {
  const dependencies = { [name]: version };
  const about = { name: "haremq-compile", version: "0.0.0", private: true };
  const packages = { "": { ...about, dependencies }, [`node_modules/${name}`]: { version, integrity } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...about, dependencies }));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...about, lockfileVersion: 3, packages }));
  // It is for another platform than this one: --force.
  const options = { cwd: folder, shell: process.platform === "win32", encoding: "utf8" } as const;
  const args = ["ci", "--force", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, error, stderr } = spawnSync("npm", args, options);
  if (status === 0) return;
  rmSync(folder, { recursive: true, force: true });
  throw new Error(`npm can't fetch ${name} ${version}: ${error?.message ?? stderr}`);
}
