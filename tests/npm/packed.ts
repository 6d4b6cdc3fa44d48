import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { nodeCommand } from "../../tasks/node.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The folder of the Node that HareMQ supports, which npm and scripts find before another. */
const withNode = { ...process.env, PATH: `${dirname(nodeCommand())}${delimiter}${process.env.PATH}` };

/** Runs a command and returns its standard output. Throws an error with both of its outputs when it fails. */
export function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, env: withNode, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")} has failed:\n${stdout}${stderr}`);
  }
}

/** Builds the package, packs it into a folder, and returns the path of the tarball and the names of what is in it. */
export function pack(folder: string): { tarball: string; files: readonly string[] } {
  run(nodeCommand(), [`${root}tasks/package.ts`], root);
  const output = run("npm", ["pack", "--json", "--pack-destination", folder], `${root}dist/npm`);
  const [{ filename, files }] = JSON.parse(output) as [{ filename: string; files: { path: string }[] }];
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

/** Installs a tarball into an empty folder, and returns the folder. */
export function install(tarball: string): string {
  const folder = mkdtempSync(join(tmpdir(), "haremq-npm-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball], folder);
  return folder;
}
