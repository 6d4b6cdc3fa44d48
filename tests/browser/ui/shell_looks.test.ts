import { after, before, describe, it } from "node:test";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { assertAccessible, keepScreenshot } from "./look.ts";

describe("the shell for everybody", () => {
  let fixture: BrokerWithPage;

  before(async () => {
    fixture = await openBrokerWithPage();
  });

  after(() => fixture[Symbol.asyncDispose]());

  it("is in Russian for those who read that", async () => {
    const page = await fixture.open("#/queues", { locale: "ru-RU" });
    await page.getByRole("heading", { name: "Очереди и потоки" }).waitFor();
    await assertAccessible(page);
    await page.context().close();
  });

  it("begins with a login", async () => {
    const page = await fixture.open("#/", { user: null });
    await page.getByRole("button", { name: "Log in" }).waitFor();
    await assertAccessible(page);
    await keepScreenshot(page, "login");
    await page.context().close();
  });

  it("tells that there is no such page", async () => {
    const page = await fixture.open("#/nowhere");
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await assertAccessible(page);
    await page.context().close();
  });
});
