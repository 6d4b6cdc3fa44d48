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
const MARK = "Made by haremq install-links.";

/** True where another file is, which was not made here. */
export const isTaken = (path: string): boolean => isThere(path) && !isOurs(path);

/** Returns the path of a program of a name in a folder. */
export const programPath = (folder: string, name: string, system: string = process.platform): string =>
  join(folder, system === "win32" ? `${name}.cmd` : name);

/**
 * Makes a program in a folder: a link to the executable, or a script that runs the source. It passes `subcommand` on. On
 * Windows, where links need a privilege, it is a script in any case. Returns its path.
 */
export function installProgram(
  folder: string,
  name: string,
  source: URL,
  subcommand: string,
  system: string = process.platform,
): string {
  const path = programPath(folder, name, system);
  mkdirSync(folder, { recursive: true });
  rmSync(path, { force: true });
  if (system === "win32") {
    writeFileSync(path, commandScriptOf(source, subcommand));
  } else if (isExecutable(process.execPath)) {
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

/** Returns the words with which a runtime runs the source; none for an executable. */
function sourceOf(source: URL, quote: (text: string) => string): string[] {
  if (isExecutable(process.execPath)) return [];
  const run = basename(process.execPath).startsWith("deno") ? ["run", "-A", "--no-check"] : [];
  return [...run, quote(fileURLToPath(source))];
}

/** Returns a script for a shell. */
function scriptOf(source: URL, subcommand: string): string {
  const command = [quoted(process.execPath), ...sourceOf(source, quoted), subcommand].join(" ");
  return `#!/bin/sh\n# ${MARK}\nexec ${command} "$@"\n`;
}

/** Returns a batch file. Paths of Windows have no quotes in them; a percent sign is written twice. */
function commandScriptOf(source: URL, subcommand: string): string {
  const quote = (text: string) => `"${text.replaceAll("%", "%%")}"`;
  const command = [quote(process.execPath), ...sourceOf(source, quote), subcommand].join(" ");
  return `@rem ${MARK}\r\n@${command} %*\r\n`;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function isOurs(path: string): boolean {
  if (lstatSync(path).isSymbolicLink()) {
    const target = resolve(path, "..", readlinkSync(path));
    return !existsSync(target) || target === process.execPath;
  }
  return lstatSync(path).isFile() && readFileSync(path, "utf8").includes(MARK);
}
