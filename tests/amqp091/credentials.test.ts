import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Access, Broker, type Refusal, type User } from "../../mod.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { InProcessClient } from "./in_process_client.ts";

const encoder = new TextEncoder();

/** A backend whose secrets are users' names with a time, one second after which they expire. */
class Tokens implements Access {
  version = 0;
  isLate = false;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  login() {
    return this.#user("read");
  }
  mayOpen(user: User): boolean | Promise<boolean> {
    const mayOpen = !user.tags.includes("nowhere");
    return user.tags.includes("slowly") ? settled().then(() => mayOpen) : mayOpen;
  }
  may(user: User, operation: string): boolean {
    return operation !== "read" || user.tags.includes("read");
  }
  mayUseTopic(): boolean {
    return true;
  }
  updateSecret(_user: User, secret: string): User | Refusal | Promise<User | Refusal> {
    const result = secret === "bad" ? { refused: "the token is bad" } : this.#user(secret);
    if (secret === "broken") return Promise.reject(new Error("no answer"));
    return this.isLate ? settled().then(() => result) : result;
  }

  #user(tag: string): User {
    return { name: "guest", tags: [tag], expiresAtMs: this.#clock.time() + 1000 };
  }
}

async function open() {
  const clock = new FakeClock();
  const access = new Tokens(clock);
  const broker = new Broker({ access, clock });
  const client = await InProcessClient.open(broker);
  await client.request(1, "queue.declare", { queue: "q" });
  await client.request(1, "basic.consume", { queue: "q", consumerTag: "c" });
  const update = (secret: string) => client.send(0, "connection.update-secret", { newSecret: encoder.encode(secret) });
  return { clock, access, broker, client, update };
}

describe("credentials", () => {
  it("close their connection when they expire", async () => {
    const { clock, client } = await open();
    await clock.advance(999);
    assert.deepEqual(await client.heardNames(), []);
    await clock.advance(1);
    const { replyCode, replyText } = await client.receive(0, "connection.close");
    assert.deepEqual([replyCode, replyText], [320, "CONNECTION_FORCED - credential expired"]);
  });

  for (const isLate of [false, true]) {
    const when = isLate ? "late" : "at once";
    it(`keep the connection and its consumers when they are renewed ${when}`, async () => {
      const { clock, access, client, update } = await open();
      access.isLate = isLate;
      await clock.advance(900);
      update("read");
      await client.receive(0, "connection.update-secret-ok");
      await clock.advance(900);
      client.publish(1, { routingKey: "q", body: "x" });
      assert.equal((await client.receiveAll(1, "basic.deliver")).body, "x");
      await clock.advance(100);
      await client.receive(0, "connection.close");
    });

    it(`cancel consumers that they no longer permit when they are renewed ${when}, and tell them`, async () => {
      const { access, client, update } = await open();
      access.isLate = isLate;
      update("write");
      assert.equal((await client.receive(1, "basic.cancel")).consumerTag, "c");
      await client.receive(0, "connection.update-secret-ok");
      client.send(1, "basic.get", { queue: "q" });
      assert.equal((await client.receive(1, "channel.close")).replyCode, 403);
    });

    it(`close their connection when they are refused ${when}`, async () => {
      const { access, client, update } = await open();
      access.isLate = isLate;
      update("bad");
      const { replyCode, replyText } = await client.receive(0, "connection.close");
      assert.deepEqual([replyCode, replyText], [530, "NOT_ALLOWED - New secret was refused by one of the backends"]);
    });
  }

  it("close their connection when they no longer permit its virtual host", async () => {
    const { client, update } = await open();
    update("nowhere");
    const { replyText } = await client.receive(0, "connection.close");
    assert.equal(replyText, "NOT_ALLOWED - access to vhost '/' refused for user 'guest'");
  });

  it("make their connection wait until the virtual host is permitted", async () => {
    const { client, update } = await open();
    update("slowly");
    client.send(2, "channel.open");
    await client.receive(1, "basic.cancel");
    await client.receive(0, "connection.update-secret-ok");
    await client.receive(2, "channel.open-ok");
  });

  it("close their connection when the backend fails", async () => {
    const { client, update } = await open();
    update("broken");
    assert.equal((await client.receive(0, "connection.close")).replyText, "NOT_ALLOWED - Secret update failed");
  });
});

describe("deleting", () => {
  it("a virtual host closes its connections, and no others", async () => {
    const broker = new Broker();
    const { node } = broker;
    node.addVirtualHost("doomed");
    const all = { configure: ".*", write: ".*", read: ".*" };
    node.topology.userCommands.setPermission({ user: "guest", vhost: "doomed", ...all });
    const [doomed, other] = [
      await InProcessClient.open(broker, { virtualHost: "doomed" }),
      await InProcessClient.open(broker),
    ];
    node.deleteVirtualHost("doomed");
    node.endTurn();
    const { replyCode, replyText } = await doomed.receive(0, "connection.close");
    assert.deepEqual([replyCode, replyText], [320, "CONNECTION_FORCED - vhost 'doomed' is deleted"]);
    await other.request(1, "queue.declare", { queue: "q" });
  });

  it("a user closes its connections", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker);
    broker.node.topology.userCommands.delete("guest");
    broker.node.endTurn();
    const { replyText } = await client.receive(0, "connection.close");
    assert.equal(replyText, "CONNECTION_FORCED - user 'guest' is deleted");
  });
});
