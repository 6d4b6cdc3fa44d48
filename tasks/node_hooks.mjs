/**
 * Lets Node run the tests and the examples: Node 22 strips their types, but does not know `await using` yet, which swc
 * rewrites. Files of the source are left to Node itself, as it must run them without help.
 */
import { transformSync } from "@swc/core";
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const TESTS_AND_EXAMPLES = ["../tests/", "../examples/"].map((folder) => new URL(folder, import.meta.url).href);

const OPTIONS = {
  jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  module: { type: "es6" },
  sourceMaps: "inline",
  isModule: true,
};

registerHooks({
  load(url, context, nextLoad) {
    if (!TESTS_AND_EXAMPLES.some((folder) => url.startsWith(folder)) || !url.endsWith(".ts")) {
      return nextLoad(url, context);
    }
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, "utf8"), { ...OPTIONS, filename });
    return { format: "module", source: code, shortCircuit: true };
  },
});
