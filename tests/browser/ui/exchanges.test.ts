import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";

describe("the pages of exchanges", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    await fixture.channel.assertQueue("orders");
    page = await fixture.open("#/exchanges");
  });

  after(() => fixture[Symbol.asyncDispose]());

  const goTo = async (hash: string) => {
    await page.goto(fixture.address + hash);
  };

  it("add an exchange with arguments of its type", async () => {
    await goTo("#/exchanges");
    await page.getByRole("button", { name: "Add an exchange" }).click();
    const dialog = page.getByRole("dialog", { name: "Add an exchange" });
    await dialog.getByLabel("Name", { exact: true }).fill("later");
    await dialog.getByLabel("Type").selectOption("x-delayed-message");
    await dialog.getByText("Holds a message back").waitFor();
    await dialog.getByRole("button", { name: "Add: x-delayed-type" }).click();
    await dialog.getByLabel("x-delayed-type", { exact: true }).selectOption("topic");
    await dialog.getByRole("button", { name: "Add: alternate-exchange" }).click();
    await dialog.getByLabel("alternate-exchange", { exact: true }).fill("amq.fanout");
    await dialog.getByRole("button", { name: "Add exchange" }).click();
    await page.getByText("Exchange later is there.").waitFor();
    const { json } = await fixture.client.get("/api/exchanges/%2F/later");
    assert.deepEqual([json.type, json.durable, json.arguments], [
      "x-delayed-message",
      true,
      { "x-delayed-type": "topic", "alternate-exchange": "amq.fanout" },
    ]);
  });

  it("tell what the broker refuses", async () => {
    await goTo("#/exchanges");
    await page.getByRole("button", { name: "Add an exchange" }).click();
    const dialog = page.getByRole("dialog", { name: "Add an exchange" });
    await dialog.getByLabel("Name", { exact: true }).fill("amq.direct");
    await dialog.getByLabel("Type").selectOption("fanout");
    await dialog.getByRole("button", { name: "Add exchange" }).click();
    await page.getByText("The broker refuses this: inequivalent arg 'type'").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  it("have the default exchange at RabbitMQ's address", async () => {
    await goTo("#/exchanges");
    await page.getByRole("link", { name: "(default exchange)" }).click();
    await page.getByRole("heading", { name: "(default exchange)" }).waitFor();
    assert.match(page.url(), /#\/exchanges\/%2F\/amq\.default$/);
    assert.equal(await page.getByRole("button", { name: "Delete" }).count(), 0);
    await page.getByRole("tab", { name: "Publish" }).click();
    await page.getByLabel("Routing key").fill("orders");
    await page.getByRole("button", { name: "Publish message" }).click();
    await page.getByText("The message was routed to a queue.").waitFor();
  });

  it("bind a queue and an exchange, and unbind them", async () => {
    await goTo("#/exchanges/%2F/amq.topic?tab=bindings");
    await page.getByText("Nothing is bound to it").waitFor();
    await page.getByLabel("To queue").fill("ord");
    await page.locator("datalist option[value=orders]").waitFor({ state: "attached" });
    await page.getByLabel("To queue").fill("orders");
    await page.getByLabel("Routing key").first().fill("order.#");
    await page.getByRole("button", { name: "Bind" }).first().click();
    await page.getByRole("cell", { name: "order.#" }).waitFor();
    await page.getByLabel("To", { exact: true }).selectOption("exchange");
    await page.getByLabel("To exchange").fill("amq.fanout");
    await page.getByRole("button", { name: "Bind", exact: true }).first().click();
    const row = page.getByRole("row").filter({ hasText: "amq.fanout" });
    await row.getByRole("button", { name: "Unbind" }).click();
    await page.getByRole("dialog", { name: "Unbind amq.fanout from amq.topic?" }).getByRole("button", {
      name: "Unbind",
    }).click();
    await page.getByText("The binding is gone.").waitFor();
    const { json } = await fixture.client.get("/api/exchanges/%2F/amq.topic/bindings/source");
    assert.deepEqual(json.map(({ destination }: { destination: string }) => destination), ["orders"]);
  });

  it("bind by headers, and bind the exchange to another one", async () => {
    await goTo("#/exchanges/%2F/amq.headers?tab=bindings");
    const form = page.locator("section").filter({ hasText: "Bind a queue or an exchange to this exchange" });
    await form.getByLabel("To queue").fill("orders");
    await form.getByRole("button", { name: "Add an argument" }).click();
    await form.getByLabel("Argument 1").fill("x-match");
    await form.getByLabel("Value 1").fill("any");
    await form.getByRole("button", { name: "Bind" }).click();
    await page.getByRole("cell", { name: "x-match any" }).waitFor();
    const other = page.locator("section").filter({ hasText: "Bind this exchange to another one" });
    await other.getByLabel("From exchange").fill("amq.topic");
    await other.getByRole("button", { name: "Bind" }).click();
    await page.getByRole("group", { name: "To this exchange" }).getByRole("rowheader", { name: "amq.topic" }).waitFor();
  });

  it("publish a message with properties and headers", async () => {
    await fixture.channel.purgeQueue("orders");
    await goTo("#/exchanges/%2F/amq.topic?tab=publish");
    await page.getByLabel("Routing key").fill("order.1");
    await page.getByRole("button", { name: "Add: priority" }).click();
    await page.getByLabel("priority", { exact: true }).fill("high");
    await page.getByText("This is no number.").waitFor();
    assert.ok(await page.getByRole("button", { name: "Publish message" }).isDisabled());
    await page.getByLabel("priority", { exact: true }).fill("5");
    await page.getByRole("button", { name: "Add: content_type" }).click();
    await page.getByLabel("content_type", { exact: true }).fill("text/plain");
    await page.getByRole("button", { name: "Add a header" }).click();
    await page.getByLabel("Argument 1").fill("region");
    await page.getByLabel("Value 1").fill("eu");
    await page.getByLabel("Payload", { exact: true }).fill("aGFyZQ==");
    await page.getByLabel("Payload is").selectOption("base64");
    await page.getByRole("button", { name: "Publish message" }).click();
    await page.getByText("The message was routed to a queue.").waitFor();
    const message = await fixture.channel.get("orders", { noAck: true });
    assert.ok(message);
    const { priority, contentType, headers, deliveryMode } = message.properties;
    assert.deepEqual([priority, contentType, headers, deliveryMode], [5, "text/plain", { region: "eu" }, 2]);
    assert.equal(message.content.toString(), "hare");
    await page.getByLabel("Routing key").fill("nowhere");
    await page.getByRole("button", { name: "Publish message" }).click();
    await page.getByText("The message was routed to no queue.").waitFor();
  });

  it("delete after a question that names the exchange and its bindings", async () => {
    await fixture.channel.assertExchange("doomed", "fanout");
    await fixture.channel.bindQueue("orders", "doomed", "a");
    await fixture.channel.bindQueue("orders", "doomed", "b");
    await goTo("#/exchanges/%2F/doomed");
    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete exchange doomed?" });
    await dialog.getByText("its 2 bindings").waitFor();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Exchange doomed is deleted.").waitFor();
    assert.equal((await fixture.client.get("/api/exchanges/%2F/doomed")).status, 404);
  });
});
