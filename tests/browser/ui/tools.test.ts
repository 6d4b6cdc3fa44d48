import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { describeLooks } from "./describe_looks.ts";

const prepare = async ({ channel }: BrokerWithPage) => {
  await channel.assertQueue("orders");
  await channel.assertQueue("by-header");
  await channel.assertExchange("shop", "topic", { alternateExchange: "amq.fanout" });
  await channel.bindExchange("amq.headers", "shop", "#");
  await channel.bindQueue("orders", "shop", "order.#");
  await channel.bindQueue("by-header", "amq.headers", "", { "x-match": "all", region: "north" });
};

describe("the question where a message would go", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    await prepare(fixture);
    page = await fixture.open("#/route");
  });

  after(() => fixture[Symbol.asyncDispose]());

  it("is answered with queues and the paths to them", async () => {
    await page.getByLabel("Exchange").fill("shop");
    await page.getByLabel("Routing key").fill("order.new");
    await page.getByRole("button", { name: "Add an argument" }).click();
    await page.getByLabel("Argument 1").fill("region");
    await page.getByLabel("Value 1").fill("north");
    await page.getByRole("button", { name: "Ask" }).click();
    await page.getByRole("row", { name: "orders shop —order.#→ orders" }).waitFor();
    await page.getByRole("row", { name: /by-header shop —#→ amq.headers/ }).waitFor();
    assert.match(page.url(), /#\/route\?vhost=%2F&exchange=shop&key=order\.new$/);
    assert.equal((await fixture.channel.checkQueue("orders")).messageCount, 0);
  });

  it("is asked again by its address, and may be answered with nowhere", async () => {
    await page.goto(`${fixture.address}#/route?exchange=amq.direct&key=nothing`);
    await page.reload();
    await page.getByText("It would go nowhere").waitFor();
  });

  it("is refused for an exchange that does not exist", async () => {
    await page.getByLabel("Exchange").fill("never");
    await page.getByRole("button", { name: "Ask" }).click();
    await page.getByText("It does not exist, or no longer.").waitFor();
  });
});

describe("the playground", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    await prepare(fixture);
    page = await fixture.open("#/playground");
  });

  after(() => fixture[Symbol.asyncDispose]());

  it("writes programs for the client, with what is filled in", async () => {
    await page.getByLabel("Client").selectOption({ label: "Go (amqp091-go)" });
    await page.getByLabel("Queue").fill("by-header");
    const program = page.getByRole("region", { name: "Consumer" });
    assert.match(await program.textContent() ?? "", /channel\.Consume\("by-header"/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy: Consumer" }).click();
    await page.getByText("Copied").waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), await program.textContent());
  });

  it("really publishes", async () => {
    await page.getByLabel("Exchange").fill("shop");
    await page.getByLabel("Routing key").fill("order.new");
    await page.getByLabel("Message").fill("really");
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText("The message is in a queue.").waitFor();
    const message = await fixture.channel.get("orders");
    assert.ok(message !== false);
    assert.equal(message.content.toString(), "really");
    await page.getByLabel("Exchange").fill("amq.direct");
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText("The message went nowhere").waitFor();
  });
});

describe("the live tap", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    await prepare(fixture);
    page = await fixture.open("#/tap");
  });

  after(() => fixture[Symbol.asyncDispose]());

  it("shows messages of a queue as they come, and leaves them as they are", async () => {
    const { channel } = fixture;
    await page.getByLabel("Name").fill("orders");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("No message has passed yet").waitFor();
    for (const text of ["first", "second"]) {
      channel.sendToQueue("orders", Buffer.from(text));
      await page.getByText(text, { exact: true }).waitFor();
    }
    await page.getByText("Messages shown: 2, passed unseen: 0").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    const message = await channel.get("orders");
    assert.ok(message !== false);
    assert.deepEqual([message.content.toString(), message.fields.redelivered], ["first", false]);
  });

  it("shows what passes an exchange, and no other one, with consumers too", async () => {
    const { channel } = fixture;
    await channel.consume("orders", () => {}, { noAck: true });
    await page.getByLabel("Look at").selectOption({ label: "an exchange" });
    await page.getByLabel("Name").fill("shop");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("No message has passed yet").waitFor();
    channel.sendToQueue("orders", Buffer.from("second"));
    channel.publish("shop", "order.new", Buffer.from("by the shop"));
    await page.getByText("by the shop", { exact: true }).waitFor();
    await page.getByText("Messages shown: 1, passed unseen: 0").waitFor();
    assert.equal(await page.getByText("second", { exact: true }).count(), 0);
  });

  it("tells why it has ended", async () => {
    await fixture.channel.deleteExchange("shop");
    await page.getByText("The broker has ended the tap: it was deleted.").waitFor();
    assert.ok(await page.getByText("looking", { exact: true }).isHidden());
  });
});

describeLooks("tools for developers", [
  { name: "route", hash: "#/route?exchange=shop&key=order.new", sign: "text=Bindings that match" },
  { name: "tap", hash: "#/tap", sign: "text=Shows messages as they pass" },
  { name: "playground", hash: "#/playground", sign: "text=channel.basic_publish" },
], prepare);
