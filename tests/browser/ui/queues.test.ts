import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";

describe("the pages of queues", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    for (let i = 0; i < 60; i++) await fixture.channel.assertQueue(`worker.${i}`);
    page = await fixture.open("#/queues");
  });

  after(() => fixture[Symbol.asyncDispose]());

  const goTo = async (hash: string) => {
    await page.goto(fixture.address + hash);
  };

  /** Makes a queue with messages, and resolves when they are there. */
  const fill = async (name: string, count: number) => {
    await fixture.channel.assertQueue(name);
    for (let i = 0; i < count; i++) fixture.channel.sendToQueue(name, Buffer.from(JSON.stringify({ number: i })));
    await fixture.channel.checkQueue(name);
  };

  const lengthOf = async (name: string) => (await fixture.channel.checkQueue(name)).messageCount;

  it("find by name, sort and turn pages, all in the address", async () => {
    await fill("a.long.one", 7);
    await goTo("#/queues");
    await page.getByText("Page 1 of 2").waitFor();
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText("Page 2 of 2").waitFor();
    await page.getByRole("button", { name: "Total" }).click();
    await page.locator("tbody tr").first().getByText("a.long.one").waitFor();
    assert.equal(await page.getByRole("columnheader", { name: "Total" }).getAttribute("aria-sort"), "descending");
    await page.getByLabel("Search by name").fill("worker.5");
    await page.getByText("11 of 61").waitFor();
    assert.match(page.url(), /#\/queues\?sort=messages&sort_reverse=true&name=worker\.5$/);
    await page.reload();
    await page.getByText("11 of 61").waitFor();
    assert.equal(await page.getByLabel("Search by name").inputValue(), "worker.5");
  });

  it("show the columns that are chosen", async () => {
    await goTo("#/queues");
    await page.getByText("Columns").click();
    await page.getByLabel("Memory").check();
    await page.getByRole("columnheader", { name: "Memory" }).waitFor();
    assert.match(page.url(), /columns=vhost/);
    await page.reload();
    await page.getByRole("columnheader", { name: "Memory" }).waitFor();
  });

  it("add a queue with arguments", async () => {
    await goTo("#/queues");
    await page.getByRole("button", { name: "Add a queue" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a queue" });
    await dialog.getByLabel("Name", { exact: true }).fill("limited");
    await dialog.getByRole("button", { name: "Add: x-max-length", exact: true }).click();
    await dialog.getByText("Limit on ready messages.").waitFor();
    const limit = dialog.getByLabel("x-max-length", { exact: true });
    await limit.fill("ten");
    await dialog.getByText("This is no number.").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Add queue" }).isDisabled());
    await limit.fill("10");
    await dialog.getByRole("button", { name: "Add: x-message-ttl" }).click();
    await dialog.getByLabel("x-message-ttl", { exact: true }).fill("90000");
    await dialog.getByText("In milliseconds: 1 min 30 s.").waitFor();
    await dialog.getByRole("button", { name: "Remove x-message-ttl" }).click();
    await dialog.getByRole("button", { name: "Add an argument" }).click();
    await dialog.getByLabel("Argument 1").fill("x-queue-mode");
    await dialog.getByLabel("Value 1").fill("lazy");
    await dialog.getByRole("button", { name: "Add queue" }).click();
    await page.getByText("Queue limited is there.").waitFor();
    const { json } = await fixture.client.get("/api/queues/%2F/limited");
    assert.deepEqual(json.arguments, { "x-max-length": 10, "x-queue-mode": "lazy", "x-queue-type": "classic" });
  });

  it("tell what the broker refuses", async () => {
    await fixture.channel.assertQueue("transient", { durable: false });
    await goTo("#/queues");
    await page.getByRole("button", { name: "Add a queue" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("transient");
    await dialog.getByRole("button", { name: "Add queue" }).click();
    await page.getByText("inequivalent arg 'durable'").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await dialog.count(), 0);
  });

  it("publish a message and look at it, and leave it there", async () => {
    await fill("looked", 0);
    await goTo("#/queues/%2F/looked?tab=publish");
    await page.getByLabel("Payload", { exact: true }).fill('{"order":1}');
    await page.getByRole("button", { name: "Publish message" }).click();
    await page.getByText("The message is in the queue.").waitFor();
    await page.getByRole("tab", { name: "Messages" }).click();
    await page.getByRole("button", { name: "Get messages" }).click();
    await page.getByRole("heading", { name: "Message 1" }).waitFor();
    assert.equal(await page.getByLabel("Body", { exact: true }).textContent(), '{\n  "order": 1\n}');
    await page.getByRole("button", { name: "Hex" }).click();
    assert.match(await page.getByLabel("Body", { exact: true }).textContent() ?? "", /^000000 {2}7b 22 6f/);
    assert.equal(await lengthOf("looked"), 1);
  });

  it("take messages out only after a question", async () => {
    await fill("taken", 2);
    await goTo("#/queues/%2F/taken?tab=messages");
    await page.getByLabel("What happens to them").selectOption({ label: "They are removed" });
    await page.getByRole("button", { name: "Get messages" }).click();
    const dialog = page.getByRole("dialog", { name: "Take up to 10 messages out of taken?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    assert.equal(await lengthOf("taken"), 2);
    await page.getByRole("button", { name: "Get messages" }).click();
    await dialog.getByRole("button", { name: "Get messages" }).click();
    await page.getByRole("heading", { name: "Message 2" }).waitFor();
    assert.equal(await lengthOf("taken"), 0);
  });

  it("bind and unbind", async () => {
    await fill("bound", 0);
    await goTo("#/queues/%2F/bound?tab=bindings");
    await page.getByLabel("From exchange").last().fill("amq.topic");
    await page.getByLabel("Routing key").last().fill("order.#");
    await page.getByRole("button", { name: "Bind" }).click();
    await page.getByRole("cell", { name: "order.#" }).waitFor();
    await page.getByRole("button", { name: "Unbind" }).click();
    await page.getByRole("dialog", { name: "Unbind bound from amq.topic?" }).getByRole("button", { name: "Unbind" })
      .click();
    await page.getByText("The binding is gone.").waitFor();
    const { json } = await fixture.client.get("/api/queues/%2F/bound/bindings");
    assert.equal(json.length, 1);
  });

  it("move messages to another queue", async () => {
    await fill("source", 5);
    await fill("sink", 0);
    await goTo("#/queues/%2F/source?tab=move");
    await page.getByLabel("To queue").fill("sink");
    await page.getByLabel("How many").fill("3");
    await page.getByRole("button", { name: "Move messages" }).click();
    const dialog = page.getByRole("dialog", { name: "Move up to 3 messages from source to sink?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    assert.deepEqual([await lengthOf("source"), await lengthOf("sink")], [5, 0]);
    await page.getByRole("button", { name: "Move messages" }).click();
    await dialog.getByRole("button", { name: "Move messages" }).click();
    await page.getByText("3 messages moved.").waitFor();
    assert.deepEqual([await lengthOf("source"), await lengthOf("sink")], [2, 3]);
  });

  it("copy messages, which stay where they are", async () => {
    await fill("original", 4);
    await fill("copies", 0);
    await goTo("#/queues/%2F/original?tab=move");
    await page.getByLabel("What to do").selectOption("copy");
    await page.getByLabel("To queue").fill("copies");
    await page.getByRole("button", { name: "Copy messages" }).click();
    await page.getByText("4 messages copied.").waitFor();
    assert.deepEqual([await lengthOf("original"), await lengthOf("copies")], [4, 4]);
  });

  it("send dead letters back to the queue in which they died", async () => {
    await fill("graveyard", 0);
    await fixture.channel.assertQueue("origin", { deadLetterExchange: "", deadLetterRoutingKey: "graveyard" });
    for (let i = 0; i < 2; i++) fixture.channel.sendToQueue("origin", Buffer.from("x"));
    for (let i = 0; i < 2; i++) {
      const message = await fixture.channel.get("origin");
      if (message !== false) fixture.channel.reject(message, false);
    }
    assert.deepEqual([await lengthOf("origin"), await lengthOf("graveyard")], [0, 2]);
    await goTo("#/queues/%2F/graveyard?tab=move");
    await page.getByLabel("What to do").selectOption("resend");
    assert.equal(await page.getByLabel("To queue").count(), 0);
    await page.getByRole("button", { name: "Send back" }).click();
    const dialog = page.getByRole("dialog", { name: "Send the 2 messages in graveyard back?" });
    await dialog.getByRole("button", { name: "Send back" }).click();
    await page.getByText("2 messages sent back.").waitFor();
    assert.deepEqual([await lengthOf("origin"), await lengthOf("graveyard")], [2, 0]);
  });

  it("add a stream with the arguments that streams take, and look into it", async () => {
    await goTo("#/queues");
    await page.getByRole("button", { name: "Add a queue" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a queue" });
    await dialog.getByLabel("Name", { exact: true }).fill("events");
    await dialog.getByLabel("Type", { exact: true }).selectOption("stream");
    assert.equal(await dialog.getByRole("button", { name: "Add: x-max-length", exact: true }).count(), 0);
    await dialog.getByRole("button", { name: "Add: x-max-age" }).click();
    await dialog.getByLabel("x-max-age", { exact: true }).fill("7D");
    await dialog.getByRole("button", { name: "Add queue" }).click();
    await page.getByText("Queue events is there.").waitFor();
    for (const text of ["first", "second"]) fixture.channel.sendToQueue("events", Buffer.from(text));
    await fixture.channel.checkQueue("events");
    await goTo("#/queues/%2F/events?tab=messages");
    await page.getByLabel("From offset").fill("1");
    await page.getByRole("button", { name: "Get messages" }).click();
    await page.getByLabel("Body", { exact: true }).getByText("second").waitFor();
    assert.equal(await page.getByRole("heading", { name: "Message 2" }).count(), 0);
    await fill("from.events", 0);
    await page.getByRole("tab", { name: "Copy" }).click();
    await page.getByLabel("To queue").fill("from.events");
    await page.getByRole("button", { name: "Copy messages" }).click();
    await page.getByText("2 messages copied.").waitFor();
    assert.deepEqual([await lengthOf("events"), await lengthOf("from.events")], [2, 2]);
  });

  it("say which policy sets what", async () => {
    await fill("governed", 0);
    await fixture.client.put("/api/policies/%2F/short", {
      pattern: "^governed$",
      definition: { "max-length": 7, "message-ttl": 60000 },
      "apply-to": "queues",
    });
    await fixture.client.put("/api/operator-policies/%2F/cap", {
      pattern: "^governed$",
      definition: { "max-length": 5 },
      "apply-to": "queues",
    });
    await goTo("#/queues/%2F/governed");
    const rowOf = (key: string) => page.getByRole("row").filter({ has: page.getByText(key, { exact: true }) });
    await rowOf("max-length").getByText("operator policy").waitFor();
    assert.equal(
      await rowOf("max-length").getByRole("cell").allInnerTexts().then((texts) => texts.join(" ")),
      "5 cap operator policy",
    );
    await rowOf("message-ttl").getByRole("link", { name: "short" }).waitFor();
    await fixture.client.delete("/api/policies/%2F/short");
    await fixture.client.delete("/api/operator-policies/%2F/cap");
  });

  it("purge and delete after a question that names the queue", async () => {
    await fill("doomed", 4);
    await goTo("#/queues/%2F/doomed");
    await page.getByRole("button", { name: "Purge" }).click();
    await page.getByRole("dialog", { name: "Purge queue doomed?" }).getByRole("button", { name: "Purge" }).click();
    await page.getByText("Queue doomed is purged.").waitFor();
    assert.equal(await lengthOf("doomed"), 0);
    await page.getByRole("button", { name: "Purge" }).and(page.locator(":disabled")).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete queue doomed?" }).getByRole("button", { name: "Delete" }).click();
    await page.getByText("Queue doomed is deleted.").waitFor();
    assert.equal((await fixture.client.get("/api/queues/%2F/doomed")).status, 404);
  });

  it("ask for the name of a queue that would be lost with messages", async () => {
    await fill("precious", 1);
    await goTo("#/queues/%2F/precious");
    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete queue precious?" });
    assert.ok(await dialog.getByRole("button", { name: "Delete" }).isDisabled());
    await dialog.getByLabel("Type precious to confirm").fill("precious");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Queue precious is deleted.").waitFor();
  });

  it("tell that a queue does not exist", async () => {
    await goTo("#/queues/%2F/never");
    await page.getByText("It does not exist, or no longer.").waitFor();
  });

  it("move between tabs with the arrow keys", async () => {
    await fill("tabbed", 0);
    await goTo("#/queues/%2F/tabbed");
    await page.getByRole("tab", { name: "Overview" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByText("It has no consumers").waitFor();
    assert.match(page.url(), /\?tab=consumers$/);
  });
});
