import { after, before, describe, it } from "node:test";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { assertAccessible, assertFits, keepScreenshot, LOOKS } from "./look.ts";

/** A page to look at. */
export interface LookedAt {
  /** Name of its pictures. */
  readonly name: string;
  readonly hash: string;
  /** Selector of something that tells that the page is there. */
  readonly sign: string;
}

/**
 * Tests that pages fit, and that axe-core finds nothing, on a desktop and on a phone, light and dark.
 *
 * @param prepare makes what the pages show.
 */
export function describeLooks(
  title: string,
  pages: readonly LookedAt[],
  prepare: (fixture: BrokerWithPage) => Promise<void>,
): void {
  describe(title, () => {
    let fixture: BrokerWithPage;

    before(async () => {
      fixture = await openBrokerWithPage();
      await prepare(fixture);
    });

    after(() => fixture[Symbol.asyncDispose]());

    for (const { name: look, ...options } of LOOKS) {
      it(`can be used by everybody and fit: ${look}`, async () => {
        const page = await fixture.open("#/", options);
        for (const { name, hash, sign } of pages) {
          await page.goto(fixture.address + hash);
          await page.locator(sign).first().waitFor();
          await assertFits(page);
          await assertAccessible(page);
          await keepScreenshot(page, `${name}-${look}`);
        }
        await page.context().close();
      });
    }
  });
}
