import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { ASSETS } from "../../src/http/page/assets.ts";
import { bundlePage } from "../../tasks/ui.ts";

/** Largest size of the page on its way to a browser. In bytes. */
const COMPRESSED_BYTES_MAX = 250 * 1024;

describe("the bundle of the management page", () => {
  it("is the one that `deno task ui` makes", () => {
    const committed = readFileSync(new URL("../../src/http/page/assets.ts", import.meta.url), "utf8");
    assert.ok(committed === bundlePage(), "src/http/page/assets.ts is older than ui/: run `deno task ui`");
  });

  it("is small", () => {
    const bytes = Object.values(ASSETS).reduce((sum, text) => sum + gzipSync(text).length, 0);
    assert.ok(bytes <= COMPRESSED_BYTES_MAX, `${bytes} bytes`);
  });

  it("loads nothing from elsewhere, and writes nothing that its policy forbids", () => {
    for (const [name, text] of Object.entries(ASSETS)) {
      const addresses = [...text.matchAll(/https?:\/\/[^"'`\s)]+/g)].map(([address]) => address);
      for (const address of addresses) assert.match(address, /^http:\/\/www\.w3\.org\//, name);
    }
    assert.doesNotMatch(ASSETS["index.html"], /<style| style=| on\w+=|<script(?![^>]* src=)/);
  });
});
