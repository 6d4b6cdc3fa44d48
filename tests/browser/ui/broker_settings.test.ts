import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";

describe("the pages of limits, features and the cluster's name", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    await fixture.client.put("/api/users/anna", { password: "secret", tags: "management" });
    await fixture.client.put("/api/permissions/%2F/anna", { configure: ".*", write: ".*", read: ".*" });
    page = await fixture.open("#/limits");
  });

  after(() => fixture[Symbol.asyncDispose]());

  const limitsOf = async (kind: "vhost" | "user") => (await fixture.client.get(`/api/${kind}-limits`)).json;

  it("set, change and clear a limit of a virtual host", async () => {
    const panel = page.getByRole("region", { name: "Limits of virtual hosts" });
    await panel.getByText("No virtual host has a limit").waitFor();
    await panel.getByRole("button", { name: "Set a limit of a virtual host" }).click();
    const dialog = page.getByRole("dialog", { name: "Set a limit of a virtual host" });
    await dialog.getByLabel("Virtual host").selectOption("/");
    await dialog.getByLabel("Limit", { exact: true }).selectOption("max-queues");
    await dialog.getByText("New queues above it are refused.").waitFor();
    await dialog.getByLabel("Value").fill("12");
    await dialog.getByRole("button", { name: "Set limit" }).click();
    await page.getByText("max-queues of / is 12 now.").waitFor();
    assert.deepEqual(await limitsOf("vhost"), [{ vhost: "/", value: { "max-queues": 12 } }]);

    await panel.getByRole("button", { name: "Change max-queues of /" }).click();
    assert.equal(await dialog.getByLabel("Value").inputValue(), "12");
    await dialog.getByLabel("Value").fill("0");
    await dialog.getByRole("button", { name: "Set limit" }).click();
    await page.getByText("max-queues of / is 0 now.").waitFor();
    assert.deepEqual(await limitsOf("vhost"), [{ vhost: "/", value: { "max-queues": 0 } }]);

    await panel.getByRole("button", { name: "Clear max-queues of /" }).click();
    const question = page.getByRole("dialog", { name: "Clear max-queues of /?" });
    await question.getByRole("button", { name: "Clear" }).click();
    await panel.getByText("No virtual host has a limit").waitFor();
    assert.deepEqual(await limitsOf("vhost"), []);
  });

  it("set a limit of a user by the keyboard alone", async () => {
    await page.getByRole("button", { name: "Set a limit of a user" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Set a limit of a user" });
    await dialog.getByLabel("User").locator("option", { hasText: "anna" }).waitFor({ state: "attached" });
    await dialog.getByLabel("User").focus();
    await page.keyboard.type("anna");
    await page.keyboard.press("Tab");
    await page.keyboard.type("max-ch");
    await page.keyboard.press("Tab");
    await page.keyboard.type("7");
    await page.keyboard.press("Enter");
    await page.getByText("max-channels of anna is 7 now.").waitFor();
    assert.deepEqual(await limitsOf("user"), [{ user: "anna", value: { "max-channels": 7 } }]);
  });

  it("show others their own limits, without changing them", async () => {
    const other = await fixture.open("#/limits", { user: "anna:secret" });
    await other.getByRole("rowheader", { name: "anna" }).waitFor();
    assert.equal(await other.getByRole("button", { name: /Set a limit|Change|Clear max/ }).count(), 0);
    assert.equal(await other.getByRole("link", { name: /Feature flags|Deprecated|Cluster name/ }).count(), 0);
    await other.goto(`${fixture.address}#/feature-flags`);
    await other.getByText("This page needs the tag administrator.").waitFor();
    await other.context().close();
  });

  it("list the feature flags with their documentation", async () => {
    await page.goto(`${fixture.address}#/feature-flags`);
    const row = page.getByRole("row").filter({ hasText: "stream_filtering" });
    await row.getByText("enabled").waitFor();
    await page.getByLabel("Search by name").fill("quorum_queue");
    await page.getByText("2 of").waitFor();
    const link = page.getByRole("link", { name: "Documentation of quorum_queue", exact: true });
    assert.equal(await link.getAttribute("href"), "https://www.rabbitmq.com/docs/quorum-queues");
  });

  it("name the deprecated features that are in use", async () => {
    await fixture.channel.assertQueue("passing", { durable: false });
    await page.goto(`${fixture.address}#/deprecated-features`);
    await page.getByText("In use now: transient_nonexcl_queues").waitFor();
    const row = page.getByRole("row").filter({ hasText: "transient_nonexcl_queues" });
    await row.getByText("In use").waitFor();
    await row.getByText("permitted unless it is turned off").waitFor();
    await page.getByRole("row").filter({ hasText: "ram_node_type" }).getByText("removed").waitFor();
  });

  it("change the name of the cluster, which the top bar shows at once", async () => {
    await page.goto(`${fixture.address}#/cluster-name`);
    const button = page.getByRole("button", { name: "Change name" });
    await page.getByLabel("Name").waitFor();
    assert.equal(await button.isDisabled(), true);
    await page.getByLabel("Name").fill("rabbits");
    await button.click();
    await page.getByText("The cluster is named rabbits now.").waitFor();
    await page.getByRole("banner").getByText("rabbits", { exact: true }).waitFor();
    const { json } = await fixture.client.get("/api/cluster-name");
    assert.deepEqual(json, { name: "rabbits" });
  });

  it("speak Russian", async () => {
    const russian = await fixture.open("#/limits", { locale: "ru-RU" });
    await russian.getByRole("heading", { name: "Лимиты пользователей" }).waitFor();
    await russian.getByRole("button", { name: "Изменить max-channels для anna" }).waitFor();
    await russian.context().close();
  });
});
