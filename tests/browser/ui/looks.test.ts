import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { assertAccessible, assertFits, keepScreenshot, LOOKS } from "./look.ts";

/** The pages, each with what tells that it is there. */
const PAGES = [
  { name: "overview", hash: "#/", sign: "text=What needs attention" },
  { name: "queues", hash: "#/queues", sign: "text=orders" },
  { name: "queue", hash: "#/queues/%2F/orders", sign: "text=Effective policy" },
  { name: "queue-consumers", hash: "#/queues/%2F/orders?tab=consumers", sign: "text=It has no consumers" },
  { name: "queue-bindings", hash: "#/queues/%2F/orders?tab=bindings", sign: "text=order.#" },
  { name: "queue-messages", hash: "#/queues/%2F/orders?tab=messages", sign: "text=Look at messages" },
  { name: "queue-publish", hash: "#/queues/%2F/orders?tab=publish", sign: "text=Delivery mode" },
  { name: "queue-move", hash: "#/queues/%2F/orders?tab=move", sign: "text=To queue" },
  { name: "nowhere", hash: "#/nowhere", sign: "text=There is no such page" },
] as const;

describe("every page", () => {
  let fixture: BrokerWithPage;

  before(async () => {
    fixture = await openBrokerWithPage();
    const { channel, client } = fixture;
    await client.put("/api/policies/%2F/limits", { pattern: "^orders", definition: { "max-length": 1000 } });
    for (const name of ["orders", "invoices", "a.name.that.is.as.long.as.some.that.people.give.to.their.queues.v2"]) {
      await channel.assertQueue(name);
    }
    await channel.assertQueue("events", { arguments: { "x-queue-type": "stream" } });
    await channel.bindQueue("orders", "amq.topic", "order.#");
    for (let i = 0; i < 120; i++) channel.sendToQueue("orders", Buffer.from(JSON.stringify({ order: i })));
    await channel.checkQueue("orders");
  });

  after(() => fixture[Symbol.asyncDispose]());

  for (const { name: look, ...options } of LOOKS) {
    it(`can be used by everybody and fits: ${look}`, async () => {
      const page = await fixture.open("#/", options);
      for (const { name, hash, sign } of PAGES) {
        await page.goto(fixture.address + hash);
        await page.locator(sign).first().waitFor();
        await assertFits(page);
        await assertAccessible(page);
        await keepScreenshot(page, `${name}-${look}`);
      }
      await page.context().close();
    });
  }

  it("is in Russian for those who read that", async () => {
    const page = await fixture.open("#/queues", { locale: "ru-RU" });
    await page.getByRole("heading", { name: "Очереди и потоки" }).waitFor();
    await assertAccessible(page);
    await page.context().close();
  });

  it("begins with a login that everybody can use", async () => {
    const page = await fixture.open("#/", { user: null });
    await page.getByRole("button", { name: "Log in" }).waitFor();
    await assertAccessible(page);
    await keepScreenshot(page, "login");
    await page.context().close();
  });
});
