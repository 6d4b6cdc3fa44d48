import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { EFFECTS } from "../../src/config/config.ts";
import { configurationKeysPage } from "../../tasks/configuration_keys_page.ts";

describe("docs/configuration_keys.md", () => {
  it("is what `deno task docs` writes", async () => {
    const page = await readFile(new URL("../../docs/configuration_keys.md", import.meta.url), "utf8");
    assert.equal(page, configurationKeysPage());
  });

  it("has each key with an effect, and no secret", () => {
    const page = configurationKeysPage();
    for (const name of Object.keys(EFFECTS)) assert.ok(page.includes(`| \`${name}\` `), name);
    assert.match(page, /\| `default_pass` \| `secret` \| {2}\| /);
  });
});
