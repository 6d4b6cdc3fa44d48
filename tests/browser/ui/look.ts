import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import process from "node:process";
import type { Page } from "playwright-core";

/** What axe-core finds. */
interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Fails when axe-core finds anything that keeps people from using a page. */
export async function assertAccessible(page: Page): Promise<void> {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(await readFile(axe, "utf8"));
  const violations = await page.evaluate<Violation[]>("axe.run().then(({ violations }) => violations)");
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
  assert.deepEqual(found, [], await page.title());
}

/** Fails when a page is wider than its window. */
export async function assertFits(page: Page): Promise<void> {
  const excess = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  assert.ok(excess <= 1, `${await page.title()} is ${excess} pixels too wide`);
}

/** The ways in which each page is looked at. */
export const LOOKS = [
  { name: "light", viewport: { width: 1360, height: 860 }, colorScheme: "light" },
  { name: "dark", viewport: { width: 1360, height: 860 }, colorScheme: "dark" },
  { name: "phone", viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "phone-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
] as const;

/** Keeps a picture of a page in the folder that SCREENSHOTS names, if any. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}
