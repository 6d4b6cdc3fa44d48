import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import type { ChannelModel } from "amqplib";
import amqplib from "amqplib";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient } from "./http_client.ts";

const path = (...names: string[]) => names.map(encodeURIComponent).join("/");

const connectAs = (url: string, user: string): Promise<ChannelModel> =>
  amqplib.connect(url.replace("guest:guest", user), { clientProperties: { connection_name: `of ${user}` } });

describe("the connections of the management API", () => {
  it("have their client, traffic and channels", async () => {
    await using started = await openBrokerWithClients();
    const { client, broker } = started;
    const [listed] = (await client.get("/api/connections")).json;
    const [{ origin }] = broker.node.sessions;
    const { client_properties: properties, connected_at: connectedAt, ...connection } = listed;
    assert.deepEqual(Object.keys(properties).includes("product"), true);
    assert.equal(connectedAt, origin.connectedAtMs);
    assert.deepEqual(connection, {
      name: origin.name,
      vhost: "/",
      user: "guest",
      node: broker.node.name,
      type: "network",
      protocol: "AMQP 0-9-1",
      auth_mechanism: "PLAIN",
      channel_max: origin.channelMax,
      channels: 1,
      frame_max: origin.frameMax,
      host: "127.0.0.1",
      port: origin.local!.port,
      peer_host: "127.0.0.1",
      peer_port: origin.peer!.port,
      recv_cnt: origin.traffic.receivedFrames,
      send_cnt: origin.traffic.sentFrames,
      send_pend: 0,
      ssl: false,
      ssl_protocol: null,
      ssl_key_exchange: null,
      ssl_cipher: null,
      ssl_hash: null,
      peer_cert_subject: null,
      peer_cert_issuer: null,
      peer_cert_serial_number: null,
      peer_cert_validity: null,
      state: "running",
      timeout: origin.heartbeatSeconds,
      user_who_performed_action: "guest",
      recv_oct: origin.traffic.receivedBytes,
      recv_oct_details: { rate: 0 },
      send_oct: origin.traffic.sentBytes,
      send_oct_details: { rate: 0 },
    });
    const own = `/api/connections/${path(origin.name)}`;
    const single = (await client.get(own)).json;
    assert.deepEqual([single.name, single.ssl, single.ssl_protocol], [origin.name, false, ""]);
    assert.equal((await client.get(`/api/connections/none`)).status, 404);
    const few = { name: origin.name, vhost: "/", user: "guest", node: broker.node.name };
    assert.deepEqual((await client.get(`${own}?disable_stats=true`)).json, few);
    assert.deepEqual((await client.get("/api/connections/username/guest")).json, [few]);
    assert.equal((await client.get("/api/connections?page=1&name=127")).json.items.length, 1);
    assert.equal((await client.get("/api/vhosts/%2F/connections")).json[0].name, origin.name);
    const sessions = await client.get(`${own}/sessions`);
    assert.deepEqual([sessions.status, sessions.json.reason], [400, "connection does not use AMQP 1.0"]);
  });

  it("have channels, whose names are in paths", async () => {
    await using started = await openBrokerWithClients();
    const { channel, client, broker } = started;
    await channel.assertQueue("q");
    await channel.prefetch(7);
    await channel.consume("q", () => {}, { consumerTag: "tag", exclusive: true });
    channel.publish("", "q", Buffer.from("x"));
    await channel.checkQueue("q");
    const [{ origin }] = broker.node.sessions;
    const name = `${origin.name} (1)`;
    const { json } = await client.get(`/api/channels/${path(name)}`);
    const { message_stats: stats, consumer_details: consumers, idle_since: _, ...shown } = json;
    assert.deepEqual(shown, {
      name,
      number: 1,
      node: broker.node.name,
      vhost: "/",
      user: "guest",
      user_who_performed_action: "guest",
      state: "running",
      confirm: false,
      transactional: false,
      consumer_count: 1,
      messages_unacknowledged: 1,
      messages_unconfirmed: 0,
      messages_uncommitted: 0,
      acks_uncommitted: 0,
      prefetch_count: 7,
      global_prefetch_count: 0,
      pending_raft_commands: 0,
      connection_details: { name: origin.name, peer_host: "127.0.0.1", peer_port: origin.peer!.port },
      publishes: [],
      deliveries: [],
    });
    assert.deepEqual([stats.publish, stats.deliver, stats.ack, stats.confirm], [1, 1, 0, 0]);
    const expected = {
      arguments: {},
      ack_required: true,
      active: true,
      activity_status: "up",
      channel_details: {
        connection_name: origin.name,
        name,
        node: broker.node.name,
        number: 1,
        peer_host: "127.0.0.1",
        peer_port: origin.peer!.port,
        user: "guest",
      },
      consumer_tag: "tag",
      consumer_timeout: 1_800_000,
      exclusive: true,
      prefetch_count: 7,
      queue: { name: "q", vhost: "/" },
    };
    assert.deepEqual(consumers, [expected]);
    assert.deepEqual((await client.get("/api/consumers")).json, [expected]);
    assert.deepEqual((await client.get("/api/consumers/%2F")).json, [expected]);
    for (
      const list of ["/api/channels", "/api/vhosts/%2F/channels", `/api/connections/${path(origin.name)}/channels`]
    ) {
      const [listed] = (await client.get(list)).json;
      assert.deepEqual([listed.name, listed.message_stats.publish], [name, 1], list);
    }
    assert.equal((await client.get(`/api/channels/${path(`${origin.name} (2)`)}`)).status, 404);
    assert.equal((await client.get("/api/channels?disable_stats=true")).json[0].message_stats, undefined);
    assert.equal((await client.get("/api/consumers?disable_stats=true")).status, 400);
  });

  it("show a user without tag monitoring the own ones only", async () => {
    await using started = await openBrokerWithClients();
    const { broker, url } = started;
    await broker.users.add({ name: "own", password: "own", tags: ["management"] });
    await broker.users.permit("own", "/", { configure: "", write: "", read: "" });
    const connection = await connectAs(url, "own:own");
    await connection.createChannel();
    const client = new HttpClient(broker, "own:own");
    const names = ["user", "user_provided_name"];
    const [listed, ...others] = (await client.get(`/api/connections?columns=${names}`)).json;
    assert.deepEqual([listed, others], [{ user: "own", user_provided_name: "of own:own" }, []]);
    assert.deepEqual((await client.get("/api/channels?columns=user")).json, [{ user: "own" }]);
    const others_ = [...broker.node.sessions].find(({ user }) => user.name === "guest")!.origin.name;
    for (
      const hidden of [
        `connections/${path(others_)}`,
        `channels/${path(`${others_} (1)`)}`,
        "connections/username/guest",
      ]
    ) {
      const { status, json } = await client.get(`/api/${hidden}`);
      assert.deepEqual([status, json.reason], [401, "User not authorised to access object"], hidden);
    }
    assert.equal((await client.delete(`/api/connections/${path(others_)}`)).status, 401);
    await connection.close();
  });

  it("are closed with a reason", async () => {
    await using started = await openBrokerWithClients();
    const { broker, url, client } = started;
    await broker.users.add({ name: "a", password: "a" });
    await broker.users.permit("a", "/", { configure: "", write: "", read: "" });
    const [first, second] = await Promise.all([connectAs(url, "a:a"), connectAs(url, "a:a")]);
    const failures = [first, second].map(async (connection) => (await once(connection, "close"))[0].message);
    const { name } = [...broker.node.sessions].find(({ user }) => user.name === "a")!.origin;
    const closing = await client.request("DELETE", `/api/connections/${path(name)}`, undefined, {
      "x-reason": "enough",
    });
    assert.equal(closing.status, 204);
    const told = await Promise.race(failures);
    assert.match(told, /320 \(CONNECTION-FORCED\) with message "CONNECTION_FORCED - enough"/);
    assert.equal((await client.delete("/api/connections/username/a")).status, 204);
    const messages = (await Promise.all(failures)).join();
    assert.match(messages, /CONNECTION_FORCED - Closed via management plugin/);
  });

  it("are closed without waiting for a client that does not read", async () => {
    await using started = await openBrokerWithClients();
    const { broker, url, client } = started;
    await broker.users.add({ name: "a", password: "a" });
    await broker.users.permit("a", "/", { configure: "", write: "", read: "" });
    const connection = await connectAs(url, "a:a");
    connection.on("error", () => {});
    const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
    stream.removeAllListeners("readable");
    const { origin } = [...broker.node.sessions].find(({ user }) => user.name === "a")!;
    let isOver = false;
    const over = (origin as unknown as { closed: Promise<void> }).closed.then(() => isOver = true);
    assert.equal((await client.delete(`/api/connections/${path(origin.name)}`)).status, 204);
    assert.equal(isOver, false, "the answer has waited for the end of the connection");
    stream.destroy();
    await over;
  });
});
