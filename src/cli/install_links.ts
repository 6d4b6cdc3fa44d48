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
import type { Runtime } from "../runtime/runtime.ts";
import { TOOLS } from "./tools.ts";

/** Text by which a script that was made here is recognized. */
const MARK = "# Made by haremq install-links.";

/**
 * Makes links under RabbitMQ's names in a folder: to the executable, or scripts that run the source. Leaves files alone
 * that it has not made.
 */
export function installLinks(runtime: Runtime, [folder, ...others]: readonly string[]): never {
  if (folder === undefined || others.length > 0 || folder.startsWith("-")) {
    runtime.writeLine(folder === "--help" ? "stdout" : "stderr", USAGE);
    return runtime.exit(folder === "--help" ? 0 : 64);
  }
  mkdirSync(folder, { recursive: true });
  const taken = TOOLS.map(({ name }) => join(folder, name)).filter((path) => isThere(path) && !isOurs(path));
  if (taken.length > 0) {
    runtime.writeLine(
      "stderr",
      `There are other files already: ${taken.join(", ")}. Remove them, or choose another folder.`,
    );
    return runtime.exit(73);
  }
  for (const { name, subcommand } of TOOLS) {
    const path = join(folder, name);
    rmSync(path, { force: true });
    if (isExecutable(process.execPath)) {
      symlinkSync(process.execPath, path);
    } else {
      writeFileSync(path, scriptOf(subcommand));
      chmodSync(path, 0o755);
    }
    runtime.writeLine("stdout", path);
  }
  return runtime.exit(0);
}

const USAGE = `Usage: haremq install-links <folder>

Makes these commands in a folder, such as one of PATH: ${TOOLS.map(({ name }) => name).join(", ")}.`;

/** Runtimes, which run the source. Everything else is an executable of HareMQ itself. */
const RUNTIMES = ["deno", "bun", "deno.exe", "bun.exe"];

const isExecutable = (path: string): boolean => !RUNTIMES.includes(basename(path));

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function scriptOf(subcommand: string): string {
  const program = fileURLToPath(new URL("./haremq.ts", import.meta.url));
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
