import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { assertAccessible, assertFits, keepScreenshot, LOOKS } from "./look.ts";

const FILE = {
  users: [{ name: "anna", password: "secret", tags: ["management"] }, { name: "guest", tags: ["administrator"] }],
  queues: [
    { vhost: "/", name: "orders", durable: true, arguments: { "x-max-length": 20 } },
    { vhost: "/", name: "a-queue-with-a-name-that-is-much-longer-than-a-phone-is-wide-and-has-no-blanks" },
  ],
  bindings: [{ vhost: "/", source: "amq.topic", destination: "orders", destination_type: "queue", routing_key: "#" }],
};

describe("the page of definitions", () => {
  let fixture: BrokerWithPage;

  before(async () => {
    fixture = await openBrokerWithPage();
    await fixture.channel.assertQueue("orders", { arguments: { "x-max-length": 10 } });
  });

  after(() => fixture[Symbol.asyncDispose]());

  for (const { name: look, ...options } of LOOKS) {
    it(`can be used by everybody and fit with a difference: ${look}`, async () => {
      const page = await fixture.open("#/definitions", { ...options, locale: look === "dark" ? "ru-RU" : "en-GB" });
      const buffer = Buffer.from(JSON.stringify(FILE));
      await page.locator("input[type=file]").setInputFiles({ name: "a.json", mimeType: "application/json", buffer });
      await page.getByRole("row").filter({ hasText: "anna" }).waitFor();
      await page.getByRole("row").filter({ hasText: "guest" }).locator("[data-tone=warn]").waitFor();
      await page.getByText("amq.topic → orders").waitFor();
      await assertFits(page);
      await assertAccessible(page);
      await page.locator(".difference-view").scrollIntoViewIfNeeded();
      await keepScreenshot(page, `definitions-${look}`);
      await page.context().close();
    });
  }
});
