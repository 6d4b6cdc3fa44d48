import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { connect as connectClient } from "amqplib";
import { makeDeadLetters } from "./dead_letters.ts";

const DOCS = new URL("../../../docs/management_page.md", import.meta.url);

/** Counts clicks of a person, choices in lists and chosen files. A click on a label also clicks its field, by itself. */
const COUNTER = `
  globalThis.clicks = 0;
  addEventListener("click", (event) => { if (event.isTrusted && event.pointerType !== "") clicks++; }, true);
  addEventListener("change", ({ target }) => { if (target.matches("select, input[type=file]")) clicks++; }, true);
`;

type Errand = (page: Page, fixture: BrokerWithPage) => Promise<void>;

const entry = (page: Page, name: string) =>
  page.getByRole("navigation").first().getByRole("link", { name, exact: true }).click();
const confirm = (page: Page, action: string) =>
  page.getByRole("dialog").getByRole("button", { name: action, exact: true }).click();

/** The errands by their names in the documentation. Each begins at the overview. */
const ERRANDS: Readonly<Record<string, Errand>> = {
  async "open the queue that is stuck"(page) {
    await page.getByRole("link", { name: "stuck" }).first().click();
    await page.getByRole("heading", { name: "stuck" }).waitFor();
  },
  async "see which consumer holds its messages"(page) {
    await page.getByRole("link", { name: "stuck" }).first().click();
    await page.getByRole("tab", { name: /^Consumers/ }).click();
    await page.getByText("It holds 2 messages and acknowledges none").waitFor();
  },
  async "send all dead letters back to where they died"(page) {
    await entry(page, "Dead letters");
    await page.getByRole("link", { name: "graves" }).click();
    await page.getByRole("button", { name: "Send all back" }).click();
    await confirm(page, "Send back");
    await page.getByText("6 messages sent back.").waitFor();
  },
  async "add a user with all permissions on one virtual host"(page) {
    await entry(page, "Users");
    await page.getByRole("button", { name: "Add a user" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("carrot");
    await dialog.getByLabel("Password").fill("crunch");
    await dialog.getByLabel("With all permissions on").selectOption("/");
    await dialog.getByRole("button", { name: "Add user" }).click();
    await page.getByRole("row", { name: /carrot/ }).waitFor();
  },
  async "move all messages to another queue"(page, { channel }) {
    await entry(page, "Queues and streams");
    await page.getByRole("link", { name: "full", exact: true }).click();
    await page.getByRole("tab", { name: "Move" }).click();
    await page.getByLabel("To queue").fill("empty");
    await page.getByRole("tabpanel").getByRole("button", { name: "Move messages" }).click();
    await confirm(page, "Move messages");
    await page.getByText("3 messages moved.").waitFor();
    assert.equal((await channel.checkQueue("empty")).messageCount, 3);
  },
  async "see what is published to an exchange"(page, { channel }) {
    await entry(page, "Exchanges");
    await page.getByRole("link", { name: "shop", exact: true }).click();
    await page.getByRole("main").getByRole("link", { name: "Live tap" }).click();
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("No message has passed yet").waitFor();
    channel.publish("shop", "order.new", Buffer.from("a published message"));
    await page.getByText("a published message").waitFor();
  },
  async "import definitions"(page, { client }) {
    await entry(page, "Definitions");
    await page.getByLabel("File with definitions").setInputFiles({
      name: "new.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify({ queues: [{ vhost: "/", name: "imported", durable: true }] })),
    });
    await page.getByRole("region", { name: "What the import would do" }).getByRole("button", { name: "Import" })
      .click();
    await confirm(page, "Import");
    await page.getByText("new.json is imported.").waitFor();
    assert.equal((await client.get("/api/queues/%2F/imported")).status, 200);
  },
  async "close a connection"(page) {
    await entry(page, "Connections");
    await page.getByRole("row").filter({ hasText: "doomed" }).getByRole("link", { name: "127.0.0.1" }).first().click();
    await page.getByRole("button", { name: "Close connection" }).click();
    await confirm(page, "Close connection");
    await page.getByText("The connection is closed.").waitFor();
  },
  async "make a policy"(page, { client }) {
    await entry(page, "Policies");
    await page.getByRole("button", { name: "Add a policy" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("limits");
    await dialog.getByLabel("Pattern").fill("^orders");
    await dialog.getByRole("button", { name: "Add an argument" }).click();
    await dialog.getByLabel("Argument 1").fill("max-length");
    await dialog.getByLabel("Value 1").fill("1000");
    await dialog.getByRole("button", { name: "Save policy" }).click();
    await page.getByText("Policy limits is in force.").waitFor();
    assert.equal((await client.get("/api/policies/%2F/limits")).status, 200);
  },
  async "find where a message would go"(page) {
    await entry(page, "Where would this go?");
    await page.getByLabel("Exchange").fill("shop");
    await page.getByLabel("Routing key").fill("order.new");
    await page.getByRole("button", { name: "Ask" }).click();
    await page.getByRole("row", { name: /orders shop/ }).waitFor();
  },
};

describe("errands of the management page", () => {
  let fixture: BrokerWithPage;

  before(async () => {
    fixture = await openBrokerWithPage();
    const { channel } = fixture;
    await makeDeadLetters(fixture);
    await channel.assertExchange("shop", "topic");
    await channel.bindQueue("orders", "shop", "order.#");
    for (const name of ["full", "empty", "stuck"]) await channel.assertQueue(name);
    for (let i = 0; i < 3; i++) channel.sendToQueue("full", Buffer.from("x"));
    for (let i = 0; i < 5; i++) channel.sendToQueue("stuck", Buffer.from("x"));
    await channel.prefetch(2);
    await channel.consume("stuck", () => {});
    const doomed = await connectClient(fixture.server.url, { clientProperties: { connection_name: "doomed" } });
    doomed.on("error", () => {});
  });

  after(() => fixture[Symbol.asyncDispose]());

  for (const name of Object.keys(ERRANDS)) {
    it(`take as many clicks as the documentation says: ${name}`, async () => {
      const row = (await readFile(DOCS, "utf8")).split("\n").find((line) => line.startsWith(`| ${name} `));
      const page = await fixture.open("#/");
      await page.getByRole("heading", { name: "What needs attention" }).waitFor();
      await page.getByRole("link", { name: "stuck" }).first().waitFor();
      await page.evaluate(COUNTER);
      await ERRANDS[name](page, fixture);
      assert.equal(await page.evaluate("clicks"), Number(row?.split("|")[2]), name);
      await page.context().close();
    });
  }

  it("are all in the documentation", async () => {
    const lines = (await readFile(DOCS, "utf8")).split("\n");
    const table = lines.slice(lines.findIndex((line) => line.startsWith("| errand ")) + 2);
    const listed = table.slice(0, table.indexOf("")).map((line) => line.split("|")[1].trim());
    assert.deepEqual(listed, Object.keys(ERRANDS));
  });
});
