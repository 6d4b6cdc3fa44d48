/**
 * Makes the npm package in dist/npm: JavaScript that Node 22 runs, its types, and the commands. Its package.json is made
 * from that of the repository, which has the source of each of its exports, and that of bin/, which has the commands: npm
 * makes links to them in a checkout because it is a package of its own, and its npx runs links fastest.
 */
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The oldest Node that has everything that is used. */
const NODE = ">=22.12";

const FILES = ["README.md", "LICENSE", "CHANGELOG.md", "bin", "docs/man"];

const root = new URL("../", import.meta.url);
const target = new URL("dist/npm/", root);

/** The parts of the repository's package.json that the package has too. */
interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly type: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

function compile(): void {
  const compiler = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
  const { status } = spawnSync("node", [compiler, "-p", "tsconfig.npm.json"], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

/** Declares `Symbol.dispose`, which the types mention, to programs that are compiled for an older target. */
const DISPOSABLE = '/// <reference lib="esnext.disposable" />\n';

/**
 * Has types import types as the JavaScript beside them does, as the compiler leaves the names of the source in them, and
 * completes those of the exports.
 */
function finishTypes(): void {
  for (const name of readdirSync(target, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = new URL(name, target);
    const text = readFileSync(file, "utf8").replaceAll(/(from |import\()"(\.[^"]*)\.ts"/g, '$1"$2.js"');
    writeFileSync(file, name.includes("/") ? text : DISPOSABLE + text);
  }
}

/** Returns the commands, by the files that they are in. */
function commands(): Readonly<Record<string, string>> {
  const { bin }: { readonly bin: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(new URL("bin/package.json", root), "utf8"),
  );
  return Object.fromEntries(Object.entries(bin).map(([name, file]) => [name, `bin/${file}`]));
}

function packageJson({ name, version, description, license, type, exports, dependencies }: PackageJson): object {
  const compiled = Object.entries(exports).map(([entry, source]) => {
    const path = source.replace(/\.ts$/, "");
    return [entry, { types: `${path}.d.ts`, default: `${path}.js` }];
  });
  return {
    ...{ name, version, description, license, type },
    engines: { node: NODE },
    exports: { ...Object.fromEntries(compiled), "./package.json": "./package.json" },
    bin: commands(),
    man: readdirSync(new URL("docs/man/", root)).sort().map((page) => `docs/man/${page}`),
    dependencies,
  };
}

rmSync(target, { recursive: true, force: true });
compile();
finishTypes();
const isForCheckout = (file: string): boolean => file.endsWith(".d.mts") || file.endsWith("package.json");
for (const file of FILES) {
  cpSync(new URL(file, root), new URL(file, target), { recursive: true, filter: (source) => !isForCheckout(source) });
}
const repository: PackageJson = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
writeFileSync(new URL("package.json", target), `${JSON.stringify(packageJson(repository), undefined, 2)}\n`);
