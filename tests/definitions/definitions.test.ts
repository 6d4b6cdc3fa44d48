import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { Binding } from "../../src/broker/exchange/binding.ts";
import { Broker, DefinitionsError } from "../../mod.ts";
import type { Clock } from "../../src/broker/turn/clock.ts";
import { RecordedEvents } from "../broker/topology/recorded_events.ts";
import { SlowStore } from "../slow_store.ts";

const brokers: Broker[] = [];
after(() => Promise.all(brokers.map((broker) => broker.close())));

function newBroker(options: ConstructorParameters<typeof Broker>[0] = {}): Broker {
  const broker = new Broker(options);
  brokers.push(broker);
  return broker;
}

const queues = (count: number, vhost = "/") => ({
  queues: Array.from({ length: count }, (_, at) => ({ vhost, name: `queue ${at}` })),
});

/** A clock on which each check of the time takes a while. */
class BusyClock implements Clock {
  #nowMs = 0;
  #checks = 0;
  /** Maximum number of checks of the time between two turns. */
  longestRun = 0;
  turns = 0;

  now(): number {
    this.longestRun = Math.max(this.longestRun, ++this.#checks);
    return this.#nowMs += 1;
  }
  time(): number {
    return 1e12 + this.#nowMs;
  }
  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(() => {
      this.#checks = 0;
      this.turns++;
      callback();
    }, delayMs);
    return () => clearTimeout(timer);
  }
}

describe("importing definitions", () => {
  it("takes short turns, with others in between", async () => {
    const clock = new BusyClock();
    const broker = newBroker({ clock });
    let others = 0;
    const timer = setInterval(() => others++, 1);
    await broker.importDefinitions(queues(3000));
    clearInterval(timer);
    assert.equal(broker.node.vhosts.get("/")!.queues.size, 3000);
    assert.ok(clock.turns > 80, `${clock.turns} turns`);
    assert.ok(clock.longestRun <= 10, `${clock.longestRun} checks of the time`);
    assert.ok(others > 5, `${others} turns of others`);
  });

  it("is finished when the store has everything", async () => {
    const store = new SlowStore();
    const broker = newBroker({ store });
    store.sync();
    let isOver = false;
    const imported = broker.importDefinitions(queues(20)).then(() => isOver = true);
    while (broker.node.vhosts.get("/")!.queues.size < 20) await new Promise((resolve) => setTimeout(resolve, 1));
    store.sync(store.appended - 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(isOver, false);
    store.sync();
    await imported;
  });

  it("waits for an earlier import", async () => {
    const broker = newBroker();
    const first = broker.importDefinitions({ vhosts: [{ name: "v" }], ...queues(1000, "v") });
    const second = broker.importDefinitions({ exchanges: [{ vhost: "v", name: "x", type: "fanout" }] });
    const third = broker.importDefinitions({ queues: 1 });
    const fourth = broker.importDefinitions({});
    await assert.rejects(third, DefinitionsError);
    await Promise.all([first, second, fourth]);
    const vhost = broker.node.vhosts.get("v")!;
    assert.deepEqual([vhost.queues.size, vhost.exchanges.has("x")], [1000, true]);
  });

  it("is stopped by the deletion of a virtual host, and reports what is imported", async () => {
    const broker = newBroker({ clock: new BusyClock() });
    const imported = broker.importDefinitions({ vhosts: [{ name: "v" }], ...queues(2000, "v") });
    const failed = imported.then(() => undefined, (error) => error);
    while ((broker.node.vhosts.get("v")?.queues.size ?? 0) < 100) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await broker.node.deleteVirtualHost("v");
    assert.match(
      (await failed).message,
      /^queues\[\d+\]: vhost 'v' was deleted during the import \(everything before it is imported\)$/,
    );
  });

  it("ends when the broker is closed", async () => {
    const broker = newBroker({ clock: new BusyClock() });
    const failed = broker.importDefinitions(queues(3000)).then(() => undefined, (error) => error);
    while (broker.node.vhosts.get("/")!.queues.size < 100) await new Promise((resolve) => setTimeout(resolve, 1));
    await broker.close();
    const { size } = broker.node.vhosts.get("/")!.queues;
    assert.match((await failed).message, /^the broker has been stopped$/);
    assert.ok(size < 3000, `${size} queues`);
    await assert.rejects(broker.exportDefinitions(), /^DefinitionsError: the broker has been stopped$/);
  });

  it("changes virtual hosts, users and policies to those in the definitions", async () => {
    const broker = newBroker();
    await broker.importDefinitions({
      users: [{ name: "u", password: "one", tags: "a" }],
      vhosts: [{ name: "v", description: "one", metadata: { default_queue_type: "quorum" } }],
      policies: [{ vhost: "v", name: "p", pattern: "", definition: { "max-length": 1 } }],
    });
    const { passwordHash } = broker.node.topology.users.users.get("u")!;
    await broker.importDefinitions({
      users: [{ name: "u", password: "one", tags: ["b", "c"] }],
      vhosts: [{ name: "v", metadata: { description: "two", tags: ["t"], default_queue_type: "undefined" } }],
      policies: [{ vhost: "v", name: "p", pattern: "q", definition: { "max-length": 2 }, priority: 5 }],
      queues: [{ vhost: "v", name: "q" }],
    });
    const user = broker.node.topology.users.users.get("u")!;
    assert.deepEqual([user.passwordHash, user.tags], [passwordHash, ["b", "c"]]);
    const vhost = broker.node.vhosts.get("v")!;
    assert.deepEqual([vhost.metadata.description, vhost.metadata.tags], ["two", ["t"]]);
    assert.equal(vhost.queue("q", null).arguments.get("x-queue-type")?.value, "classic");
    assert.equal(vhost.queue("q", null).effectivePolicy.definition["max-length"], 2);
    await broker.importDefinitions({ users: [{ name: "u", tags: "" }] });
    assert.equal(broker.node.topology.users.users.get("u")!.passwordHash.length, 0);
  });

  it("gives a new user the permissions that come with it", async () => {
    const broker = newBroker();
    const users = [{ name: "u", tags: "", permissions: { "/": { configure: "^c", write: "", read: ".*" } } }];
    await broker.importDefinitions({ users });
    const permission = () => broker.node.topology.users.permission({ user: "u", vhost: "/" });
    assert.equal(permission()?.configure, "^c");
    await broker.users.forbid("u", "/");
    await broker.importDefinitions({ users });
    assert.equal(permission(), undefined);
  });

  it("reports events with the user who requested it", async () => {
    const broker = newBroker();
    const events = new RecordedEvents();
    broker.node.events = events;
    const definitions = {
      users: [{ name: "u", password_hash: "", tags: "" }],
      vhosts: [{ name: "v" }],
      permissions: [{ user: "u", vhost: "v", configure: "", write: "", read: "" }],
      global_parameters: [{ name: "g", value: 1 }],
      parameters: [{ vhost: "v", component: "constructor", name: "c", value: [] }],
      exchanges: [{ vhost: "v", name: "x", type: "fanout" }],
      queues: [{ vhost: "v", name: "q" }],
      bindings: [{ vhost: "v", source: "x", destination: "q", destination_type: "queue", routing_key: "" }],
    };
    const told = () =>
      events.told.splice(0).filter(({ facts }) => !String(facts.name).startsWith("amq.") && facts.name !== "")
        .map(({ event, user }) => `${event} by ${user}`);
    await broker.definitions.import(JSON.stringify(definitions), { actor: { user: "guest" } });
    assert.deepEqual(told(), [
      "user.created by guest",
      "vhost.created by guest",
      "permission.created by guest",
      "permission.created by guest",
      "exchange.created by guest",
      "parameter.set by guest",
      "parameter.set by guest",
      "queue.created by guest",
      "binding.created by guest",
    ]);
    assert.equal(broker.node.topology.users.permission({ user: "guest", vhost: "v" })?.configure, ".*");
    await broker.importDefinitions(definitions);
    assert.deepEqual(told(), []);
    await broker.importDefinitions({ exchanges: [{ vhost: "v", name: "y", type: "fanout" }] });
    assert.deepEqual(told(), ["exchange.created by rmq-internal"]);
  });

  it("turns tracing of a virtual host on and off", async () => {
    const broker = newBroker();
    await broker.importDefinitions({ vhosts: [{ name: "v", tracing: true }] });
    assert.equal(broker.vhost("v").tracing, true);
    await broker.importDefinitions({ vhosts: [{ name: "v" }] });
    assert.equal(broker.vhost("v").tracing, true);
    await broker.importDefinitions({ vhosts: [{ name: "v", tracing: false }] });
    assert.equal(broker.vhost("v").tracing, false);
  });

  it("hashes passwords like the version that exported them", async () => {
    const broker = newBroker();
    const algorithmOf = async (rabbit_version: string) => {
      await broker.importDefinitions({ rabbit_version, users: [{ name: "u", password_hash: "", tags: "" }] });
      return broker.node.topology.users.users.get("u")!.hashingAlgorithm;
    };
    const [md5, sha256] = ["rabbit_password_hashing_md5", "rabbit_password_hashing_sha256"];
    assert.deepEqual([await algorithmOf("3.5.7"), await algorithmOf("3.6.0"), await algorithmOf("4.3.6")], [
      md5,
      sha256,
      sha256,
    ]);
  });

  it("can put everything into one virtual host, whichever the definitions name", async () => {
    const broker = newBroker();
    broker.vhost("v");
    const definitions = { users: [{ name: "u" }], queues: [{ name: "a" }, { vhost: "other", name: "b" }] };
    const { notices } = await broker.importDefinitions(definitions, { vhost: "v" });
    assert.deepEqual(notices, ["users: this section is not imported into a single virtual host"]);
    assert.deepEqual([...broker.node.vhosts.get("v")!.queues.keys()], ["a", "b"]);
    await assert.rejects(broker.importDefinitions({}, { vhost: "no" }), /^DefinitionsError: no vhost 'no'$/);
    await assert.rejects(broker.exportDefinitions("no"), /^DefinitionsError: no vhost 'no'$/);
  });
});

describe("exporting definitions", () => {
  it("leaves out exclusive queues with their bindings, and predeclared exchanges", async () => {
    const broker = newBroker({ eventExchange: { vhost: "/" } });
    const vhost = broker.node.vhosts.get("/")!;
    const own = vhost.declareQueue({ name: "own", durable: true, autoDelete: false, owner: {}, arguments: new Map() });
    vhost.bind(new Binding(vhost.exchange("amq.topic"), own, "", new Map()));
    broker.node.endTurn();
    const { queues, exchanges, bindings } = JSON.parse(await broker.exportDefinitions());
    assert.deepEqual([queues, exchanges, bindings], [[], [], []]);
  });

  it("names the product and the version of RabbitMQ that the broker behaves like", async () => {
    const broker = newBroker({ productName: "Ours", productVersion: "7", clusterName: "here" });
    const { rabbit_version, rabbitmq_version, product_name, product_version, ...more } = JSON.parse(
      await broker.exportDefinitions(),
    );
    assert.match(rabbit_version, /^4\.\d+\.\d+$/);
    assert.equal(rabbitmq_version, rabbit_version);
    assert.deepEqual([product_name, product_version], ["Ours", "7"]);
    assert.equal(more.rabbitmq_definition_format, "cluster");
    assert.equal(more.explanation, "Definitions of cluster 'here'");
  });

  it("writes bytes and voids as RabbitMQ does", async () => {
    const broker = newBroker();
    broker.vhost("/").queue("q", {
      arguments: { bytes: new Uint8Array([0xff, 0]), nothing: null, day: new Date(5000) },
    });
    const { queues: [queue] } = JSON.parse(await broker.exportDefinitions());
    assert.deepEqual(queue.arguments, {
      bytes: "Not UTF-8, base64 is: /wA=",
      nothing: null,
      day: 5,
      "x-queue-type": "classic",
    });
  });
});
