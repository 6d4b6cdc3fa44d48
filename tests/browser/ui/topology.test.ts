import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import type { Channel } from "amqplib";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { describeLooks } from "./describe_looks.ts";

/** Makes an exchange that leads to a queue with a consumer, and to one in which messages are stuck. */
async function makeTopology(channel: Channel): Promise<void> {
  await channel.assertExchange("events", "topic");
  for (const name of ["orders", "forgotten"]) {
    await channel.assertQueue(name);
    await channel.bindQueue(name, "events", "order.#");
  }
  await channel.consume("orders", () => {}, { noAck: true });
  for (let i = 0; i < 5; i++) channel.publish("events", "order.new", Buffer.from("x"));
  await channel.checkQueue("orders");
}

describe("the page of the topology", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    await makeTopology(fixture.channel);
    page = await fixture.open("#/topology");
  });

  after(() => fixture[Symbol.asyncDispose]());

  it("shows exchanges, queues and consumers, and what is stuck in words too", async () => {
    const picture = page.getByRole("group", { name: "Topology" }).first();
    await picture.getByRole("link", { name: "events topic · exchange" }).waitFor();
    await picture.getByRole("link", { name: /^forgotten ■ stuck · ready: 5$/ }).waitFor();
    await picture.getByRole("link", { name: /^consumers: 1/ }).waitFor();
  });

  it("has a table of the same", async () => {
    await page.getByText("As a table").click();
    await page.getByRole("row", { name: /^events order\.# forgotten stuck/ }).waitFor();
  });

  it("keeps the search in the address, and shows what is connected with it", async () => {
    await page.getByLabel("Only paths over names that contain").fill("amq.none");
    await page.getByText("No exchange is bound to a queue here").waitFor();
    assert.match(page.url(), /name=amq\.none/);
    await page.getByLabel("Only paths over names that contain").fill("forg");
    await page.getByRole("link", { name: /^forgotten/ }).waitFor();
  });

  it("leads to the pages of what it shows, by the keyboard too", async () => {
    await page.getByRole("link", { name: /^forgotten/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "forgotten" }).waitFor();
    assert.match(page.url(), /#\/queues\/%2F\/forgotten$/);
  });
});

describeLooks(
  "the topology's page",
  [{ name: "topology", hash: "#/topology", sign: "text=order.#" }],
  ({ channel }) => makeTopology(channel),
);
