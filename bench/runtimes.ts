import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { V8_FLAGS } from "../bin/v8_flags.mjs";

/** Folder of this checkout. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

export const RUNTIME_NAMES = ["deno", "bun", "executable"] as const;
/** What HareMQ runs on when nothing is said: what is there of these. */
export const DEFAULT_RUNTIME_NAMES: readonly RuntimeName[] = ["deno", "bun"];
export type RuntimeName = typeof RUNTIME_NAMES[number];

/** A program that runs TypeScript, or the broker's executable. */
export interface Runtime {
  readonly name: RuntimeName;
  /** For example "Deno 2.9.6". */
  readonly title: string;
  readonly path: string;
  /** The arguments before a script on the command line. */
  readonly runArguments: readonly string[];
  /** The arguments that start the server, before its flags. */
  readonly serverArguments: readonly string[];
  /** True for the executable, which runs no other script. */
  readonly isExecutable: boolean;
}

/** The executable that `deno task compile` makes. */
const EXECUTABLE = join(ROOT, "dist", process.platform === "win32" ? "haremq.exe" : "haremq");

const DEFINITIONS: Readonly<
  Record<
    Exclude<RuntimeName, "executable">,
    { title: string; runArguments: string[]; packages: string; within: string }
  >
> = {
  deno: { title: "Deno", runArguments: ["run", "--quiet", "-A", V8_FLAGS], packages: "@deno", within: "" },
  bun: { title: "Bun", runArguments: [], packages: "@oven", within: "bin" },
};

/** Finds a runtime: that of this program, that installed by npm, or that in the PATH. */
export function findRuntime(name: RuntimeName): Runtime | undefined {
  if (name === "executable") return findExecutable();
  const { title, runArguments } = DEFINITIONS[name];
  for (const path of candidates(name)) {
    const version = versionOf(path);
    if (version === undefined) continue;
    const serverArguments = [...runArguments, "mod.ts"];
    return { name, title: `${title} ${version}`, path, runArguments, serverArguments, isExecutable: false };
  }
}

function findExecutable(): Runtime | undefined {
  const version = versionOf(EXECUTABLE);
  if (version === undefined) return;
  const title = `executable ${version}`;
  return { name: "executable", title, path: EXECUTABLE, runArguments: [], serverArguments: [], isExecutable: true };
}

function* candidates(name: keyof typeof DEFINITIONS): Generator<string> {
  if (name === ("Bun" in globalThis ? "bun" : "deno")) yield process.execPath;
  // Not node_modules/.bin, which has Node programs that neither pass signals on nor have the broker's pid.
  const { packages, within } = DEFINITIONS[name];
  const folder = join(ROOT, "node_modules", packages);
  const program = process.platform === "win32" ? `${name}.exe` : name;
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder)) yield join(folder, entry, within, program);
  }
  for (const entry of (process.env.PATH ?? "").split(delimiter)) {
    if (!entry.includes("node_modules")) yield join(entry, program);
  }
}

function versionOf(path: string): string | undefined {
  if (!existsSync(path)) return;
  try {
    const output = execFileSync(path, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return /\d+\.\d+\.\d+/.exec(output)?.[0];
  } catch {
    // A build for another machine, such as musl beside glibc.
    return;
  }
}
