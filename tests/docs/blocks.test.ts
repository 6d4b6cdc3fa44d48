import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { blocksOf } from "./blocks.ts";

describe("the blocks of a page", () => {
  it("have a language, a line and the instruction before them", () => {
    const page = [
      "Text.",
      "",
      "```sh",
      "haremq --version",
      "```",
      "",
      "<!-- not run: it never ends -->",
      "",
      "```sh",
      "npm start",
      "```",
      "<!-- file: haremq.conf -->",
      "```ini",
      "heartbeat = 1",
      "```",
      "",
      "1. A step",
      "",
      "   ```js",
      "   f();",
      "     g();",
      "   ```",
    ].join("\n");
    assert.deepEqual(blocksOf(page), [
      { language: "sh", code: "haremq --version\n", line: 3, mark: undefined },
      { language: "sh", code: "npm start\n", line: 9, mark: { name: "not run", text: "it never ends" } },
      { language: "ini", code: "heartbeat = 1\n", line: 13, mark: { name: "file", text: "haremq.conf" } },
      { language: "js", code: "f();\n  g();\n", line: 19, mark: undefined },
    ]);
  });

  it("must end", () => {
    assert.throws(() => blocksOf("```sh\nls\n"), /line 1: the block has no end/);
  });
});
