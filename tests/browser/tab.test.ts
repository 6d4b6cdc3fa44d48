import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import { type PageServer, serveBundled } from "./bundled.ts";
import { killChromium, launchOnDisk, openProfile } from "./chromium.ts";

const example = "examples/tab";

describe("the example of a broker in a tab", () => {
  let server: PageServer;

  before(async () => {
    const index = await readFile(new URL(`../../${example}/index.html`, import.meta.url), "utf8");
    server = await serveBundled([`${example}/page.ts`, `${example}/worker.ts`], { "/": index });
  });
  after(() => server[Symbol.asyncDispose]());

  /** Opens the page in a new tab, and waits until it is connected. */
  async function openTab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(server.origin);
    await connected(page);
    return page;
  }

  it("lets two tabs talk by the broker in one of them", async () => {
    await using chromium = await launchOnDisk();
    const { context } = chromium;
    const [first, second] = [await openTab(context), await openTab(context)];
    assert.equal(await first.textContent("#role"), "this tab");
    assert.equal(await second.textContent("#role"), "another tab");
    await submit(second, "say", "from the second");
    await first.locator("#said li", { hasText: "from the second" }).waitFor();
    await submit(first, "say", "from the first");
    await second.locator("#said li", { hasText: "from the first" }).waitFor();
    assert.deepEqual(await second.locator("#said li").allTextContents(), ["from the second", "from the first"]);
  });

  it("has what was confirmed when its tab is closed and opened again", async () => {
    await using chromium = await launchOnDisk();
    const { context } = chromium;
    const page = await openTab(context);
    for (const text of ["one", "two", "three"]) await keep(page, text);
    await page.close();
    const again = await openTab(context);
    assert.equal(await again.textContent("#kept"), "3");
    assert.deepEqual([await take(again), await take(again), await take(again)], ["one", "two", "three"]);
    assert.equal(await again.textContent("#kept"), "0");
  });

  it("goes on in another tab when the one with the broker is closed", async () => {
    await using chromium = await launchOnDisk();
    const { context } = chromium;
    const [first, second, third] = [await openTab(context), await openTab(context), await openTab(context)];
    await keep(second, "before");
    await first.close();
    await second.locator("#role", { hasText: "this tab" }).waitFor();
    for (const page of [second, third]) await connected(page);
    assert.equal(await third.textContent("#role"), "another tab");
    await keep(third, "after");
    assert.deepEqual([await take(third), await take(third)], ["before", "after"]);
    await submit(second, "say", "still here");
    await third.locator("#said li", { hasText: "still here" }).waitFor();
  });

  it("has what was confirmed when the browser is killed", async () => {
    const profile = await mkdtemp(join(tmpdir(), "haremq-profile-"));
    try {
      const killed = await openProfile(profile);
      const page = await openTab(killed);
      for (let number = 0; number < 5; number++) await keep(page, `message ${number}`);
      assert.equal(await take(page), "message 0");
      await killChromium(killed);
      await using context = await openProfile(profile);
      const again = await openTab(context);
      assert.equal(await again.textContent("#kept"), "4");
      assert.equal(await take(again), "message 1");
    } finally {
      await rm(profile, { recursive: true });
    }
  });
});

async function connected(page: Page): Promise<void> {
  await page.locator("#state", { hasText: /^connected$/ }).waitFor();
}

async function submit(page: Page, form: string, text: string): Promise<void> {
  await page.fill(`#${form} input`, text);
  await page.press(`#${form} input`, "Enter");
  // The form is emptied once the broker has confirmed.
  await page.waitForFunction(`document.querySelector("#${form} input").value === ""`);
}

/** Keeps a message in the durable queue, and waits until the broker has confirmed it. */
async function keep(page: Page, text: string): Promise<void> {
  await submit(page, "keep", text);
}

/** Takes the oldest message out of the durable queue. */
async function take(page: Page): Promise<string | null> {
  const count = Number(await page.textContent("#kept"));
  await page.click("#take");
  await page.locator("#kept", { hasText: new RegExp(`^${count - 1}$`) }).waitFor();
  return await page.textContent("#taken");
}
