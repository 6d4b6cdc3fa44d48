import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const command = [
  ..."Deno" in globalThis ? ["run", "-A"] : [],
  pathOf("node_modules/dependency-cruiser/bin/dependency-cruiser.mjs"),
  "--config",
  pathOf(".dependency-cruiser.mjs"),
];

/** Checks the imports of a folder with these files, and returns the violations. */
function violations(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(`${tmpdir()}/haremq-imports-`);
  try {
    for (const [path, text] of Object.entries({ "mod.ts": "export {};", ...files })) {
      mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
      writeFileSync(`${folder}/${path}`, text);
    }
    const { stdout } = spawnSync(process.execPath, [...command, "--output-type", "err", "mod.ts", "src"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.match(stdout, /dependency violations/);
    return stdout.split("\n").filter((line) => line.trim().startsWith("error")).map((line) => line.trim().slice(6))
      .sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const anything = { "src/broker/queue/a.ts": "export const a = 1; export type A = 1;" };

describe("the rules of imports", () => {
  it("let a folder import what is below it", () => {
    const found = violations({ ...anything, "src/broker/exchange/b.ts": 'export { a } from "../queue/a.ts";' });
    assert.deepEqual(found, []);
  });

  it("refuse an import of what is above, types included", () => {
    const found = violations({
      ...anything,
      "src/broker/message/b.ts": 'import type { A } from "../queue/a.ts"; export type B = A;',
      "src/store/c.ts": 'export { type A } from "../broker/queue/a.ts";',
    });
    assert.deepEqual(found, [
      "src/broker/message imports only what is below it: src/broker/message/b.ts → src/broker/queue/a.ts",
      "src/store imports only what is below it: src/store/c.ts → src/broker/queue/a.ts",
    ]);
  });

  it("refuse a circle of values in a folder, and allow one that a type closes", () => {
    const files = { "src/wire/a.ts": 'import { b } from "./b.ts"; export const a = () => b; export type A = 1;' };
    const circle = { ...files, "src/wire/b.ts": 'import { a } from "./a.ts"; export const b = () => a;' };
    assert.match(violations(circle).join(), /^no circle of values: src\/wire\/[ab]\.ts/);
    const types = { ...files, "src/wire/b.ts": 'import type { A } from "./a.ts"; export const b: A = 1;' };
    assert.deepEqual(violations(types), []);
  });

  it("refuse node's modules outside of the runtime", () => {
    const found = violations({
      "src/wire/a.ts": 'import { platform } from "node:os"; export const a = platform;',
      "src/runtime/b.ts": 'import { platform } from "node:os"; export const b = platform;',
    });
    assert.deepEqual(found, ["only runtime imports node modules: src/wire/a.ts → os"]);
  });

  it("refuse an unknown folder", () => {
    const found = violations({ ...anything, "src/stomp/b.ts": 'export { a } from "../broker/queue/a.ts";' });
    assert.deepEqual(found, ["every folder has its rule: src/stomp/b.ts → src/broker/queue/a.ts"]);
  });
});
