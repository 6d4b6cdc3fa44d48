import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, Users } from "../../mod.ts";
import type { MethodOf } from "../../src/amqp091/methods.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { settled } from "../fake_clock.ts";

const newUsers = (): Users => new Users((bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));

describe("users", () => {
  const credentials = { username: "carrot", password: "crunch", peer: { isLoopback: false } };

  it("log in with their own password only", async () => {
    const users = newUsers();
    users.add({ name: "carrot", password: "crunch", tags: ["monitoring"] });
    users.add({ name: "empty", password: "" });
    const user = await users.login(credentials);
    assert.ok("name" in user && user.name === "carrot" && user.tags[0] === "monitoring");
    for (
      const wrong of [{ password: "munch" }, { password: "" }, { username: "nobody" }, {
        username: "empty",
        password: "",
      }]
    ) {
      const refusal = await users.login({ ...credentials, ...wrong });
      assert.deepEqual(refusal, { refused: "invalid credentials" });
    }
  });

  it("may do in a virtual host what their patterns find anywhere in a name", () => {
    const users = newUsers();
    users.add({ name: "carrot", password: "crunch" });
    const user = { name: "carrot", tags: [] };
    assert.equal(users.mayOpen(user, "/"), false);
    assert.equal(users.may(user, "read", { vhost: "/", kind: "queue", name: "anything" }), false);
    users.permit("carrot", "/", { configure: /^$/, write: /orders/, read: /^(orders|amq\.default)$/ });
    assert.equal(users.mayOpen(user, "/"), true);
    assert.equal(users.mayOpen(user, "other"), false);
    const may = (operation: "configure" | "write" | "read", name: string) =>
      users.may(user, operation, { vhost: "/", kind: "queue", name });
    assert.deepEqual([may("configure", "orders"), may("configure", "")], [false, true]);
    assert.deepEqual([may("write", "orders"), may("write", "my-orders-2"), may("write", "order")], [true, true, false]);
    assert.deepEqual([may("read", "orders"), may("read", "orders2"), may("read", "amq.default")], [true, false, true]);
    assert.equal(users.may(user, "write", { vhost: "other", kind: "queue", name: "orders" }), false);
  });

  it("are answered alike each time, whatever flags a pattern has", () => {
    const users = newUsers();
    users.add({ name: "carrot", password: "crunch" });
    users.permit("carrot", "/", { configure: /orders/g, write: /orders/g, read: /orders/y });
    const answers = Array.from(
      { length: 6 },
      () => users.may({ name: "carrot", tags: [] }, "write", { vhost: "/", kind: "queue", name: "orders" }),
    );
    assert.deepEqual(answers, Array(6).fill(true));
  });

  it("keep their permissions with a new password, and have none in the name of nobody", () => {
    const users = newUsers();
    users.add({ name: "carrot", password: "crunch" });
    users.permit("carrot", "/");
    const before = users.version;
    users.add({ name: "carrot", password: "munch" });
    assert.ok(users.version > before);
    assert.equal(users.mayOpen({ name: "carrot", tags: [] }, "/"), true);
    assert.equal(users.mayOpen({ name: "nobody", tags: [] }, "/"), false);
    assert.throws(() => users.permit("nobody", "/"), RangeError);
  });
});

describe("a connection's user", () => {
  async function refusal(
    broker: Broker,
    user: string,
    password: string,
    host?: string,
  ): Promise<MethodOf<"connection.close">> {
    const client = new InProcessClient(broker, host === undefined ? {} : { peer: { host, port: 1234 } });
    await client.logIn({ user, password });
    return await client.receive(0, "connection.close");
  }

  it("guest comes from this machine, however its address is written, and from no other", async () => {
    const broker = new Broker();
    for (const host of [undefined, "127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"]) {
      await InProcessClient.open(broker, host === undefined ? {} : { peer: { host, port: 1234 } });
    }
    for (const host of ["192.168.1.7", "10.127.0.1", "::ffff:192.168.1.7", "fe80::1", "128.0.0.1"]) {
      assert.equal((await refusal(broker, "guest", "guest", host)).replyCode, 403);
    }
  });

  it("that is not bound to loopback comes from anywhere", async () => {
    const access = newUsers();
    access.add({ name: "carrot", password: "crunch" });
    access.permit("carrot", "/");
    const broker = new Broker({ access });
    await InProcessClient.open(broker, { user: "carrot", password: "crunch", peer: { host: "192.168.1.7", port: 1 } });
    assert.equal((await refusal(broker, "guest", "guest")).replyCode, 403);
  });

  it("opens only the virtual hosts that it has permissions in", async () => {
    const access = newUsers();
    access.add({ name: "carrot", password: "crunch" });
    access.permit("carrot", "mine");
    const broker = new Broker({ access });
    broker.vhost("mine");
    await InProcessClient.open(broker, { user: "carrot", password: "crunch", virtualHost: "mine" });
    await assert.rejects(InProcessClient.open(broker, { user: "carrot", password: "crunch" }), /530/);
  });

  it("that loses the permission to write is refused with the next message, though its route was remembered", async () => {
    const access = Users.withGuest((bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));
    const broker = new Broker({ access });
    const queue = broker.vhost("/").queue("q");
    const client = await InProcessClient.open(broker);
    for (let i = 0; i < 3; i++) client.publish(1, { routingKey: "q", body: "before" });
    await settled();
    assert.equal(queue.messageCount, 3);
    access.permit("guest", "/", { configure: /.*/, write: /^$/, read: /.*/ });
    client.publish(1, { routingKey: "q", body: "after" });
    const { replyCode, replyText } = await client.receive(1, "channel.close");
    assert.equal(replyCode, 403);
    assert.match(replyText, /^ACCESS_REFUSED - write access to exchange '' in vhost '\/' refused for user 'guest'/);
    assert.equal(queue.messageCount, 3);
    access.permit("guest", "/");
    client.send(1, "channel.close-ok");
    client.send(1, "channel.open");
    await client.receive(1, "channel.open-ok");
    client.publish(1, { routingKey: "q", body: "again" });
    await settled();
    assert.equal(queue.messageCount, 4);
  });
});
