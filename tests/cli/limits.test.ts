import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { type HandshakeOptions, RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

/** Starts a broker with a configuration file, as its user does. */
async function start(settings: string): Promise<{ host: string; port: number }> {
  const file = `${folder}/haremq.conf`;
  writeFileSync(file, `listeners.tcp.default = 127.0.0.1:0\n${settings}`);
  return await new Haremq("--config", file).address();
}

describe("a configuration file", () => {
  it("defines the users, policies and limits of a new broker", async () => {
    const address = await start(`
      default_vhost = prod
      default_user = alice
      default_pass = wonderland
      default_user_tags.administrator = true
      default_permissions.configure = ^a
      default_permissions.read = .*
      default_permissions.write = .*
      default_users.app.vhost_pattern = ^prod$
      default_users.app.password = secret
      default_users.app.tags = monitoring, policymaker
      default_users.app.configure = ^app
      default_users.app.write = .*
      default_users.app.read = ^app
      default_users.other.vhost_pattern = ^test$
      default_users.other.password = secret
      default_policies.operator.short.vhost_pattern = ^prod$
      default_policies.operator.short.queue_pattern = ^app-short
      default_policies.operator.short.max_length = 3
      default_limits.vhosts.1.pattern = ^prod
      default_limits.vhosts.1.max_connections = 3
      default_limits.vhosts.1.max_queues = 4
    `);
    const open = (user: string, password: string, more: HandshakeOptions = {}) =>
      RawClient.open(address, { user, password, virtualHost: "prod", ...more });
    await assert.rejects(open("guest", "guest"), /Login was refused/);
    await assert.rejects(open("other", "secret"), /Login was refused/);
    await using alice = await open("alice", "wonderland");
    await alice.request(1, "queue.declare", { queue: "alice", durable: true });
    alice.send(1, "queue.declare", { queue: "b", durable: true });
    assert.match(
      (await alice.receive(1, "channel.close")).replyText,
      /configure access to queue 'b' in vhost 'prod' refused/,
    );

    await using app = await open("app", "secret");
    await app.request(1, "queue.declare", { queue: "app-short", durable: true });
    for (let i = 0; i < 5; i++) app.publish(1, { routingKey: "app-short" });
    const { messageCount } = await app.request(1, "queue.declare", { queue: "app-short", passive: true }) as {
      messageCount: number;
    };
    assert.equal(messageCount, 3);

    await app.request(1, "queue.declare", { queue: "app-2", durable: true });
    await app.request(1, "queue.declare", { queue: "app-3", durable: true });
    app.send(1, "queue.declare", { queue: "app-4", durable: true });
    assert.match((await app.receive(1, "channel.close")).replyText, /queue limit in vhost 'prod' \(4\) is reached/);
    await using _third = await open("app", "secret");
    await assert.rejects(open("app", "secret"), /connection limit \(3\) is reached/);
  });

  it("closes the connection of a client that does not read for the send timeout, and no other", async () => {
    const file = `${folder}/send_timeout.conf`;
    const limit = "tcp_listen_options.send_timeout = 400\ntcp_listen_options.send_timeout_close = true\n";
    writeFileSync(file, `listeners.tcp.default = 127.0.0.1:0\n${limit}`);
    const haremq = new Haremq("--config", file);
    const address = await haremq.address();
    await using publisher = await RawClient.open(address);
    await using reader = await RawClient.open(address);
    await using idle = await RawClient.open(address);
    await using stuck = await RawClient.open(address);
    for (const [client, queue] of [[reader, "read"], [stuck, "unread"]] as const) {
      await client.request(1, "queue.declare", { queue });
      await client.request(1, "basic.consume", { queue, noAck: true });
    }
    idle.pause();
    stuck.pause();
    const body = new Uint8Array(100_000);
    for (let i = 0; i < 300; i++) publisher.publish(1, { routingKey: "unread", body });
    await haremq.line(/\{writer,send_failed,timeout\}: the client has not read for 400 ms/);
    publisher.publish(1, { routingKey: "read" });
    await reader.receive(1, "basic.deliver");
    idle.resume();
    await idle.request(1, "queue.declare", { queue: "idle" });
    stuck.resume();
    await stuck.waitForEnd();
    const count = haremq.stdout.match(/send_failed/g)?.length;
    assert.equal(count, 1);
  });

  it("limits connections", async () => {
    const address = await start(`
      heartbeat = 17
      frame_max = 20000
      channel_max = 5
      channel_max_per_node = 4
      consumer_max_per_channel = 2
      max_message_size = 1000
      handshake_timeout = 500
    `);
    const silent = await RawClient.connect(address);
    await silent.logIn();
    const { heartbeat, frameMax, channelMax } = await silent.receive(0, "connection.tune");
    assert.deepEqual([heartbeat, frameMax, channelMax], [17, 20_000, 5]);
    await silent.waitForEnd();

    await using client = await RawClient.open(address, { channels: [1, 2, 3] });
    for (let i = 0; i < 2; i++) {
      await client.request(1, "queue.declare", { queue: `q${i}` });
      await client.request(1, "basic.consume", { queue: `q${i}` });
    }
    await using other = await RawClient.open(address);
    other.send(2, "channel.open");
    assert.match((await other.receive(0, "connection.close")).replyText, /maximum allowed limit of 4/);
    client.publish(2, { routingKey: "q0", body: new Uint8Array(1001) });
    assert.match(
      (await client.receive(2, "channel.close")).replyText,
      /message size 1001 is larger than configured max size 1000/,
    );
    client.send(1, "basic.consume", { queue: "q0" });
    assert.match(
      (await client.receive(0, "connection.close")).replyText,
      /reached maximum \(2\) of consumers per channel/,
    );
  });

  for (
    const [setting, reason] of [
      ["vm_memory_high_watermark.absolute = 1MB", "low on memory"],
      ["vm_memory_high_watermark.relative = 0.00001", "low on memory"],
      ["disk_free_limit.absolute = 1000TB", "low on disk"],
      ["disk_free_limit.relative = 100000", "low on disk"],
    ]
  ) {
    it(`blocks publishers by ${setting}`, async () => {
      const address = await start(setting);
      await using client = await RawClient.open(address);
      await client.request(1, "queue.declare", { queue: "q" });
      for (let i = 0; i < 20; i++) client.publish(1, { routingKey: "q", body: new Uint8Array(100_000) });
      assert.equal((await client.receive(0, "connection.blocked")).reason, reason);
    });
  }
});
