import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { perfSwitchesPage } from "../../tasks/perf_switches_page.ts";

describe("docs/perf_switches.md", () => {
  it("is what `deno task docs` writes", async () => {
    const page = await readFile(new URL("../../docs/perf_switches.md", import.meta.url), "utf8");
    assert.equal(page, perfSwitchesPage());
  });
});
