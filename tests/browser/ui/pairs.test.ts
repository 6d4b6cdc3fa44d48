import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { assertAccessible, assertFits } from "./look.ts";

describe("the pages with management.rates_mode = detailed", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage("", { statistics: { ratesMode: "detailed" } });
    const { channel } = fixture;
    await channel.assertQueue("orders");
    await channel.bindQueue("orders", "amq.fanout", "");
    channel.publish("amq.fanout", "", Buffer.from("x"));
    await channel.consume("orders", () => {}, { noAck: true });
    page = await fixture.open("#/queues/%2F/orders");
  });

  after(() => fixture[Symbol.asyncDispose]());

  it("show who publishes and receives what, and lead from one to the other", async () => {
    await page.getByRole("heading", { name: "Message rates breakdown" }).waitFor();
    await assertAccessible(page);
    await assertFits(page);
    await page.getByRole("group", { name: "Incoming" }).getByRole("link", { name: "amq.fanout" }).click();
    await page.getByRole("group", { name: "Outgoing" }).getByRole("link", { name: "orders" }).waitFor();
    await page.getByRole("group", { name: "Incoming" }).getByRole("link", { name: "(1)" }).click();
    await page.getByRole("group", { name: "Publishes" }).getByRole("link", { name: "amq.fanout" }).waitFor();
    await page.getByRole("group", { name: "Deliveries" }).getByRole("link", { name: "orders" }).click();
    await page.waitForURL(/#\/queues\/%2F\/orders$/);
    assert.match(await page.getByRole("group", { name: "Deliveries" }).innerText(), /\(1\)/);
  });
});
