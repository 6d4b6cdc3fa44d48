import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = new URL("../../", import.meta.url);

/** Removes comments from code, as they may mention anything. */
const withoutComments = (code: string): string => code.replace(/\/\*[^]*?\*\/|(^|\s)\/\/.*$/gm, "$1");

/** Names that only some runtimes have. */
const RUNTIMES_OWN =
  /\b(Deno|Bun)\s*[.[?!]|\bglobalThis\.(Deno|Bun|process)\b|(?<![.\w])process\s*[.[?!]|\bBuffer\b|["'](node|bun|deno):|["']bun["']/;

/** File with the page for browsers, whose texts show programs of clients, also of those for Node. */
const PAGE = "http/page/assets.ts";

/** Empties the strings of code. */
const withoutTexts = (code: string): string => code.replace(/"(?:[^"\\]+|\\.)*"/g, '""');

async function sourceFiles(): Promise<string[]> {
  const files = await readdir(new URL("src/", root), { recursive: true });
  return files.filter((file) => file.endsWith(".ts"));
}

describe("code outside the runtimes' shims", () => {
  it("names no runtime", async () => {
    const files = (await sourceFiles()).filter((file) => !file.startsWith("runtime/"));
    assert.ok(files.length > 40);
    for (const file of files) {
      const source = await readFile(new URL(`src/${file}`, root), "utf8");
      const code = withoutComments(file === PAGE ? withoutTexts(source) : source);
      assert.equal(RUNTIMES_OWN.exec(code)?.[0], undefined, `src/${file} names what only some runtimes have`);
    }
  });

  it("is told apart from theirs by this test", async () => {
    for (const file of ["runtime/deno.ts", "runtime/bun.ts"]) {
      assert.match(withoutComments(await readFile(new URL(`src/${file}`, root), "utf8")), RUNTIMES_OWN);
    }
    for (const code of ["Deno.exit()", "Bun .serve", 'import "node:fs"', "process.env", "globalThis.Bun"]) {
      assert.match(code, RUNTIMES_OWN);
    }
    for (
      const code of [
        '"in-process"',
        '"triggers.process.heap_size"',
        "Denoted",
        "// Deno.exit()",
        "/* on Bun\nprocess.exit */",
        "the process",
      ]
    ) {
      assert.doesNotMatch(withoutComments(code), RUNTIMES_OWN);
    }
    assert.equal(withoutTexts('Deno.exit("say \\"Bun.serve\\"")'), 'Deno.exit("")');
  });

  it("type-checks with the types of WebWorkers alone", async () => {
    const config = JSON.parse(await readFile(new URL("tsconfig.json", root), "utf8"));
    assert.deepEqual(config.compilerOptions.types, []);
    const folders = new Set((await sourceFiles()).map((file) => `src/${file.split("/")[0]}`));
    for (const mayNameARuntime of ["src/runtime", "src/cli", "src/testing"]) folders.delete(mayNameARuntime);
    assert.deepEqual([...config.include].sort(), [...folders].sort());
    const tsc = fileURLToPath(new URL("node_modules/.bin/tsc", root));
    const project = fileURLToPath(new URL("tsconfig.json", root));
    const { stdout } = await promisify(execFile)(tsc, ["-p", project]).catch((failure) => failure);
    assert.equal(stdout, "");
  });
});
