import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";

interface Seen {
  readonly tags: string;
  /** Permissions in the virtual host `/`; none at all when left out. */
  readonly permissions?: { readonly configure: string; readonly write: string; readonly read: string };
  /** Names of buttons and tabs on the pages of the queue, its dead letters, the exchange, and policies. */
  readonly queue: readonly string[];
  readonly deadLetters: readonly string[];
  readonly exchange: readonly string[];
  readonly policies: boolean;
  readonly entries: readonly string[];
}

const ALL = { configure: ".*", write: ".*", read: ".*" };
const NOTHING = { configure: "^$", write: "^$", read: "^$" };

const QUEUE = ["Purge", "Delete", "Messages", "Publish", "Move", "Live tap"];
const ADMIN = ["Users", "Policies", "Definitions"];

/** What each user is shown. */
const USERS: Readonly<Record<string, Seen>> = {
  monitoring: {
    tags: "monitoring",
    queue: [],
    deadLetters: [],
    exchange: [],
    policies: false,
    entries: ["Policies"],
  },
  reader: {
    tags: "management",
    permissions: { ...NOTHING, read: ".*" },
    queue: ["Purge", "Messages", "Live tap"],
    deadLetters: [],
    exchange: ["Live tap"],
    policies: false,
    entries: ["Policies"],
  },
  policymaker: {
    tags: "policymaker",
    permissions: ALL,
    queue: QUEUE,
    deadLetters: ["Send all back"],
    exchange: ["Live tap", "Publish", "Delete"],
    policies: true,
    entries: ["Policies"],
  },
  administrator: {
    tags: "administrator",
    permissions: ALL,
    queue: QUEUE,
    deadLetters: ["Send all back"],
    exchange: ["Live tap", "Publish", "Delete"],
    policies: true,
    entries: ADMIN,
  },
};

describe("what a user may not do", () => {
  let fixture: BrokerWithPage;

  before(async () => {
    fixture = await openBrokerWithPage();
    const { channel, client } = fixture;
    await channel.assertQueue("orders");
    await channel.assertExchange("shop", "direct");
    channel.sendToQueue("orders", Buffer.from("x"));
    for (const [name, { tags, permissions }] of Object.entries(USERS)) {
      await client.put(`/api/users/${name}`, { password: "secret", tags });
      if (permissions !== undefined) await client.put(`/api/permissions/%2F/${name}`, permissions);
    }
  });

  after(() => fixture[Symbol.asyncDispose]());

  /** Goes to a page, and asserts which of the names it shows once the answer about the rights is there. */
  async function assertShows(page: Page, hash: string, names: readonly string[], shown: readonly string[], of: string) {
    const rights = page.waitForResponse((response) => response.url().endsWith(`${of}/rights`));
    await page.goto(fixture.address + hash);
    await (await rights).finished();
    await page.waitForLoadState("networkidle");
    const main = page.getByRole("main");
    const named = (name: string) =>
      (["button", "tab", "link"] as const).map((role) => main.getByRole(role, { name, exact: true }))
        .reduce((some, other) => some.or(other)).first();
    for (const name of shown) await named(name).waitFor({ state: "attached" });
    const found: string[] = [];
    for (const name of names) {
      if (await named(name).count() > 0) found.push(name);
    }
    assert.deepEqual(found, shown);
  }

  for (const [name, { queue, deadLetters, exchange, policies, entries }] of Object.entries(USERS)) {
    it(`is not shown to a user: ${name}`, async () => {
      const page = await fixture.open("#/", { user: `${name}:secret` });
      await assertShows(page, "#/queues/%2F/orders", QUEUE, queue, "/orders");
      await assertShows(page, "#/dead-letters/%2F/orders", ["Send all back"], deadLetters, "/orders");
      await assertShows(page, "#/exchanges/%2F/shop", ["Live tap", "Publish", "Delete"], exchange, "/shop");
      const navigation = page.getByRole("navigation");
      const shown = [];
      for (const entry of ADMIN) {
        if (await navigation.getByRole("link", { name: entry, exact: true }).count() > 0) shown.push(entry);
      }
      assert.deepEqual(shown, entries);
      await page.goto(`${fixture.address}#/policies`);
      await page.getByRole("heading", { name: "Policies" }).first().waitFor();
      assert.equal(await page.getByRole("button", { name: /policy/i }).count() > 0, policies);
      await page.context().close();
    });
  }
});
