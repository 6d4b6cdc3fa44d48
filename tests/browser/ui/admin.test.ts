import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";

describe("the pages of users, virtual hosts and policies", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    page = await fixture.open("#/users");
  });

  after(() => fixture[Symbol.asyncDispose]());

  const goTo = async (hash: string) => {
    await page.goto(fixture.address + hash);
  };

  /** Answers the question before something that can't be undone. */
  const confirm = (action: string) => page.getByRole("dialog").getByRole("button", { name: action }).click();

  it("add a virtual host, and a user with all permissions on it", async () => {
    await goTo("#/vhosts");
    await page.getByRole("button", { name: "Add a virtual host" }).click();
    const vhost = page.getByRole("dialog", { name: "Add a virtual host" });
    await vhost.getByLabel("Name", { exact: true }).fill("shop");
    await vhost.getByLabel("Description").fill("Orders of the shop");
    await vhost.getByLabel("Default queue type").selectOption("quorum");
    await vhost.getByRole("button", { name: "Add virtual host" }).click();
    await page.getByText("Virtual host shop is there.").waitFor();

    await goTo("#/users");
    await page.getByRole("button", { name: "Add a user" }).click();
    const user = page.getByRole("dialog", { name: "Add a user" });
    await user.getByLabel("Name", { exact: true }).fill("carrot");
    await user.getByLabel("Password").fill("crunch");
    await user.getByLabel("Tags").fill("monitoring");
    await user.getByLabel("With all permissions on").selectOption("shop");
    await user.getByRole("button", { name: "Add user" }).click();
    await page.getByRole("row", { name: /carrot.*monitoring.*shop/ }).waitFor();

    const { json } = await fixture.client.get("/api/users/carrot/permissions");
    assert.deepEqual(json, [{ user: "carrot", vhost: "shop", configure: ".*", write: ".*", read: ".*" }]);
    assert.equal((await fixture.client.get("/api/vhosts/shop")).json.default_queue_type, "quorum");
  });

  it("set and clear permissions, and restrict routing keys", async () => {
    await fixture.client.put("/api/users/leek", { password: "x", tags: "" });
    await goTo("#/users/leek");
    await page.getByText("The user may open no virtual host").waitFor();
    await page.getByLabel("Read").fill("^leek-");
    await page.getByRole("button", { name: "Set permissions" }).click();
    await page.getByRole("cell", { name: "^leek-" }).waitFor();
    await page.getByRole("tab", { name: "Topic permissions" }).click();
    await page.getByLabel("Write").fill("^leek\\.");
    await page.getByRole("button", { name: "Restrict routing keys" }).click();
    await page.getByRole("cell", { name: "^leek\\." }).waitFor();
    await page.getByRole("tab", { name: "Permissions", exact: true }).click();
    await page.getByRole("button", { name: "Clear" }).click();
    await confirm("Clear");
    await page.getByText("The user may open no virtual host").waitFor();
    assert.deepEqual((await fixture.client.get("/api/users/leek/permissions")).json, []);
    assert.equal((await fixture.client.get("/api/users/leek/topic-permissions")).json[0].write, "^leek\\.");
  });

  it("change tags and keep the password, then delete the user", async () => {
    await fixture.client.put("/api/users/onion", { password: "tears", tags: "" });
    const { password_hash: hash } = (await fixture.client.get("/api/users/onion")).json;
    await goTo("#/users/onion?tab=account");
    await page.getByLabel("Tags").fill("policymaker");
    await page.getByRole("button", { name: "Change" }).click();
    await page.getByText("User onion is changed.").waitFor();
    const { json } = await fixture.client.get("/api/users/onion");
    assert.deepEqual([json.tags, json.password_hash], [["policymaker"], hash]);
    await page.getByRole("button", { name: "Delete" }).click();
    await confirm("Delete");
    await page.getByText("User onion is gone.").waitFor();
    assert.equal((await fixture.client.get("/api/users/onion")).status, 404);
  });

  it("show what a policy would match before it is saved", async () => {
    for (const name of ["orders.new", "orders.old", "invoices"]) await fixture.channel.assertQueue(name);
    await fixture.channel.assertQueue("orders.quorum", { arguments: { "x-queue-type": "quorum" } });
    await goTo("#/policies");
    await page.getByRole("button", { name: "Add a policy" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a policy" });
    await dialog.getByLabel("Name", { exact: true }).fill("limits");
    await dialog.getByLabel("Pattern").fill("^orders");
    await dialog.getByText("orders.new, orders.old, orders.quorum").waitFor();
    await dialog.getByLabel("Applies to").selectOption("classic_queues");
    await dialog.getByText("Queues (2):").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Save policy" }).isDisabled());
    await dialog.getByRole("button", { name: "Add an argument" }).click();
    await dialog.getByLabel("Argument 1").fill("max-length");
    await dialog.getByLabel("Value 1").fill("1000");
    await dialog.getByRole("button", { name: "Save policy" }).click();
    await page.getByText("Policy limits is in force.").waitFor();
    assert.equal((await fixture.client.get("/api/queues/%2F/orders.new")).json.policy, "limits");
    assert.equal((await fixture.client.get("/api/queues/%2F/orders.quorum")).json.policy, null);

    await goTo("#/policies/%2F/limits");
    const form = page.getByRole("dialog", { name: "Change policy limits" });
    assert.equal(await form.getByLabel("Value 1").inputValue(), "1000");
    await form.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await confirm("Delete");
    await page.getByText("There are no policies").waitFor();
  });

  it("ask for the name before a virtual host is deleted, and not while it is protected", async () => {
    await fixture.client.put("/api/vhosts/old", {});
    await goTo("#/vhosts/old");
    await page.getByRole("button", { name: "Protect from deletion" }).click();
    await page.getByText("old can't be deleted now.").waitFor();
    await page.getByRole("button", { name: "Delete", exact: true, disabled: true }).waitFor();
    await page.getByRole("button", { name: "Allow deletion" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const question = page.getByRole("dialog");
    assert.ok(await question.getByRole("button", { name: "Delete" }).isDisabled());
    await question.getByRole("textbox").fill("old");
    await question.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Virtual host old is gone.").waitFor();
  });

  it("show a policymaker no users and no operator policies", async () => {
    await fixture.client.put("/api/users/maker", { password: "maker", tags: "policymaker" });
    const all = { configure: ".*", write: ".*", read: ".*" };
    await fixture.client.put("/api/permissions/%2F/maker", all);
    const other = await fixture.open("#/policies", { user: "maker:maker" });
    await other.getByRole("button", { name: "Add a policy" }).waitFor();
    const links = await other.getByRole("navigation").first().getByRole("link").allInnerTexts();
    assert.ok(
      links.includes("Policies") && !links.includes("Users") && !links.includes("Operator policies"),
      `${links}`,
    );
    await other.context().close();
  });
});
