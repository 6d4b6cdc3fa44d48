import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root, run } from "./packed.ts";

const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
const sources: string[] = Object.values(exports);

describe("the package of Deno's registry", () => {
  it("documents all that it exports, by deno doc --lint", () => {
    run("deno", ["doc", "--lint", ...sources], root);
  });

  it("has the source of its exports and no tests, by deno publish --dry-run", () => {
    // The types of private fields are inferred, which the registry calls slow.
    const flags = ["--dry-run", "--allow-slow-types", "--allow-dirty", "--no-check"];
    const output = run("sh", ["-c", `deno publish ${flags.join(" ")} 2>&1`], root);
    assert.match(output, /Dry run complete/);
    const published = [...output.matchAll(/file:\/\/(\S+) \(/g)].map(([, path]) => path.slice(root.length));
    for (const source of sources) assert.ok(published.includes(source.slice(2)), source);
    const others = published.filter((path) => !path.startsWith("src/") && !sources.includes(`./${path}`));
    assert.deepEqual(others.sort(), ["CHANGELOG.md", "LICENSE", "README.md", "deno.json", "package.json"]);
  });
});
