/**
 * Makes executables of HareMQ in dist/, with Bun. Each holds everything: server, tools and Bun. Bun for other platforms
 * comes from npm.
 *
 *     deno task compile                                       # dist/haremq, for this machine
 *     deno task compile --target linux-arm64-musl windows-x64 # dist/haremq-linux-arm64-musl, dist/haremq-windows-x64.exe
 *     deno task compile --target all
 */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { bunCommand } from "./bun.ts";
import { bunOfPackage } from "./bun_package.ts";
import { COMPILE_TARGETS, type CompileTarget, executableName } from "./compile_targets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const ALL = "all";

/**
 * Bun's options. Bytecode, and modules that are loaded only when they are needed, make the start three times as fast.
 * An executable must do the same in any folder, whatever files for Bun are there.
 */
const OPTIONS = [
  "--compile",
  "--minify",
  "--bytecode",
  "--splitting",
  "--format=esm",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
];

/** Makes an executable. Returns its path. */
function compile(outfile: string, options: readonly string[]): string {
  const program = join("src", "cli", "haremq.ts");
  const args = ["build", ...OPTIONS, ...options, "--outfile", outfile, program];
  const { status, error, stdout, stderr } = spawnSync(bunCommand(), args, { cwd: root, encoding: "utf8" });
  if (error !== undefined) throw new Error(`Bun can't be run (${error.message}): "npm ci" installs it.`);
  if (status !== 0) throw new Error(`Bun can't make ${outfile}:\n${stdout}${stderr}`);
  return outfile;
}

/** Makes the executable for a platform. Returns its path. */
const compileFor = (target: CompileTarget, folder: string): string =>
  compile(join(folder, executableName(target)), [
    `--target=bun-${target.name}`,
    `--compile-executable-path=${bunOfPackage(target.package)}`,
  ]);

/** Returns the targets with these names. Throws for a name of none. */
function targetsOf(names: readonly string[]): readonly CompileTarget[] {
  if (names.includes(ALL)) return COMPILE_TARGETS;
  return names.map((name) => {
    const target = COMPILE_TARGETS.find((target) => target.name === name);
    const known = [...COMPILE_TARGETS.map(({ name }) => name), ALL].join(", ");
    if (target === undefined) throw new RangeError(`There is no target "${name}", but there are ${known}.`);
    return target;
  });
}

const list = COMPILE_TARGETS.map(({ name, platform }) => `  ${name.padEnd(18)}${platform}`).join("\n");
const { target: names = [], outDir } = new Command("compile")
  .description("Makes executables that hold everything, with Bun. Without a target: for this machine.")
  .option("--target <name...>", `platforms, or "${ALL}"`)
  .option("--out-dir <folder>", "folder for the executables", join(root, "dist"))
  .addHelpText("after", `\nTargets:\n${list}`)
  .parse(process.argv.slice(2), { from: "user" })
  .opts<{ target?: string[]; outDir: string }>();

try {
  const targets = targetsOf(names);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const paths = targets.length === 0
    ? [compile(join(outDir, `haremq${suffix}`), [])]
    : targets.map((target) => compileFor(target, outDir));
  for (const path of paths) {
    console.log(`${relative(process.cwd(), path)}  ${(statSync(path).size / 1e6).toFixed(1)} MB`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
