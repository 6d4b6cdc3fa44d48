import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { docs, pages, testPages, textOf } from "./pages.ts";

const repository = new URL("../../", import.meta.url);

testPages(false);

describe("the pages of the documentation", () => {
  it("lead to pages and headings that exist", () => {
    const missing: string[] = [];
    for (const page of pages) {
      const base = new URL(page, repository);
      for (const [, target] of textOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path, heading] = target.split("#");
        const url = path === "" ? base : new URL(path, base);
        if (!existsSync(url)) missing.push(`${page}: ${target}`);
        else if (heading !== undefined && !headingsOf(readFileSync(url, "utf8")).includes(heading)) {
          missing.push(`${page}: ${target}`);
        }
      }
    }
    assert.deepEqual(missing, []);
  });

  it("can be reached from docs/README.md, page by page", () => {
    const index = textOf("docs/README.md");
    assert.deepEqual(docs.filter((name) => name !== "README.md" && !index.includes(`](${name})`)), []);
  });
});

/** Returns the anchors of a page's headings, as GitHub makes them. */
function headingsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  return headings.map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}
