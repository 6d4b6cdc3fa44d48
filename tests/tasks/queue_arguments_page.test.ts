import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { queueArgumentsPage } from "../../tasks/queue_arguments_page.ts";

describe("docs/queue_arguments.md", () => {
  it("is what `deno task docs` writes", async () => {
    const page = await readFile(new URL("../../docs/queue_arguments.md", import.meta.url), "utf8");
    assert.equal(page, queueArgumentsPage());
  });
});
