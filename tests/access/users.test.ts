import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import type { MethodOf } from "../../src/amqp091/methods.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { settled } from "../fake_clock.ts";

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

  it("guest comes from this machine, with any form of its address, and from no other", async () => {
    const broker = new Broker();
    for (const host of [undefined, "127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"]) {
      await InProcessClient.open(broker, host === undefined ? {} : { peer: { host, port: 1234 } });
    }
    for (const host of ["192.168.1.7", "10.127.0.1", "::ffff:192.168.1.7", "fe80::1", "128.0.0.1"]) {
      assert.equal((await refusal(broker, "guest", "guest", host)).replyCode, 403);
    }
  });

  it("that is not bound to loopback comes from anywhere", async () => {
    const broker = new Broker();
    broker.users.add({ name: "carrot", password: "crunch" });
    broker.users.permit("carrot", "/");
    await InProcessClient.open(broker, { user: "carrot", password: "crunch", peer: { host: "192.168.1.7", port: 1 } });
  });

  it("opens only the virtual hosts that it has permissions in", async () => {
    const broker = new Broker();
    broker.vhost("mine");
    broker.users.add({ name: "carrot", password: "crunch" });
    broker.users.permit("carrot", "mine");
    await InProcessClient.open(broker, { user: "carrot", password: "crunch", virtualHost: "mine" });
    await assert.rejects(InProcessClient.open(broker, { user: "carrot", password: "crunch" }), /530/);
  });

  it("that loses the permission to write is refused with the next message, even on a cached route", async () => {
    const broker = new Broker();
    const queue = broker.vhost("/").queue("q");
    const client = await InProcessClient.open(broker);
    for (let i = 0; i < 3; i++) client.publish(1, { routingKey: "q", body: "before" });
    await settled();
    assert.equal(queue.messageCount, 3);
    broker.users.permit("guest", "/", { configure: ".*", write: "", read: ".*" });
    client.publish(1, { routingKey: "q", body: "after" });
    const { replyCode, replyText } = await client.receive(1, "channel.close");
    assert.equal(replyCode, 403);
    assert.match(
      replyText,
      /^ACCESS_REFUSED - write access to exchange 'amq.default' in vhost '\/' refused for user 'guest'/,
    );
    assert.equal(queue.messageCount, 3);
    broker.users.permit("guest", "/");
    client.send(1, "channel.close-ok");
    client.send(1, "channel.open");
    await client.receive(1, "channel.open-ok");
    client.publish(1, { routingKey: "q", body: "again" });
    await settled();
    assert.equal(queue.messageCount, 4);
  });
});
