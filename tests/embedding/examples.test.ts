import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const names = readdirSync(EXAMPLES).filter((name) => name.endsWith(".ts"));
const page = readFileSync(new URL("../../docs/embedding.md", import.meta.url), "utf8");
// Node needs the hooks with which it runs this file, and Bun has no arguments.
const run = "Deno" in globalThis
  ? ["run", "-A", "--no-check", "--quiet"]
  : process.execArgv.filter((argument) => !argument.startsWith("--test"));

/** Returns an example, and what it says that it prints. */
function readExample(name: string): { readonly code: string; readonly prints: string } {
  const [code, prints] = readFileSync(new URL(name, EXAMPLES), "utf8").split("// Prints:\n");
  return { code, prints: prints.replaceAll(/^\/\/ /gm, "") };
}

describe("the examples of the library", () => {
  for (const name of names) {
    it(`${name} prints what it says`, async () => {
      const { prints } = readExample(name);
      const { stdout } = await promisify(execFile)(process.execPath, [...run, fileURLToPath(new URL(name, EXAMPLES))]);
      assert.equal(stdout, prints);
    });
  }

  it("are those of docs/embedding.md", () => {
    const imported = (code: string) =>
      code.replaceAll(/"\.\.\/(mod|server)\.ts"/g, (_, file) => file === "mod" ? '"haremq"' : '"haremq/server"');
    const missing = names.filter((name) =>
      !page.includes("```ts\n" + imported(readFileSync(new URL(name, EXAMPLES), "utf8")) + "```")
    );
    assert.deepEqual(missing, []);
  });
});
