/**
 * Measures how long the management page takes from its address until it can be used, on the runtime that runs this:
 *
 *     deno task bench:page
 *     bun tests/browser/measure_page.ts
 */
import process from "node:process";
import { type BrokerWithPage, logIn, openBrokerWithPage } from "./ui/broker_with_page.ts";

/** Number of loads, of which the median counts. The first one of each kind is left out. */
const LOADS = 11;

/** What can be used: the login, or the overview with its figures. */
const USABLE = "input[type=password], main .figures";

/** Notes the time at which that is in the page. */
const OBSERVER = `
  new MutationObserver((_, observer) => {
    if (!document.querySelector("${USABLE}")) return;
    globalThis.usableAtMs = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
`;

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1];

/** Returns the times of the login in a new profile, in which nothing is cached, and of the overview after a reload. */
async function measure(fixture: BrokerWithPage): Promise<{ readonly login: number[]; readonly overview: number[] }> {
  const login: number[] = [];
  const overview: number[] = [];
  const first = await fixture.open("#/", { user: null });
  const browser = first.context().browser()!;
  for (let i = 0; i < LOADS; i++) {
    const context = await browser.newContext({ locale: "en-GB" });
    await context.addInitScript(OBSERVER);
    const page = await context.newPage();
    const usableAt = async () => {
      await page.locator(USABLE).first().waitFor();
      return await page.evaluate<number>("usableAtMs");
    };
    await page.goto(`${fixture.address}#/`);
    login.push(await usableAt());
    await logIn(page, "guest:guest");
    await page.reload();
    overview.push(await usableAt());
    await context.close();
  }
  return { login: login.slice(1), overview: overview.slice(1) };
}

const fixture = await openBrokerWithPage();
const times = await measure(fixture);
for (const [name, values] of Object.entries(times)) {
  const sorted = values.toSorted((a, b) => a - b);
  console.log(
    `${name}: median ${median(values).toFixed(0)} ms, from ${sorted[0].toFixed(0)} to ${sorted.at(-1)!.toFixed(0)} ms`,
  );
}
await fixture[Symbol.asyncDispose]();
process.exit(0);
