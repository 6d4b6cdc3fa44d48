import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerWithPage, logIn, openBrokerWithPage } from "./broker_with_page.ts";

describe("the page's shell", () => {
  let fixture: BrokerWithPage;

  before(async () => {
    fixture = await openBrokerWithPage("/rabbit");
    const { client } = fixture;
    for (const [name, tags] of [["mary", "management"], ["max", "monitoring"]]) {
      await client.put(`/rabbit/api/users/${name}`, { password: name, tags });
      await client.put(`/rabbit/api/permissions/%2F/${name}`, { configure: ".*", write: ".*", read: ".*" });
    }
  });

  after(() => fixture[Symbol.asyncDispose]());

  it("tells that a password is wrong, and then logs in", async () => {
    const page = await fixture.open("#/queues", { user: null });
    await page.getByLabel("Name").fill("guest");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    assert.equal(await page.getByRole("alert").textContent(), "Name or password is wrong.");
    await logIn(page, "guest:guest");
    await page.getByRole("heading", { name: "Queues and streams" }).waitFor();
    await page.context().close();
  });

  it("stays logged in after a reload, and not after a logout", async () => {
    const page = await fixture.open("#/queues");
    await page.reload();
    await page.getByRole("heading", { name: "Queues and streams" }).waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Log in" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Log in" }).waitFor();
    await page.context().close();
  });

  it("sends no cookies, and makes none", async () => {
    const page = await fixture.open("#/");
    assert.deepEqual(await page.context().cookies(), []);
    await page.context().close();
  });

  it("loads nothing from elsewhere", async () => {
    const page = await fixture.open("#/", { user: null });
    const hosts = new Set<string>();
    page.on("request", (request) => hosts.add(new URL(request.url()).host));
    await page.reload();
    await logIn(page, "guest:guest");
    assert.deepEqual([...hosts], [new URL(fixture.address).host]);
    await page.context().close();
  });

  it("goes to the login when the user is deleted", async () => {
    const { client } = fixture;
    await client.put("/rabbit/api/users/gone", { password: "gone", tags: "management" });
    const page = await fixture.open("#/queues", { user: "gone:gone" });
    await client.delete("/rabbit/api/users/gone");
    await page.getByText("You were logged out").waitFor();
    await page.context().close();
  });

  it("does not show a node to those without tag monitoring", async () => {
    const monitor = await fixture.open("#/", { user: "max:max" });
    await monitor.getByRole("heading", { name: /^Node / }).waitFor();
    const manager = await fixture.open("#/", { user: "mary:mary" });
    await manager.getByText("Message rates").waitFor();
    assert.equal(await manager.getByRole("heading", { name: /^Node / }).count(), 0);
    await monitor.context().close();
    await manager.context().close();
  });

  it("changes its language and its colours, and keeps them", async () => {
    const page = await fixture.open("#/");
    await page.getByRole("banner").getByLabel("Colours").selectOption("dark");
    await page.getByRole("banner").getByLabel("Language").selectOption("ru");
    await page.getByRole("heading", { name: "Обзор" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Обзор" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
    assert.equal(await page.locator("html").getAttribute("lang"), "ru");
    await page.context().close();
  });

  it("folds its navigation on a phone", async () => {
    const page = await fixture.open("#/", { viewport: { width: 390, height: 844 } });
    const link = page.getByRole("link", { name: "Queues and streams" });
    assert.equal(await link.isVisible(), false);
    await page.getByRole("button", { name: "Menu" }).click();
    await link.click();
    await page.getByRole("heading", { name: "Queues and streams" }).waitFor();
    await link.waitFor({ state: "hidden" });
    await page.context().close();
  });

  it("can be used with the keyboard alone", async () => {
    const page = await fixture.open("#/");
    await page.reload();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.textContent"), "Skip to the page");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement.id"), "main");
    await page.context().close();
  });
});
