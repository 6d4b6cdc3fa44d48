import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, type EmbeddedUsers } from "../../../mod.ts";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { InProcessClient } from "../in_process_client.ts";

describe("declaring an exchange with an alternate exchange", () => {
  const declaration = {
    exchange: "mine",
    type: "direct",
    arguments: fieldTable({ "alternate-exchange": "theirs" }),
  };

  async function open(): Promise<{ users: EmbeddedUsers; client: InProcessClient }> {
    const broker = new Broker();
    return { users: broker.users, client: await InProcessClient.open(broker) };
  }

  async function refusal(permissions: { read: string; write: string }): Promise<string> {
    const { users, client } = await open();
    users.permit("guest", "/", { configure: ".*", ...permissions });
    client.send(1, "exchange.declare", declaration);
    return (await client.receive(1, "channel.close")).replyText;
  }

  it("needs permission to read from it, and to write to the alternate exchange", async () => {
    const { users, client } = await open();
    users.permit("guest", "/", { configure: ".*", read: "^mine$", write: "^theirs$" });
    await client.request(1, "exchange.declare", declaration);
    assert.equal(
      await refusal({ read: "^theirs$", write: "^theirs$" }),
      "ACCESS_REFUSED - read access to exchange 'mine' in vhost '/' refused for user 'guest'",
    );
    assert.equal(
      await refusal({ read: "^mine$", write: "^mine$" }),
      "ACCESS_REFUSED - write access to exchange 'theirs' in vhost '/' refused for user 'guest'",
    );
  });

  it("needs no such permission when the exchange exists", async () => {
    const { users, client } = await open();
    await client.request(1, "exchange.declare", declaration);
    users.permit("guest", "/", { configure: ".*", read: "^$", write: "^$" });
    await client.request(1, "exchange.declare", declaration);
  });
});
