import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { makeDeadLetters } from "./dead_letters.ts";
import { describeLooks } from "./describe_looks.ts";

describe("the pages of dead letters", () => {
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    fixture = await openBrokerWithPage();
    await makeDeadLetters(fixture);
    page = await fixture.open("#/dead-letters");
  });

  after(() => fixture[Symbol.asyncDispose]());

  const lengthOf = async (name: string) => (await fixture.channel.checkQueue(name)).messageCount;

  it("show what died where and why", async () => {
    await page.getByRole("link", { name: "graves" }).click();
    await page.getByRole("row", { name: /rejected by a consumer orders 4/ }).waitFor();
    await page.getByRole("row", { name: /expired waiting 2/ }).getByRole("button", { name: "Look" }).click();
    const message = page.getByRole("region", { name: "Message 1" });
    await message.getByRole("cell", { name: "expired", exact: true }).waitFor();
    await message.getByRole("button", { name: "Hex" }).click();
    assert.match(await message.getByLabel("Body", { exact: true }).textContent() ?? "", /^000000 {2}7b 22/);
    assert.equal(await lengthOf("graves"), 6);
  });

  it("send one back: the one that is shown, and no other", async () => {
    await page.getByRole("row", { name: /rejected by a consumer orders 4/ }).getByRole("button", { name: "Look" })
      .click();
    await page.getByRole("button", { name: "Send back message 3" }).click();
    await page.getByText("1 message sent back.").waitFor();
    const resent = await fixture.channel.get("orders");
    assert.ok(resent !== false);
    assert.deepEqual(JSON.parse(resent.content.toString()), { order: 2 });
    fixture.channel.ack(resent);
    assert.equal(await lengthOf("graves"), 5);
  });

  it("send back those that are chosen", async () => {
    await page.getByRole("row", { name: /rejected by a consumer orders 3/ }).waitFor();
    await page.getByLabel("Choose message 1").check();
    await page.getByLabel("Choose message 3").check();
    await page.getByRole("button", { name: "Send back chosen (2)" }).click();
    await page.getByText("2 messages sent back.").waitFor();
    assert.deepEqual([await lengthOf("orders"), await lengthOf("graves")], [2, 3]);
  });

  it("send back a group, and then all, after a question", async () => {
    const { channel } = fixture;
    await channel.purgeQueue("orders");
    await page.getByRole("row", { name: /rejected by a consumer orders 1/ }).getByRole("button", { name: "Send back" })
      .click();
    const group = page.getByRole("dialog", { name: "Send these dead letters back to orders?" });
    await group.getByRole("button", { name: "Send back" }).click();
    await page.getByRole("row", { name: /rejected by a consumer orders/ }).first().waitFor({ state: "detached" });
    assert.deepEqual([await lengthOf("orders"), await lengthOf("graves")], [1, 2]);
    await page.getByRole("button", { name: "Send all back" }).click();
    const all = page.getByRole("dialog", { name: "Send all dead letters of graves back?" });
    await all.getByRole("button", { name: "Cancel" }).click();
    assert.equal(await lengthOf("graves"), 2);
    await channel.deleteQueue("waiting");
    await channel.assertQueue("waiting");
    await page.getByRole("button", { name: "Send all back" }).click();
    await all.getByRole("button", { name: "Send back" }).click();
    await page.getByText("There are no messages").waitFor();
    assert.deepEqual([await lengthOf("waiting"), await lengthOf("graves")], [2, 0]);
  });

  it("send back a group, and no dead letter that died last elsewhere", async () => {
    const { channel } = fixture;
    const dying = { deadLetterExchange: "", deadLetterRoutingKey: "graves" };
    await channel.assertQueue("fresh", dying);
    await channel.assertQueue("lost", { ...dying, messageTtl: 1 });
    for (const text of ["once", "twice"]) channel.sendToQueue("fresh", Buffer.from(text));
    const dieInFresh = async () => {
      const message = await channel.get("fresh");
      assert.ok(message !== false);
      channel.reject(message, false);
    };
    await dieInFresh();
    while (await lengthOf("graves") < 1) await new Promise(setImmediate);
    const once = await channel.get("graves");
    assert.ok(once !== false);
    channel.sendToQueue("lost", once.content, { headers: once.properties.headers });
    channel.ack(once);
    await dieInFresh();
    while (await lengthOf("graves") < 2) await new Promise(setImmediate);
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("row", { name: /expired lost 1/ }).waitFor();
    await page.getByRole("row", { name: /rejected by a consumer fresh 1/ }).getByRole("button", { name: "Send back" })
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "Send back" }).click();
    await page.getByText("1 message sent back.").last().waitFor();
    await page.getByRole("row", { name: /rejected by a consumer fresh/ }).waitFor({ state: "detached" });
    assert.deepEqual([await lengthOf("fresh"), await lengthOf("graves")], [1, 1]);
    await channel.purgeQueue("graves");
  });

  it("leave alone what is no dead letter", async () => {
    fixture.channel.sendToQueue("graves", Buffer.from("a stranger"));
    await fixture.channel.checkQueue("graves");
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByText("Messages that are no dead letters: 1").waitFor();
    assert.ok(await page.getByRole("button", { name: "Send all back" }).isDisabled());
  });
});

describeLooks("pages of dead letters", [
  { name: "dead-letters", hash: "#/dead-letters", sign: "text=graves" },
  { name: "dead-letter-queue", hash: "#/dead-letters/%2F/graves", sign: "text=rejected by a consumer" },
], makeDeadLetters);
