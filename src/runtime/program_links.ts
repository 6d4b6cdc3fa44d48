import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Text by which a script that was made here is recognized. */
const MARK = "# Made by haremq install-links.";

/** True where another file is, which was not made here. */
export const isTaken = (path: string): boolean => isThere(path) && !isOurs(path);

/**
 * Makes a program of a name in a folder: a link to the executable, or a script that runs the source. It passes
 * `subcommand` on. Returns its path.
 */
export function installProgram(folder: string, name: string, source: URL, subcommand: string): string {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  rmSync(path, { force: true });
  if (isExecutable(process.execPath)) {
    symlinkSync(process.execPath, path);
  } else {
    writeFileSync(path, scriptOf(source, subcommand));
    chmodSync(path, 0o755);
  }
  return path;
}

/** Runtimes, which run the source. Everything else is an executable of HareMQ itself. */
const RUNTIMES = ["deno", "bun", "node", "deno.exe", "bun.exe", "node.exe"];

const isExecutable = (path: string): boolean => !RUNTIMES.includes(basename(path));

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function scriptOf(source: URL, subcommand: string): string {
  const program = fileURLToPath(source);
  const run = basename(process.execPath).startsWith("deno") ? "run -A --no-check " : "";
  return `#!/bin/sh\n${MARK}\nexec ${quoted(process.execPath)} ${run}${quoted(program)} ${subcommand} "$@"\n`;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function isOurs(path: string): boolean {
  if (lstatSync(path).isSymbolicLink()) {
    const target = resolve(path, "..", readlinkSync(path));
    return !existsSync(target) || target === process.execPath;
  }
  return lstatSync(path).isFile() && readFileSync(path, "utf8").includes(MARK);
}
