import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { ByteReader } from "../../../src/wire/byte_reader.ts";
import { EMPTY_TABLE, fieldTable, type FieldValue } from "../../../src/wire/field_table.ts";
import { PropertiesView } from "../../../src/wire/properties.ts";
import { EventExchange } from "../../../src/broker/tracing/event_exchange.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";
import { consumption, TestReceiver } from "../queue/host.ts";

/** Starts a broker with an event exchange, and a queue that gets the events with a routing key. */
function newBroker(routingKey = "#") {
  const clock = new FakeClock();
  const store = new SlowStore();
  const node = new Node({ clock, store, memoryHighWatermarkBytes: 1024 * 1024 });
  const vhost = node.addVirtualHost("/");
  node.events = new EventExchange(node, vhost);
  const queue = vhost.declareQueue({ ...declaration("events"), owner: null });
  const exchange = vhost.exchange("amq.rabbitmq.event");
  vhost.bind(new Binding(exchange, queue, routingKey, EMPTY_TABLE));
  node.endTurn();
  const receiver = new TestReceiver();
  queue.consume(receiver, consumption());
  node.endTurn();
  receiver.delivered.length = 0;
  return { node, vhost, exchange, queue, receiver, store, clock };
}

const declaration = (name: string) => ({
  name,
  durable: false,
  autoDelete: false,
  owner: null as object | null,
  arguments: EMPTY_TABLE,
});

/** Ends the turn, and returns its events. */
function eventsOf({ node, receiver }: ReturnType<typeof newBroker>) {
  node.endTurn();
  return receiver.delivered.splice(0).map(({ message }) => {
    const address = new ByteReader(node.messages.address(message));
    address.shortstr();
    const { headers, ...properties } = new PropertiesView(node.messages.header(message)).toObject();
    return { event: address.shortstr(), headers: headers!, properties };
  });
}

const text = (value: string): FieldValue => ({ type: "S", value });
const long = (value: number): FieldValue => ({ type: "l", value: BigInt(value) });
const table = (fields: Iterable<[string, FieldValue]>): FieldValue => ({ type: "F", value: new Map(fields) });
const flag = (value: boolean): FieldValue => ({ type: "t", value });

describe("the event exchange", () => {
  it("is durable, internal and of type topic", () => {
    const { exchange } = newBroker();
    assert.deepEqual([exchange.isDurable, exchange.isInternal, exchange.type], [true, true, "topic"]);
  });

  it("reports queues with RabbitMQ's fields and types", () => {
    const broker = newBroker("queue.*");
    const { node, vhost, clock } = broker;
    const owner = {};
    const queue = { ...declaration("q"), owner, arguments: fieldTable({ "x-queue-type": "classic" }) };
    vhost.declareQueue(queue, { user: "alice" });
    const [{ event, headers, properties }] = eventsOf(broker);
    assert.equal(event, "queue.created");
    const timeMs = clock.time();
    assert.deepEqual(properties, { deliveryMode: 2, timestamp: BigInt(Math.floor(timeMs / 1000)) });
    assert.deepEqual(Object.fromEntries(headers), {
      name: text("q"),
      vhost: text("/"),
      durable: flag(false),
      auto_delete: flag(false),
      arguments: { type: "A", value: [text('{<<"x-queue-type">>,longstr,<<"classic">>}')] },
      owner_pid: text(node.events!.pidOf(owner)),
      exclusive: flag(true),
      leader: text(node.name),
      members: { type: "A", value: [text(node.name)] },
      type: text("rabbit_classic_queue"),
      user_who_performed_action: text("alice"),
      timestamp_in_ms: { type: "l", value: BigInt(timeMs) },
    });
    vhost.removeQueuesOf(owner);
    const [deleted] = eventsOf(broker);
    assert.equal(deleted.event, "queue.deleted");
    assert.deepEqual(deleted.headers.get("type"), text("rabbit_classic_queue"));
    assert.deepEqual(deleted.headers.get("user_who_performed_action"), text("rmq-internal"));
  });

  it("reports exchanges and bindings, and bindings deleted with them", () => {
    const broker = newBroker();
    const { vhost } = broker;
    const exchange = { ...declaration("x"), type: "fanout", internal: false };
    vhost.declareExchange(exchange);
    vhost.bind(new Binding(vhost.exchange("x"), vhost.declareQueue(declaration("q")), "key", EMPTY_TABLE));
    vhost.bind(new Binding(vhost.exchange("amq.direct"), vhost.exchange("x"), "key", EMPTY_TABLE));
    const [created, , bound] = eventsOf(broker);
    assert.equal(created.event, "exchange.created");
    assert.deepEqual([created.headers.get("policy"), created.headers.get("internal")], [text(""), flag(false)]);
    assert.deepEqual(created.headers.get("arguments"), { type: "A", value: [] });
    assert.equal(bound.event, "binding.created");
    const { timestamp_in_ms: _, ...told } = Object.fromEntries(bound.headers);
    assert.deepEqual(told, {
      source_name: text("x"),
      source_kind: text("exchange"),
      destination_name: text("q"),
      destination_kind: text("queue"),
      routing_key: text("key"),
      arguments: { type: "A", value: [] },
      vhost: text("/"),
      user_who_performed_action: text("rmq-internal"),
    });
    vhost.deleteExchange("x");
    const deleted = eventsOf(broker);
    assert.deepEqual(deleted.map(({ event }) => event), ["binding.deleted", "binding.deleted", "exchange.deleted"]);
    assert.deepEqual(deleted[1].headers.get("destination_kind"), text("exchange"));
  });

  it("reports virtual hosts and parameters", () => {
    const broker = newBroker();
    const { node } = broker;
    node.addVirtualHost("new");
    node.addVirtualHost("new");
    node.parameters.set({ vhost: "new", component: "c", name: "n", value: { list: [1, "a", true], nothing: null } });
    node.parameters.clear({ vhost: "new", component: "c", name: "n" });
    const [created, set, cleared, ...more] = eventsOf(broker).filter(({ event }) => event !== "exchange.created");
    assert.deepEqual([created.event, set.event, cleared.event, more.length], [
      "vhost.created",
      "parameter.set",
      "parameter.cleared",
      0,
    ]);
    assert.deepEqual(created.headers.get("cluster_state"), {
      type: "F",
      value: new Map([[node.name, text("running")]]),
    });
    const list: FieldValue = { type: "A", value: [{ type: "l", value: 1n }, text("a"), flag(true)] };
    assert.deepEqual(set.headers.get("value"), {
      type: "F",
      value: new Map([["list", list], ["nothing", text("null")]]),
    });
  });

  it("reports the predeclared exchanges of a new virtual host", () => {
    const broker = newBroker("exchange.created");
    const { exchanges } = broker.node.addVirtualHost("new");
    const events = eventsOf(broker);
    assert.deepEqual(events.map(({ headers }) => headers.get("name")), [...exchanges.keys()].map(text));
    assert.ok(events.every(({ headers }) => headers.get("vhost")?.value === "new"));
  });

  it("reports policies, and queues to which others apply now", () => {
    const broker = newBroker();
    const { vhost } = broker;
    const told = () =>
      eventsOf(broker).map(({ event, headers }) => {
        const { timestamp_in_ms: _, user_who_performed_action: user, vhost, ...others } = Object.fromEntries(headers);
        assert.deepEqual([user, vhost], [text("rmq-internal"), text("/")]);
        return [event, others];
      });
    vhost.declareQueue(declaration("q"));
    eventsOf(broker);
    const parts = (pattern: string, priority: number, applyTo: string, maxLength: number) => ({
      pattern: text(pattern),
      priority: long(priority),
      "apply-to": text(applyTo),
      definition: table([["max-length", long(maxLength)]]),
    });
    const isQueue = { name: text("q"), type: text("rabbit_classic_queue") };

    const declared = { pattern: "^q", definition: { "max-length": 10 }, priority: 3, applyTo: "queues" };
    vhost.policies.users.set({ name: "p", ...declared });
    assert.deepEqual(told(), [
      ["policy.set", { name: text("p"), ...parts("^q", 3, "queues", 10) }],
      ["queue.policy.updated", { ...isQueue, ...parts("^q", 3, "queues", 10) }],
    ]);
    vhost.policies.operators.set({ name: "o", pattern: "^q", definition: { "max-length": 5 } });
    const operatorParts = parts("^q", 0, "all", 5);
    assert.deepEqual(told(), [
      ["parameter.set", {
        name: text("o"),
        component: text("operator_policy"),
        value: table(Object.entries(operatorParts)),
      }],
      ["policy.set", { name: text("o"), ...operatorParts }],
      ["queue.policy.updated", { ...isQueue, ...operatorParts }],
    ]);
    vhost.policies.users.clear("p");
    assert.deepEqual(told(), [["policy.cleared", { name: text("p") }], ["queue.policy.cleared", isQueue]]);
    vhost.policies.operators.clear("o");
    assert.deepEqual(told(), [
      ["parameter.cleared", { name: text("o"), component: text("operator_policy") }],
      ["operator.policy.cleared", { name: text("o") }],
      ["queue.policy.cleared", isQueue],
    ]);
  });

  it("reports limits", () => {
    const broker = newBroker();
    const { node } = broker;
    node.topology.userCommands.put({ user: "guest", passwordHash: new Uint8Array(0), hashingAlgorithm: "", tags: [] });
    eventsOf(broker);
    node.vhostLimits.set("/", { "max-queues": 5 });
    node.vhostLimits.clear("/");
    node.userLimits.set("guest", { "max-channels": 7 });
    node.userLimits.clear("guest");
    const told = eventsOf(broker).map(({ event, headers }) => {
      const { timestamp_in_ms: _, user_who_performed_action: __, ...others } = Object.fromEntries(headers);
      return [event, others];
    });
    const ofVhost = { name: text("limits"), vhost: text("/") };
    const parameter = { ...ofVhost, component: text("vhost-limits") };
    const ofUser = { name: text("limits"), username: text("guest") };
    assert.deepEqual(told, [
      ["parameter.set", { ...parameter, value: table([["max-queues", long(5)]]) }],
      ["vhost.limits.set", { ...ofVhost, "max-queues": long(5) }],
      ["parameter.cleared", parameter],
      ["vhost.limits.cleared", ofVhost],
      ["user.limits.set", { ...ofUser, "max-channels": long(7) }],
      ["user.limits.cleared", ofUser],
    ]);
  });

  it("reports the start and the end of an alarm once", () => {
    const broker = newBroker("alarm.*");
    const { node, store } = broker;
    const alarm = (event: string, source: string) => [event, text(source), text(node.name)];
    const told = () =>
      eventsOf(broker).map(({ event, headers }) => [event, headers.get("source"), headers.get("node")]);
    store.isShortOfSpace = true;
    assert.deepEqual(told(), [alarm("alarm.set", "disk")]);
    assert.deepEqual(told(), []);
    const large = node.messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, 2 * 1024 * 1024);
    node.messages.write(large, 0, new Uint8Array(2 * 1024 * 1024), 0, 2 * 1024 * 1024);
    assert.deepEqual(told(), [alarm("alarm.set", "memory")]);
    node.messages.release(large);
    store.isShortOfSpace = false;
    assert.deepEqual(told(), [alarm("alarm.cleared", "memory"), alarm("alarm.cleared", "disk")]);
  });

  it("does not report the queues behind direct reply-to, which RabbitMQ does not have", () => {
    const broker = newBroker();
    broker.vhost.removeQueue(broker.vhost.addReplyQueue("amq.rabbitmq.reply-to.abc", EMPTY_TABLE));
    assert.deepEqual(eventsOf(broker), []);
  });

  it("gives nothing to a queue whose own deletion it reports", () => {
    const { node, vhost, exchange, queue } = newBroker();
    vhost.bind(new Binding(exchange, queue, "binding.*", EMPTY_TABLE));
    node.endTurn();
    const before = node.messages.count;
    const other = vhost.declareQueue(declaration("other"));
    for (const key of ["queue.deleted", "binding.*"]) vhost.bind(new Binding(exchange, other, key, EMPTY_TABLE));
    vhost.removeQueue(queue);
    vhost.removeQueue(other);
    node.endTurn();
    assert.ok(node.messages.count <= before, `${node.messages.count - before} messages are held by nobody`);
  });

  it("is deleted with its bindings when it is no longer configured", () => {
    const { vhost, queue } = newBroker();
    EventExchange.remove(vhost);
    assert.equal(vhost.exchanges.has("amq.rabbitmq.event"), false);
    assert.equal(vhost.incoming.of(queue).size, 0);
    EventExchange.remove(vhost);
  });

  it("has one name for a process for all its life, which no other process gets", () => {
    const { node } = newBroker();
    const [first, second] = [{}, {}];
    const { events } = node;
    assert.equal(events!.pidOf(first), events!.pidOf(first));
    assert.notEqual(events!.pidOf(first), events!.pidOf(second));
    assert.match(events!.pidOf(first), /^<haremq@localhost\.1000000000\.\d+\.0>$/);
  });
});
