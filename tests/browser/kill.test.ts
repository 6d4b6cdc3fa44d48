import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { serveBundled } from "./bundled.ts";
import { killChromium, openProfile } from "./chromium.ts";

/** Number of confirmed messages after which the browser is killed: more than two journal files hold. */
const CONFIRMED = 20_000;
const BODY_BYTES = 1024;

describe("a broker in a tab whose browser is killed while it confirms", () => {
  it("has all confirmed messages, once and in order", async () => {
    const profile = await mkdtemp(join(tmpdir(), "haremq-profile-"));
    const programs = ["tests/browser/kill/page.ts", "examples/tab/worker.ts"];
    await using server = await serveBundled(programs, { "/": `<script type="module" src="page.js"></script>` });
    try {
      const context = await openProfile(profile);
      const page = await context.newPage();
      let confirmed = 0;
      const enough = new Promise<void>((resolve) => {
        page.on("console", (message) => {
          const [, count] = /^confirmed (\d+)$/.exec(message.text()) ?? [];
          if (count !== undefined) confirmed = Number(count);
          if (confirmed >= CONFIRMED) resolve();
        });
      });
      await page.goto(server.origin);
      await page.waitForFunction("globalThis.publish");
      const publishing = page.evaluate(`publish(${BODY_BYTES})`).catch(() => {});
      await enough;
      await killChromium(context);
      await publishing;

      await using again = await openProfile(profile);
      const reader = await again.newPage();
      await reader.goto(server.origin);
      await reader.waitForFunction("globalThis.readAll");
      const numbers = await reader.evaluate("readAll()") as number[];
      assert.ok(numbers.length >= confirmed, `${confirmed} confirmed, ${numbers.length} kept`);
      assert.ok(numbers.every((number, index) => number === index), "one is missing, repeated or out of order");
    } finally {
      await rm(profile, { recursive: true });
    }
  });
});
