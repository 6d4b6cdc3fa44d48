import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failuresOnBun, failuresOnDeno, failuresOnNode } from "../../tasks/test_failures.ts";

const many = (line: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${line} ${at}`);

describe("the failures of a run on Deno", () => {
  it("are the tests that failed and the errors behind all tests", () => {
    const failures = failuresOnDeno([
      "./tests/a.test.ts => one ... \x1b[31mFAILED\x1b[0m (5ms)",
      "./tests/a.test.ts => two ... ok (0ms)",
      "Uncaught error from ./tests/b.test.ts FAILED",
      "",
      "\x1b[1m ERRORS \x1b[0m",
      "",
      "one => ./tests/a.test.ts:1:1",
      "error: AssertionError: 1 !== 2",
      "FAILED | 1 passed | 2 failed (5ms)",
    ].join("\n"));
    assert.deepEqual(failures.split("\n"), [
      "./tests/a.test.ts => one ... FAILED (5ms)",
      "Uncaught error from ./tests/b.test.ts FAILED",
      "",
      "one => ./tests/a.test.ts:1:1",
      "error: AssertionError: 1 !== 2",
      "FAILED | 1 passed | 2 failed (5ms)",
    ]);
  });

  it("are the end of the output when no test is named", () => {
    const output = [...many("line", 100), 'error: Module not found "file:///a.ts".', ""].join("\n");
    const failures = failuresOnDeno(output).split("\n");
    assert.deepEqual(failures.slice(-2), ["line 99", 'error: Module not found "file:///a.ts".']);
    assert.equal(failures.length, 40);
  });

  it("are shortened when they are very long", () => {
    const failures = failuresOnDeno([" ERRORS ", ...many("error", 1000)].join("\n")).split("\n");
    assert.deepEqual([failures.length, failures.at(-1)], [401, "… and 600 more lines above"]);
  });
});

describe("the failures of a run on Bun", () => {
  it("are each test's error with its name, and nothing of passed tests", () => {
    const failures = failuresOnBun([
      "bun test v1.4.5 (a7733435c)",
      "",
      "tests/a.test.ts:",
      "AssertionError: one is not two",
      "      at /tests/a.test.ts:4:28",
      "(fail) outer > fails [2.40ms]",
      "written by a test",
      "(pass) outer > passes [0.12ms]",
      "(fail) outer > takes long [5000.30ms]",
      "  ^ this test timed out after 5000ms",
      "",
      "2 tests failed:",
      "(fail) outer > fails [2.40ms]",
      "(fail) outer > takes long [5000.30ms]",
      " 1 pass",
    ].join("\n"));
    assert.deepEqual(failures.split("\n"), [
      "AssertionError: one is not two",
      "      at /tests/a.test.ts:4:28",
      "(fail) outer > fails [2.40ms]",
      "(fail) outer > takes long [5000.30ms]",
      "  ^ this test timed out after 5000ms",
    ]);
  });

  it("are found among colours", () => {
    const [failed, passed] = ["\x1b[31m✗\x1b[0m one [1ms]", "\x1b[32m✓\x1b[0m two [1ms]"];
    assert.equal(failuresOnBun(["error: why", failed, "not an error", passed].join("\n")), "error: why\n✗ one [1ms]");
  });

  it("include errors outside tests", () => {
    const error = [
      "# Unhandled error between tests",
      "-------------------------------",
      "error: at the top",
      "-------------------------------",
    ];
    const failures = failuresOnBun(["tests/b.test.ts:", "", ...error, "", "(pass) other [1ms]"].join("\n"));
    assert.deepEqual(failures.split("\n"), error);
  });

  it("are the end of the output when no test is named", () => {
    assert.equal(failuresOnBun("bun test\n\npanic: Segmentation fault\n"), "bun test\n\npanic: Segmentation fault");
  });
});

describe("the failures of a run on Node", () => {
  it("are those that it lists at its end", () => {
    const failures = failuresOnNode([
      "▶ outer",
      "  ✖ fails (2.4ms)",
      "  ✔ passes (0.1ms)",
      "ℹ fail 1",
      "",
      "\x1b[31m✖ failing tests:\x1b[39m",
      "",
      "test at tests/a.test.ts:4:3",
      "✖ fails (2.4ms)",
      "  AssertionError: one is not two",
    ].join("\n"));
    assert.deepEqual(failures.split("\n"), [
      "test at tests/a.test.ts:4:3",
      "✖ fails (2.4ms)",
      "  AssertionError: one is not two",
    ]);
  });

  it("are the end of the output when no test is named", () => {
    assert.equal(failuresOnNode("node: bad option: --test-x\n"), "node: bad option: --test-x");
  });
});
