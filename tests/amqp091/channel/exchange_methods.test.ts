import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { Users } from "../../../src/access/users.ts";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { InProcessClient } from "../in_process_client.ts";

describe("declaring an exchange with an alternate one", () => {
  const declaration = {
    exchange: "mine",
    type: "direct",
    arguments: fieldTable({ "alternate-exchange": "theirs" }),
  };

  async function open(): Promise<{ access: Users; client: InProcessClient }> {
    const access = Users.withGuest((bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));
    return { access, client: await InProcessClient.open(new Broker({ access })) };
  }

  async function refusal(permissions: { read: RegExp; write: RegExp }): Promise<string> {
    const { access, client } = await open();
    access.permit("guest", "/", { configure: /.*/, ...permissions });
    client.send(1, "exchange.declare", declaration);
    return (await client.receive(1, "channel.close")).replyText;
  }

  it("takes the permission to read from it, and to write to the alternate one", async () => {
    const { access, client } = await open();
    access.permit("guest", "/", { configure: /.*/, read: /^mine$/, write: /^theirs$/ });
    await client.request(1, "exchange.declare", declaration);
    assert.equal(
      await refusal({ read: /^theirs$/, write: /^theirs$/ }),
      "ACCESS_REFUSED - read access to exchange 'mine' in vhost '/' refused for user 'guest'",
    );
    assert.equal(
      await refusal({ read: /^mine$/, write: /^mine$/ }),
      "ACCESS_REFUSED - write access to exchange 'theirs' in vhost '/' refused for user 'guest'",
    );
  });

  it("asks for no permission when it is declared already", async () => {
    const { access, client } = await open();
    await client.request(1, "exchange.declare", declaration);
    access.permit("guest", "/", { configure: /.*/, read: /^$/, write: /^$/ });
    await client.request(1, "exchange.declare", declaration);
  });
});
