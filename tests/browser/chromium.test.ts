import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { launchChromium } from "./chromium.ts";

describe("Chromium", () => {
  it("shows a page, and ends when its variable does", async () => {
    let ended = false;
    {
      await using browser = await launchChromium();
      browser.on("disconnected", () => ended = true);
      const page = await browser.newPage();
      await page.setContent("<h1>HareMQ</h1>");
      assert.equal(await page.textContent("h1"), "HareMQ");
    }
    assert.ok(ended);
  });

  it("is asked for by name where it is missing", async () => {
    await assert.rejects(launchChromium("/nowhere/chromium"), /need Chromium at .*: run tests\/interop\/install\.sh/);
  });
});
