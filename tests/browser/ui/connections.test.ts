import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import type { ChannelModel } from "amqplib";
import { connect as connectClient } from "amqplib";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { assertAccessible, assertFits, keepScreenshot, LOOKS } from "./look.ts";

describe("the pages of connections and channels", () => {
  let fixture: BrokerWithPage;
  let page: Page;
  const clients: ChannelModel[] = [];

  before(async () => {
    fixture = await openBrokerWithPage();
    await fixture.client.put("/api/users/worker", { password: "w", tags: "" });
    await fixture.client.put("/api/permissions/%2F/worker", { configure: ".*", write: ".*", read: ".*" });
    page = await fixture.open("#/connections");
  });

  after(async () => {
    for (const client of clients) await client.close().catch(() => {});
    await fixture[Symbol.asyncDispose]();
  });

  const goTo = async (hash: string) => {
    await page.goto(fixture.address + hash);
  };

  /** Connects as the user worker. Resolves with the connection, and a promise of the error that ends it. */
  const connectWorker = async (name: string) => {
    const { url } = fixture.server;
    const client = await connectClient(url.replace("guest:guest", "worker:w"), {
      clientProperties: { connection_name: name },
    });
    clients.push(client);
    const ended = new Promise<Error>((resolve) => client.on("close", resolve));
    return { client, ended };
  };

  const rowOf = (text: string) => page.getByRole("row").filter({ hasText: text });

  it("list connections, and lead to one by its name", async () => {
    const { client } = await connectWorker("invoices");
    await client.createChannel();
    await goTo("#/connections");
    await rowOf("invoices").getByRole("link", { name: "worker" }).waitFor();
    await page.getByLabel("Search by name").fill("no such");
    await page.getByText("Nothing has this name").waitFor();
    await page.getByLabel("Search by name").fill("127.0.0.1");
    await rowOf("invoices").getByRole("link", { name: "127.0.0.1" }).first().click();
    await page.getByText("Bytes per second").waitFor();
    await page.getByText("connection_name").waitFor();
    await page.getByRole("tab", { name: "Channels" }).click();
    await page.getByRole("link", { name: "(1)" }).click();
    await page.getByText("It has no consumers").waitFor();
    assert.match(decodeURIComponent(page.url()), /#\/channels\/127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+ \(1\)$/);
  });

  it("close a connection with a reason, after a question", async () => {
    const { client, ended } = await connectWorker("doomed");
    await client.createChannel();
    await goTo("#/connections");
    await rowOf("doomed").getByRole("link", { name: "127.0.0.1" }).first().click();
    await page.getByRole("button", { name: "Close connection" }).click();
    const dialog = page.getByRole("dialog", { name: /^Close connection 127\.0\.0\.1:\d+ -> / });
    await dialog.getByText("Its 1 channel").waitFor();
    await dialog.getByLabel("Reason").fill("обслуживание");
    await dialog.getByText("Only Latin letters").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Close connection" }).isDisabled());
    await dialog.getByLabel("Reason").fill("maintenance at noon");
    await dialog.getByRole("button", { name: "Close connection" }).click();
    await page.getByText("The connection is closed.").waitFor();
    assert.match((await ended).message, /maintenance at noon/);
    assert.match(page.url(), /#\/connections$/);
  });

  it("close all connections of a user", async () => {
    const ends = [await connectWorker("first"), await connectWorker("second")].map(({ ended }) => ended);
    await goTo("#/connections");
    await rowOf("first").getByRole("link", { name: "127.0.0.1" }).first().click();
    await page.getByRole("button", { name: "Close all of worker" }).click();
    const dialog = page.getByRole("dialog", { name: "Close all connections of user worker?" });
    await dialog.getByText(/It is \d+ connections now/).waitFor();
    await dialog.getByRole("button", { name: "Close them all" }).click();
    await page.getByText("All connections of worker are closed.").waitFor();
    await Promise.all(ends);
    const { json } = await fixture.client.get("/api/connections/username/guest");
    assert.equal(json.length, 1);
  });

  it("offer to close a connection to administrators and its owner only", async () => {
    await fixture.client.put("/api/users/watcher", { password: "w", tags: "monitoring" });
    await fixture.client.put("/api/permissions/%2F/watcher", { configure: "", write: "", read: "" });
    await connectWorker("watched");
    const seen = await fixture.open("#/connections", { user: "watcher:w" });
    await seen.getByRole("row").filter({ hasText: "watched" }).getByRole("link", { name: "127.0.0.1" }).first().click();
    await seen.getByText("Bytes per second").waitFor();
    assert.equal(await seen.getByRole("button", { name: /^Close/ }).count(), 0);
    await seen.context().close();
  });

  it("show the channels of one virtual host", async () => {
    await fixture.client.put("/api/vhosts/other", {});
    await goTo("#/channels");
    await rowOf("(1)").first().waitFor();
    await page.getByRole("combobox", { name: "Virtual host" }).selectOption("other");
    await page.getByText("There are no channels").waitFor();
    await page.getByRole("combobox", { name: "Virtual host" }).selectOption("/");
    await rowOf("(1)").first().waitFor();
    await fixture.client.delete("/api/vhosts/other");
  });

  it("name the consumer that holds messages and acknowledges none", async () => {
    const { channel } = fixture;
    await channel.assertQueue("stuck");
    await channel.prefetch(2);
    await channel.consume("stuck", () => {}, { consumerTag: "sleeper" });
    for (let i = 0; i < 5; i++) channel.sendToQueue("stuck", Buffer.from("x"));
    await channel.checkQueue("stuck");
    await goTo("#/queues/%2F/stuck?tab=consumers");
    await page.getByText("It holds 2 messages and acknowledges none").waitFor({ timeout: 30_000 });
    await page.getByRole("row").filter({ hasText: "sleeper" }).getByRole("link").click();
    await page.getByRole("row").filter({ hasText: "sleeper" }).getByRole("link", { name: "stuck" }).waitFor();
    await page.getByText("Global prefetch").waitFor();
  });

  for (const { name: look, ...options } of LOOKS) {
    it(`can be used by everybody and fit: ${look}`, async () => {
      const { json: channels } = await fixture.client.get("/api/channels");
      const [{ name: channel, connection_details }] = channels;
      const seen = await fixture.open("#/", options);
      for (
        const [name, hash, sign] of [
          ["connections", "#/connections", "running"],
          ["connection", `#/connections/${encodeURIComponent(connection_details.name)}`, "Client properties"],
          ["connection-channels", `#/connections/${encodeURIComponent(connection_details.name)}?tab=channels`, "(1)"],
          ["channels", "#/channels", "(1)"],
          ["channel", `#/channels/${encodeURIComponent(channel)}`, "Delivered messages"],
        ] as const
      ) {
        await seen.goto(fixture.address + hash);
        await seen.getByText(sign).first().waitFor();
        await assertFits(seen);
        await assertAccessible(seen);
        await keepScreenshot(seen, `${name}-${look}`);
      }
      await seen.context().close();
    });
  }
});
