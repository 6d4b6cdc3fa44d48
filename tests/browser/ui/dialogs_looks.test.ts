import { after, before, describe, it } from "node:test";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { assertAccessible, assertFits, keepScreenshot, LOOKS } from "./look.ts";

/** Dialogs: the page and the button that opens each, and buttons in it that show more. */
const DIALOGS = [
  {
    name: "declare-queue",
    hash: "#/queues",
    button: "Add a queue",
    more: ["Add: x-message-ttl", "Add: x-overflow", "Add an argument"],
  },
  {
    name: "declare-exchange",
    hash: "#/exchanges",
    button: "Add an exchange",
    more: ["Add: alternate-exchange", "Add: x-delayed-exchange"],
  },
  { name: "delete-queue", hash: "#/queues/%2F/orders", button: "Delete", more: [] },
];

describe("dialogs", () => {
  let fixture: BrokerWithPage;

  before(async () => {
    fixture = await openBrokerWithPage();
    await fixture.channel.assertQueue("orders");
  });

  after(() => fixture[Symbol.asyncDispose]());

  for (const { name: look, ...options } of LOOKS) {
    it(`can be used by everybody and fit: ${look}`, async () => {
      const page = await fixture.open("#/", options);
      for (const { name, hash, button, more } of DIALOGS) {
        await page.goto(fixture.address + hash);
        await page.getByRole("button", { name: button }).first().click();
        const dialog = page.getByRole("dialog");
        for (const name of more) await dialog.getByRole("button", { name, exact: true }).click();
        await assertFits(page);
        await assertAccessible(page);
        await keepScreenshot(page, `${name}-${look}`);
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
      }
      await page.context().close();
    });
  }

  it("are in Russian for those who read that", async () => {
    const page = await fixture.open("#/queues", { locale: "ru-RU" });
    await page.getByRole("button", { name: "Добавить очередь" }).click();
    await page.getByRole("button", { name: "Добавить: x-message-ttl" }).click();
    await page.getByText("Сколько сообщение может ждать").waitFor();
    await keepScreenshot(page, "declare-queue-ru");
    await page.keyboard.press("Escape");
    for (
      const [name, hash, sign] of [
        ["connections-ru", "#/connections", "Соединения"],
        ["channels-ru", "#/channels", "Каналы"],
        ["exchanges-ru", "#/exchanges", "Обменники"],
        ["exchange-bindings-ru", "#/exchanges/%2F/amq.topic?tab=bindings", "К нему ничего не привязано"],
        ["queue-move-ru", "#/queues/%2F/orders?tab=move", "Что сделать"],
      ]
    ) {
      await page.goto(fixture.address + hash);
      await page.getByText(sign).first().waitFor();
      await assertFits(page);
      await keepScreenshot(page, name);
    }
    await page.context().close();
  });
});
