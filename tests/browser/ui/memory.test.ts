import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page, Request } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";

/** Interval of the page's reads, and number of them in a day. */
const INTERVAL_MS = 5_000;
const DAY_READS = 24 * 60 * 60 * 1000 / INTERVAL_MS;
/** Reads before memory is measured, while code is compiled and what the page keeps fills up. */
const WARM_UP_READS = 180;
const READS = 200;
/** Growth of a page in a day above which it leaks; a measurement is off by some 10 MiB. In bytes. */
const DAY_GROWTH_MAX = 32 * 1024 * 1024;

describe("an overview that stays open", () => {
  let fixture: BrokerWithPage;

  before(async () => {
    fixture = await openBrokerWithPage();
    for (let i = 0; i < 20; i++) await fixture.channel.assertQueue(`worker.${i}`);
  });

  after(() => fixture[Symbol.asyncDispose]());

  /** Moves the page's clock until the page has read `times` times. A step that comes before an answer does nothing. */
  const read = async (page: Page, times: number) => {
    let reads = 0;
    const count = (request: Request) => {
      if (request.url().includes("/api/overview")) reads++;
    };
    page.on("requestfinished", count);
    while (reads < times) await page.clock.fastForward(INTERVAL_MS);
    page.off("requestfinished", count);
  };

  it("takes no more memory, by the growth of many reads for all of a day", async () => {
    const page = await fixture.open("#/");
    await page.clock.install();
    await page.reload();
    await page.getByText("What needs attention").waitFor();
    const devTools = await page.context().newCDPSession(page);
    const usedBytes = async () => {
      await devTools.send("HeapProfiler.collectGarbage");
      return (await devTools.send("Runtime.getHeapUsage")).usedSize;
    };
    await read(page, WARM_UP_READS);
    const before = await usedBytes();
    await read(page, READS);
    const growth = (await usedBytes() - before) * DAY_READS / READS;
    assert.ok(growth < DAY_GROWTH_MAX, `${before} bytes at first, and ${Math.round(growth)} more in a day`);
  });
});
