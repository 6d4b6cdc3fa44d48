import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type FieldTable, fieldTable, type FieldValue } from "../../src/wire/field_table.ts";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { RawClient, uniqueName } from "../raw_client.ts";

// RabbitMQ needs the plugin rabbitmq_event_exchange, and these tests need a broker that nobody else uses.
const hasEvents = productUnderTest === "haremq" || process.env.AMQP_EVENTS !== undefined;

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest({ eventExchange: { vhost: "/" } });
});
after(() => broker.close());

const text = (value: string): FieldValue => ({ type: "S", value });
const flag = (value: boolean): FieldValue => ({ type: "t", value });
const long = (value: number): FieldValue => ({ type: "l", value: BigInt(value) });

/** Opens a client that consumes events with these routing keys. */
async function listen(...routingKeys: string[]): Promise<RawClient> {
  const client = await RawClient.open(broker, { channels: [1, 2] });
  const { queue } = await client.request(1, "queue.declare", { exclusive: true });
  await client.request(1, "basic.consume", { queue, noAck: true });
  for (const routingKey of routingKeys) {
    await client.request(2, "queue.bind", { queue, exchange: "amq.rabbitmq.event", routingKey });
  }
  return client;
}

interface Event {
  readonly event: string;
  readonly told: Readonly<Record<string, FieldValue>>;
}

async function nextEvent(client: RawClient): Promise<Event> {
  const { method, text, properties } = await client.receiveContent(1, "basic.deliver");
  const { headers, timestamp, ...others } = properties;
  const { timestamp_in_ms: time, ...told } = Object.fromEntries(headers!);
  assert.deepEqual([text, others], ["", { deliveryMode: 2 }]);
  assert.equal(time.type, "l");
  assert.equal((time.value as bigint) / 1000n, timestamp);
  assert.ok(Math.abs(Number(time.value) - Date.now()) < 60_000);
  return { event: method.routingKey, told };
}

async function nextEvents(client: RawClient, count: number): Promise<Event[]> {
  const events: Event[] = [];
  while (events.length < count) events.push(await nextEvent(client));
  return events;
}

/** Asserts that an event has the expected fields; it may have more. */
function assertTells({ event, told }: Event, name: string, expected: Readonly<Record<string, FieldValue>>): void {
  const named = Object.fromEntries(Object.keys(expected).map((key) => [key, told[key]]));
  assert.deepEqual([event, named], [name, expected]);
}

const CLIENT_PROPERTIES: FieldTable = fieldTable({
  product: "test",
  connection_name: "a name",
  capabilities: { consumer_cancel_notify: true },
});
const TOLD_PROPERTIES: FieldValue = {
  type: "A",
  value: [
    text('{<<"product">>,longstr,<<"test">>}'),
    text('{<<"connection_name">>,longstr,<<"a name">>}'),
    text('{<<"capabilities">>,table,[{<<"consumer_cancel_notify">>,bool,true}]}'),
  ],
};
const ADDRESS = /^127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+$/;
const PID = /^<[^<>]+\.\d+\.\d+\.0>$/;

describe("the event exchange", { skip: !hasEvents }, () => {
  it("reports logins, connections, channels, and their ends", async () => {
    await using listener = await listen("user.#", "connection.*", "channel.*");
    await using client = await RawClient.open(broker, { heartbeat: 30, clientProperties: CLIENT_PROPERTIES });
    const [login, connected, opened] = await nextEvents(listener, 3);
    const { connection_name: name, peer_port: port } = login.told;
    assert.match(String(name.value), ADDRESS);
    assert.equal(port.type, "l");
    const network = {
      host: text("{127,0,0,1}"),
      peer_host: text("{127,0,0,1}"),
      peer_port: port,
      protocol: text("{0,9,1}"),
      auth_mechanism: text("PLAIN"),
      ssl: flag(false),
    };
    assert.deepEqual(login, {
      event: "user.authentication.success",
      told: { ...network, name: text("guest"), connection_name: name, connection_type: text("network") },
    });

    const { pid, node, connected_at: since } = connected.told;
    assert.match(String(pid.value), PID);
    assert.equal(since.type, "l");
    const known = { name, pid, node, user_provided_name: text("a name"), client_properties: TOLD_PROPERTIES };
    assertTells(connected, "connection.created", {
      ...network,
      ...known,
      type: text("network"),
      port: long(broker.port),
      user: text("guest"),
      vhost: text("/"),
      timeout: long(30),
      channel_max: long(2047),
      frame_max: long(131_072),
      ssl_protocol: text(""),
      peer_cert_subject: text(""),
      user_who_performed_action: text("guest"),
    });

    const channel = opened.told.pid;
    assert.match(String(channel.value), PID);
    assert.deepEqual(opened, {
      event: "channel.created",
      told: {
        pid: channel,
        name: text(`${name.value} (1)`),
        connection: pid,
        number: long(1),
        user: text("guest"),
        vhost: text("/"),
        user_who_performed_action: text("guest"),
      },
    });

    client.send(1, "queue.declare", { queue: uniqueName("none"), passive: true });
    await client.receiveClose(1);
    client.send(1, "channel.close-ok");
    assertTells(await nextEvent(listener), "channel.closed", {
      pid: channel,
      user_who_performed_action: text("guest"),
    });
    await client.request(0, "connection.close", { replyCode: 200 });
    client.finish();
    assert.deepEqual(await nextEvent(listener), { event: "connection.closed", told: known });
  });

  it("reports refused logins", async () => {
    await using listener = await listen("user.#", "connection.*");
    const client = await RawClient.connect(broker);
    await client.logIn({ password: "wrong" });
    await client.receive(0, "connection.close");
    await client[Symbol.asyncDispose]();
    const { event, told } = await nextEvent(listener);
    assert.deepEqual([event, told.name, told.user_who_performed_action], [
      "user.authentication.failure",
      text("guest"),
      undefined,
    ]);
    // Erlang treats the text as a list of numbers.
    assert.equal(told.error.type, "A");
    const numbers = (told.error.value as readonly FieldValue[]).map(({ value }) => Number(value));
    assert.equal(String.fromCharCode(...numbers), "user 'guest' - invalid credentials");
    assert.equal((await nextEvent(listener)).event, "connection.closed");
  });

  it("reports what is declared, bound, consumed and deleted, and by whom", async () => {
    await using listener = await listen("queue.*", "exchange.*", "consumer.*");
    await using client = await RawClient.open(broker, { clientProperties: CLIENT_PROPERTIES });
    const [queue, exchange] = ["queue", "exchange"].map(uniqueName);
    const [byGuest, byItself] = ["guest", "rmq-internal"].map((user) => ({ user_who_performed_action: text(user) }));
    // RabbitMQ 4 adds a missing type.
    const queueArguments = fieldTable({ "x-message-ttl": 1000, "x-queue-type": "classic" });
    await client.request(1, "queue.declare", { queue, arguments: queueArguments });
    const isQueue = { name: text(queue), vhost: text("/") };
    assertTells(await nextEvent(listener), "queue.created", {
      ...isQueue,
      ...byGuest,
      durable: flag(false),
      auto_delete: flag(false),
      exclusive: flag(false),
      owner_pid: text(""),
      arguments: {
        type: "A",
        value: [text('{<<"x-message-ttl">>,signedint,1000}'), text('{<<"x-queue-type">>,longstr,<<"classic">>}')],
      },
    });

    await client.request(1, "exchange.declare", { exchange, type: "topic", autoDelete: true });
    const isExchange = { name: text(exchange), vhost: text("/") };
    assertTells(await nextEvent(listener), "exchange.created", {
      ...isExchange,
      ...byGuest,
      type: text("topic"),
      durable: flag(false),
      auto_delete: flag(true),
      internal: flag(false),
      policy: text(""),
      arguments: { type: "A", value: [] },
    });

    await using bindings = await listen("binding.*");
    await nextEvent(bindings); // The event of its own binding.
    await nextEvent(listener); // The events of its own queue and consumer.
    await nextEvent(listener);
    await client.request(1, "queue.bind", { queue, exchange, routingKey: "key" });
    const isBinding = {
      source_name: text(exchange),
      source_kind: text("exchange"),
      destination_name: text(queue),
      destination_kind: text("queue"),
      routing_key: text("key"),
      arguments: { type: "A", value: [] } as FieldValue,
      vhost: text("/"),
    };
    assert.deepEqual(await nextEvent(bindings), { event: "binding.created", told: { ...isBinding, ...byGuest } });

    await client.request(1, "basic.qos", { prefetchCount: 7 });
    await client.request(1, "basic.consume", { queue, consumerTag: "tag" });
    const created = await nextEvent(listener);
    const { channel } = created.told;
    assert.match(String(channel.value), PID);
    const isConsumer = { consumer_tag: text("tag"), channel, queue: text(queue), vhost: text("/") };
    assert.deepEqual(created, {
      event: "consumer.created",
      told: {
        ...isConsumer,
        ...byGuest,
        ack_required: flag(true),
        exclusive: flag(false),
        prefetch_count: long(7),
        arguments: { type: "A", value: [] },
      },
    });
    await client.request(1, "basic.cancel", { consumerTag: "tag" });
    assert.deepEqual(await nextEvent(listener), { event: "consumer.deleted", told: { ...isConsumer, ...byGuest } });

    await client.request(1, "queue.delete", { queue });
    assert.deepEqual(await nextEvent(bindings), { event: "binding.deleted", told: { ...isBinding, ...byItself } });
    const deleted = await nextEvents(listener, 2);
    deleted.sort((a, b) => a.event < b.event ? -1 : 1);
    assertTells(deleted[0], "exchange.deleted", isExchange);
    assertTells(deleted[1], "queue.deleted", { ...isQueue, ...byGuest });
  });

  it("names no user for what ends with a channel or a connection", async () => {
    await using client = await RawClient.open(broker);
    await using listener = await listen("queue.deleted", "consumer.deleted");
    const [exclusive, autoDelete] = ["exclusive", "auto-delete"].map(uniqueName);
    await client.request(1, "queue.declare", { queue: exclusive, exclusive: true });
    await client.request(1, "queue.declare", { queue: autoDelete, autoDelete: true });
    await client.request(1, "basic.consume", { queue: autoDelete, consumerTag: "tag" });
    await client.request(1, "channel.close", { replyCode: 200 });
    const byItself = { user_who_performed_action: text("rmq-internal") };
    assertTells(await nextEvent(listener), "consumer.deleted", { consumer_tag: text("tag"), ...byItself });
    assertTells(await nextEvent(listener), "queue.deleted", { name: text(autoDelete), ...byItself });
    // RabbitMQ reports a consumer of a deleted queue twice, the second time without a user.
    client.drop();
    let last = await nextEvent(listener);
    if (last.event === "consumer.deleted") last = await nextEvent(listener);
    assertTells(last, "queue.deleted", { name: text(exclusive), ...byItself });
  });

  it("accepts nothing from clients, which can't delete it either", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const exchange = "amq.rabbitmq.event";
    client.publish(1, { exchange, routingKey: "queue.created" });
    const text = "ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.event' in vhost '/'";
    assert.deepEqual((await client.receiveClose(1)).slice(0, 2), [403, text]);
    client.send(2, "exchange.delete", { exchange });
    const [code] = await client.receiveClose(2);
    assert.equal(code, 403);
  });
});
