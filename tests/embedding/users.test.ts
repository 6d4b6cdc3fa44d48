import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, PasswordError } from "../../mod.ts";
import { openFileStore } from "../../src/store/file_store.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { SlowStore } from "../slow_store.ts";

const carrot = { user: "carrot", password: "crunch" };

async function start(files: MemoryFiles): Promise<Broker> {
  const clock = new FakeClock();
  const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
  return new Broker({ store: await openFileStore({ files, after, diskFreeLimitBytes: 0 }) });
}

/** Returns whether a login opens a connection. */
async function canOpen(broker: Broker, options: { user: string; password: string }): Promise<boolean> {
  try {
    await InProcessClient.open(broker, options);
    return true;
  } catch {
    return false;
  }
}

describe("a broker's users", () => {
  it("are guest at first, and those who are added and permitted", async () => {
    const broker = new Broker();
    assert.deepEqual(broker.users.names, ["guest"]);
    assert.equal(await canOpen(broker, carrot), false);
    await broker.users.add({ name: "carrot", password: "crunch", tags: ["management"] });
    assert.equal(await canOpen(broker, carrot), false);
    await broker.users.permit("carrot", "/");
    assert.equal(await canOpen(broker, carrot), true);
    await broker.users.forbid("carrot", "/");
    assert.equal(await canOpen(broker, carrot), false);
    assert.deepEqual(broker.users.names, ["guest", "carrot"]);
  });

  it("log in with their last password, and keep their permissions when it changes", async () => {
    const broker = new Broker();
    broker.users.add({ name: "carrot", password: "munch" });
    broker.users.permit("carrot", "/");
    broker.users.add({ name: "carrot", password: "crunch" });
    assert.equal(await canOpen(broker, { user: "carrot", password: "munch" }), false);
    assert.equal(await canOpen(broker, carrot), true);
    broker.users.add({ name: "carrot" });
    assert.equal(await canOpen(broker, carrot), false);
  });

  it("are the same after a restart, with their permissions, and without the deleted ones", async () => {
    const files = new MemoryFiles();
    let broker = await start(files);
    await broker.users.add({ name: "carrot", password: "crunch" });
    await broker.users.permit("carrot", "/", { configure: "^mine", write: "", read: "" });
    await broker.users.delete("guest");
    await broker.close();
    broker = await start(files);
    assert.deepEqual(broker.users.names, ["carrot"]);
    assert.equal(await canOpen(broker, { user: "guest", password: "guest" }), false);
    const client = await InProcessClient.open(broker, carrot);
    await client.request(1, "queue.declare", { queue: "mine" });
    client.send(1, "queue.declare", { queue: "theirs" });
    assert.equal((await client.receive(1, "channel.close")).replyCode, 403);
    await broker.close();
  });

  it("have changed when the change is safe", async () => {
    const store = new SlowStore();
    const broker = new Broker({ store });
    store.sync();
    let isSafe = false;
    broker.users.add({ name: "carrot", password: "crunch" }).then(() => isSafe = true);
    await settled();
    assert.equal(isSafe, false);
    store.sync();
    await settled();
    assert.equal(isSafe, true);
  });

  it("get only passwords that the credential validator accepts", () => {
    const credential_validator = {
      validation_backend: "rabbit_credential_validator_min_password_length",
      min_length: 5,
    } as const;
    const broker = new Broker({ passwords: { credential_validator } });
    assert.throws(() => broker.users.add({ name: "carrot", password: "1234" }), PasswordError);
    broker.users.add({ name: "carrot", password: "12345" });
    assert.deepEqual(broker.users.names, ["guest", "carrot"]);
  });

  it("get an error for an unknown user or virtual host, or an invalid pattern", () => {
    const { users } = new Broker();
    assert.throws(() => users.permit("nobody", "/"), /user 'nobody' does not exist/);
    assert.throws(() => users.permit("guest", "nowhere"), /vhost 'nowhere' does not exist/);
    assert.throws(() => users.permit("guest", "/", { configure: "(", write: "", read: "" }), /regular expression/);
  });

  it("lose their connections when they are deleted, and others don't", async () => {
    const broker = new Broker();
    broker.users.add({ name: "carrot", password: "crunch" });
    broker.users.permit("carrot", "/");
    const [gone, stays] = [await InProcessClient.open(broker, carrot), await InProcessClient.open(broker)];
    await broker.users.delete("carrot");
    const { replyCode, replyText } = await gone.receive(0, "connection.close");
    assert.deepEqual([replyCode, replyText], [320, "CONNECTION_FORCED - user 'carrot' is deleted"]);
    await stays.request(1, "queue.declare", { queue: "q" });
  });
});

describe("a deleted virtual host", () => {
  it("closes its connections", async () => {
    const broker = new Broker();
    broker.vhost("mine");
    broker.users.permit("guest", "mine");
    const [gone, stays] = [
      await InProcessClient.open(broker, { virtualHost: "mine" }),
      await InProcessClient.open(broker),
    ];
    broker.node.deleteVirtualHost("mine");
    broker.node.endTurn();
    const { replyCode, replyText } = await gone.receive(0, "connection.close");
    assert.deepEqual([replyCode, replyText], [320, "CONNECTION_FORCED - vhost 'mine' is deleted"]);
    await stays.request(1, "queue.declare", { queue: "q" });
  });
});
