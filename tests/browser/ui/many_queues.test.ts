import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";

const QUEUES = 10_000;

/** Longest time until the list shows what was asked for, on a busy machine. In milliseconds. */
const SHOWN_MS_MAX = 5_000;

/** Longest time for which the page may not react. In milliseconds. */
const STALL_MS_MAX = 500;

describe("the list of 10,000 queues", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    const { channel } = fixture;
    const width = String(QUEUES).length;
    for (let begin = 0; begin < QUEUES; begin += 500) {
      const names = Array.from({ length: 500 }, (_, index) => `queue.${String(begin + index).padStart(width, "0")}`);
      await Promise.all(names.map((name) => channel.assertQueue(name, { durable: false })));
    }
    channel.sendToQueue("queue.07777", Buffer.from("x"));
    await channel.checkQueue("queue.07777");
    page = await fixture.open("#/");
    await page.evaluate(`
      window.stallMs = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.stallMs = Math.max(window.stallMs, duration);
      }).observe({ type: "longtask" });
    `);
  });

  after(() => fixture[Symbol.asyncDispose]());

  /** Measures the time until the list shows a text after an action. */
  const measure = async (name: string, act: () => Promise<unknown>, text: string) => {
    const beginMs = performance.now();
    await act();
    await page.locator("tbody").getByText(text).first().waitFor();
    const ms = performance.now() - beginMs;
    if (process.env.MEASURE !== undefined) console.log(`${name}: ${ms.toFixed(0)} ms`);
    assert.ok(ms < SHOWN_MS_MAX, `${name} takes ${ms} ms`);
  };

  it("opens, sorts, searches and turns pages without a stall", async () => {
    await measure("list", () => page.getByRole("link", { name: "Queues and streams" }).click(), "queue.00000");
    await page.getByText("10,000 in all").waitFor();
    const next = page.getByRole("button", { name: "Next page" });
    await measure("page 2", () => next.click(), "queue.00050");
    await measure("sort by total", () => page.getByRole("button", { name: "Total" }).click(), "queue.07777");
    await measure("sort by name", () => page.getByRole("button", { name: "Name" }).click(), "queue.00000");
    await measure("search", () => page.getByLabel("Search by name").fill("queue.0999"), "queue.09990");
    await page.getByText("10 of 10,000").waitFor();
    await page.getByLabel("Search by name").fill("");
    await measure("500 rows", () => page.getByLabel("Rows").selectOption("500"), "queue.00499");
    const stallMs = await page.evaluate<number>("stallMs");
    if (process.env.MEASURE !== undefined) console.log(`longest task: ${stallMs.toFixed(0)} ms`);
    assert.ok(stallMs < STALL_MS_MAX, `the page stalls for ${stallMs} ms`);
  });
});
