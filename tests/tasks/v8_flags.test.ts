import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { V8_FLAGS } from "../../bin/v8_flags.mjs";

/** Returns the commands of a file that start the server on Deno. */
function commands(file: string, key: "scripts" | "tasks", names: readonly string[]): [string, string][] {
  const all = JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"))[key];
  return names.map((name) => [`${key}.${name} of ${file}`, all[name].command ?? all[name]]);
}

describe("V8's flags", () => {
  const starts = [
    ...commands("package.json", "scripts", ["start"]),
    ...commands("deno.json", "tasks", ["start", "dev"]),
  ];
  for (const [name, command] of starts) {
    it(`are those that were measured in ${name}`, () => assert(command.includes(` ${V8_FLAGS} `), command));
  }
});
