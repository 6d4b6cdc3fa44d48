import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";

describe("the page of definitions", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    await fixture.channel.assertQueue("orders", { arguments: { "x-max-length": 10 } });
    await fixture.client.put("/api/policies/%2F/short", { pattern: "^short", definition: { expires: 1000 } });
    await fixture.client.put("/api/vhosts/other");
    page = await fixture.open("#/definitions");
  });

  after(() => fixture[Symbol.asyncDispose]());

  const choose = (content: unknown, name = "new.json") =>
    page.getByLabel("File with definitions").setInputFiles({
      name,
      mimeType: "application/json",
      buffer: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
    });
  const panel = () => page.getByRole("region", { name: "Import" });
  const difference = () => page.getByRole("region", { name: "What the import would do" });
  const importButton = () => difference().getByRole("button", { name: "Import" });

  it("save the definitions of the broker and of a virtual host", async () => {
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const saved = await saving;
    assert.match(saved.suggestedFilename(), /^definitions-\d{4}-\d\d-\d\d\.json$/);
    const whole = JSON.parse(await readFile(await saved.path(), "utf8"));
    assert.deepEqual(whole, (await fixture.client.get("/api/definitions")).json);
    await page.getByLabel("What", { exact: true }).selectOption("other");
    const savingOne = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const one = await savingOne;
    assert.match(one.suggestedFilename(), /^definitions-other-/);
    assert.equal(JSON.parse(await readFile(await one.path(), "utf8")).original_vhost_name, "other");
  });

  it("show the difference first, and import after a question", async () => {
    await choose({
      users: [{ name: "anna", password: "secret", tags: ["management"] }],
      queues: [
        { vhost: "/", name: "orders", durable: true, arguments: { "x-max-length": 20 } },
        { vhost: "/", name: "shorts", durable: true },
      ],
      policies: [{ vhost: "/", name: "short", pattern: "^short", definition: { expires: 2000 } }],
    });
    await difference().getByText("Added: 2. Changed: 1. Kept as they are: 1.").waitFor();
    const orders = difference().getByRole("row").filter({ hasText: "orders" });
    await orders.getByText("kept").waitFor();
    assert.match(await orders.innerText(), /\{"x-max-length":10\}\s*→\s*\{"x-max-length":20\}/);
    await difference().getByRole("row").filter({ hasText: "anna" }).getByText("added").waitFor();
    await difference().getByRole("row").filter({ hasText: "short" }).getByText("changed").waitFor();
    assert.equal(await difference().getByText("secret").count(), 0);

    await importButton().click();
    const question = page.getByRole("dialog", { name: "Import new.json?" });
    await question.getByText("3 objects will be added or changed.").waitFor();
    await question.getByRole("button", { name: "Cancel" }).click();
    assert.equal((await fixture.client.get("/api/queues/%2F/shorts")).status, 404);
    await importButton().click();
    await question.getByRole("button", { name: "Import" }).click();
    await page.getByText("new.json is imported.").waitFor();
    assert.equal((await fixture.client.get("/api/queues/%2F/shorts")).status, 200);
    assert.equal((await fixture.client.get("/api/users/anna")).status, 200);
    const { json: policy } = await fixture.client.get("/api/policies/%2F/short");
    assert.deepEqual(policy.definition, { expires: 2000 });
    await difference().getByText("Users The same: 0").waitFor();
  });

  it("find no difference in what was exported", async () => {
    await choose((await fixture.client.get("/api/definitions")).text);
    await difference().getByText("Everything in this file is here already").waitFor();
    assert.equal(await importButton().count(), 0);
  });

  it("name every problem that the broker finds, and change nothing", async () => {
    await choose({
      queues: [{ vhost: "/", name: "fine" }, { vhost: "/", name: "bad", arguments: { "x-max-length": -1 } }],
      permissions: [{ user: "nobody", vhost: "/", configure: "", write: "", read: "" }],
    });
    await importButton().click();
    await page.getByRole("dialog").getByRole("button", { name: "Import" }).click();
    await panel().getByRole("alert").getByText("permissions[0]").waitFor();
    await panel().getByRole("alert").getByText("queues[1].arguments").waitFor();
    await difference().getByText("Added: 3.").waitFor();
    assert.equal((await fixture.client.get("/api/queues/%2F/fine")).status, 404);
  });

  it("ask for the virtual host that definitions of a single one go into", async () => {
    await choose({ queues: [{ name: "orders" }] });
    await page.getByText("These are definitions of one virtual host").waitFor();
    assert.equal(await importButton().count(), 0);
    await page.getByLabel("Into").selectOption("other");
    await importButton().click();
    await page.getByRole("dialog").getByRole("button", { name: "Import" }).click();
    await difference().getByText("Everything in this file is here already").waitFor();
    assert.equal((await fixture.client.get("/api/queues/other/orders")).status, 200);
    await page.getByLabel("Into").selectOption("");
  });

  it("refuse files without definitions", async () => {
    await choose("<html></html>");
    await page.getByText("This file is no JSON object.").waitFor();
    await choose({ queues: "all" });
    await page.getByText("queues is no list of objects in this file.").waitFor();
    assert.equal(await difference().count(), 0);
  });

  it("are an administrator's alone", async () => {
    await fixture.client.put("/api/users/boris", { password: "secret", tags: "monitoring" });
    const other = await fixture.open("#/definitions", { user: "boris:secret" });
    await other.getByText("This page needs the tag administrator.").waitFor();
    assert.equal(await other.getByRole("link", { name: "Definitions" }).count(), 0);
    await other.context().close();
  });
});
