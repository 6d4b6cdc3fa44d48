import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("process_prng.c", import.meta.url));

/** A folder in which Wine keeps a Windows of its own. */
export interface Wine {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes a Windows with Wine. Wine 8 lacks the library `bcryptprimitives.dll`, whose one function Bun calls; it is made
 * from `process_prng.c`.
 */
export function makeWine(): Wine {
  if (!existsSync("/usr/bin/wine")) throw new Error("These tests need Wine: run tests/interop/install.sh");
  const folder = mkdtempSync(join(tmpdir(), "haremq-wine-"));
  const env = {
    PATH: process.env.PATH!,
    HOME: folder,
    WINEPREFIX: join(folder, "wine"),
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree=;mshtml=",
  };
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { env, stdio: "ignore" });
  run("wine", "wineboot", "--init");
  run("wine", "winecfg", "-v", "win10");
  const library = join(folder, "wine", "drive_c", "windows", "system32", "bcryptprimitives.dll");
  if (!existsSync(library)) run("x86_64-w64-mingw32-gcc", "-shared", "-o", library, source, "-ladvapi32");
  return { folder, env };
}

/** Ends all programs of a Windows, if there are any. */
export const endWine = ({ env }: Wine): unknown => spawnSync("wineserver", ["--kill"], { env, stdio: "ignore" });

/** Returns the path of a file as programs of Windows have it. */
export const windowsPath = (path: string): string => `Z:${path.replaceAll("/", "\\")}`;
