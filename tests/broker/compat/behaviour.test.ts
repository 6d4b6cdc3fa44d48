import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { Broker, type BrokerOptions } from "../../../src/embedding/broker.ts";
import { runtime } from "../../../src/runtime/current.ts";
import { fieldTable, plainTable } from "../../../src/wire/field_table.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { type Content, RawClient } from "../../raw_client.ts";

const closing: (() => unknown)[] = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

interface Opened {
  readonly broker: Broker;
  readonly address: { readonly host: string; readonly port: number };
  readonly client: RawClient;
}

async function open(options: BrokerOptions = {}): Promise<Opened> {
  const broker = new Broker(options);
  const listener = await runtime.listen({ host: "127.0.0.1", port: 0 }, (transport) => broker.accept(transport));
  closing.push(() => broker.close(), () => listener.close());
  const client = await RawClient.open(listener.address);
  closing.push(() => client.drop());
  return { broker, address: listener.address, client };
}

const QUORUM = { durable: true, arguments: fieldTable({ "x-queue-type": "quorum" }) };
const ANSWER = { 3.13: "3.13", 4.2: "4.2", 4.3: "4.3" } as const;
const VERSIONS = Object.values(ANSWER);

/** Adds a test for each version, with the expected result. */
function each<Found>(name: string, found: readonly [Found, Found, Found], test: (of: Opened) => Promise<Found>): void {
  for (const [at, compat] of VERSIONS.entries()) {
    it(`${name}: ${JSON.stringify(found[at])} with compat = ${compat}`, async () => {
      assert.deepEqual(await test(await open({ compat, frameMax: 0 })), found[at]);
    });
  }
}

const get = async (client: RawClient, queue: string): Promise<Content> => {
  client.send(1, "basic.get", { queue, noAck: false });
  return await client.receiveContent(1, "basic.get-ok");
};

describe("the behaviour of a version of RabbitMQ", () => {
  each("the version that clients are told", ["3.13.7", "4.2.0", "4.3.0"], async ({ address }) => {
    const client = await RawClient.connect(address);
    const { serverProperties } = await client.logIn();
    client.drop();
    return plainTable(serverProperties).version as string;
  });

  each("frame_max of 4096", ["opened", "refused", "refused"], async ({ address }) => {
    const opened = RawClient.open(address, { frameMax: 4096 });
    return await opened.then((client) => (client.drop(), "opened"), (error) => {
      assert.match(error.message, /negotiated frame_max = 4096 is lower than the minimum allowed value \(8192\)/);
      return "refused";
    });
  });

  each("a frame of over 4096 bytes in the handshake", ["refused", "taken", "taken"], async ({ address }) => {
    const opened = RawClient.open(address, { clientProperties: fieldTable({ comment: "x".repeat(4096) }) });
    return await opened.then((client) => (client.drop(), "taken"), () => "refused");
  });

  each("a message of 17 MiB", ["taken", "refused", "refused"], async ({ client }) => {
    client.publish(1, { routingKey: "none", mandatory: true, body: new Uint8Array(17 * 1024 * 1024) });
    const { name } = await client.receiveAny(1);
    return name === "basic.return" ? "taken" : "refused";
  });

  each("deaths that a client has published", [2, 1, 1], async ({ client }) => {
    await client.request(1, "queue.declare", { queue: "dead", durable: true });
    const dying = fieldTable({ "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead", "x-message-ttl": 0 });
    await client.request(1, "queue.declare", { queue: "dying", durable: true, arguments: dying });
    const death = { count: 3n, queue: "other", reason: "expired", exchange: "", "routing-keys": ["a"] };
    const forged = { count: "many", queue: "forged", reason: "expired" };
    client.publish(1, { routingKey: "dying", properties: { headers: fieldTable({ "x-death": [death, forged] }) } });
    await client.request(1, "basic.consume", { queue: "dead", noAck: true });
    const { properties } = await client.receiveContent(1, "basic.deliver");
    const deaths = properties.headers!.get("x-death");
    return deaths?.type === "A" ? deaths.value.length : 0;
  });

  each("deliveries of a message that basic.nack returns", ["no end", "21", "no end"], async ({ client }) => {
    await client.request(1, "queue.declare", { queue: "q", ...QUORUM });
    client.publish(1, { routingKey: "q" });
    for (let count = 1; count < 30; count++) {
      client.send(1, "basic.get", { queue: "q" });
      const { name } = await client.receiveAny(1);
      if (name === "basic.get-empty") return `${count - 1}`;
      client.send(1, "basic.nack", { deliveryTag: BigInt(count), requeue: true });
    }
    return "no end";
  });

  each("the order of priorities 3, 31, 6, none in a quorum queue", ["3 31 6 n", "31 6 3 n", "31 6 n 3"], async (of) => {
    const { client } = of;
    await client.request(1, "queue.declare", { queue: "q", ...QUORUM });
    for (const priority of [3, 31, 6, undefined]) {
      client.publish(1, { routingKey: "q", properties: { priority }, body: String(priority ?? "n") });
    }
    const bodies: string[] = [];
    for (let i = 0; i < 4; i++) bodies.push((await get(client, "q")).text);
    return bodies.join(" ");
  });

  each("deliveries to two consumers with a global prefetch of 1", [1, 1, 2], async ({ client }) => {
    await client.request(1, "queue.declare", { queue: "q", durable: true });
    await client.request(1, "basic.qos", { prefetchCount: 1, global: true });
    for (const consumerTag of ["a", "b"]) await client.request(1, "basic.consume", { queue: "q", consumerTag });
    for (let i = 0; i < 5; i++) client.publish(1, { routingKey: "q" });
    await client.request(2, "channel.open");
    return client.unread(1).filter((name) => name === "basic.deliver").length;
  });

  each("a transient queue that is not exclusive", ["declared", "declared", "refused"], async ({ client }) => {
    await client.request(1, "queue.declare", { queue: "own", exclusive: true });
    return await client.request(1, "queue.declare", { queue: "q" }).then(() => "declared", (error) => {
      assert.match(
        error.message,
        /replyCode: 541, replyText: "INTERNAL_ERROR - Feature `transient_nonexcl_queues` is /,
      );
      return "refused";
    });
  });

  each("a passive declaration without permissions", ["ok", "ok", "refused"], async ({ client, broker, address }) => {
    await client.request(1, "queue.declare", { queue: "q", durable: true });
    await broker.users.add({ name: "nobody", password: "secret" });
    await broker.users.permit("nobody", "/", { configure: "^$", write: "^$", read: "^$" });
    await using other = await RawClient.open(address, { user: "nobody", password: "secret" });
    other.send(1, "queue.declare", { queue: "q", passive: true });
    return (await other.receiveAny(1)).name === "queue.declare-ok" ? "ok" : "refused";
  });

  each("a mandatory reply to somebody who is gone", ["returned", "dropped", "dropped"], async ({ client }) => {
    await client.request(1, "confirm.select");
    const routingKey = `amq.rabbitmq.reply-to.${"x".repeat(22)}`;
    client.publish(1, { routingKey, mandatory: true });
    return (await client.receiveAny(1)).name === "basic.return" ? "returned" : "dropped";
  });

  for (
    const [compat, type, isClosed] of [
      ["3.13", "classic", true],
      ["4.2", "classic", true],
      ["4.3", "classic", false],
      ["4.3", "quorum", true],
    ] as const
  ) {
    it(`closes the channel ${isClosed ? "" : "not "}for a late acknowledgement to a ${type} queue with compat = ${compat}`, async () => {
      const clock = new FakeClock();
      const { client } = await open({ compat, clock, consumerTimeoutMs: 1000, channelTickIntervalMs: 1000 });
      const queueArguments = fieldTable({ "x-queue-type": type });
      await client.request(1, "queue.declare", { queue: "q", durable: true, arguments: queueArguments });
      await client.request(1, "basic.consume", { queue: "q" });
      client.publish(1, { routingKey: "q" });
      await client.receiveContent(1, "basic.deliver");
      for (let i = 0; i < 5; i++) await clock.advance(1000);
      client.send(1, "basic.qos", { prefetchCount: 1 });
      await settled();
      const { name } = await client.receiveAny(1);
      assert.equal(name, isClosed ? "channel.close" : "basic.qos-ok");
    });
  }
});

describe("a deprecated feature", () => {
  it("is permitted or denied whatever the version", async () => {
    const denied = await open({ deprecatedFeatures: { transient_nonexcl_queues: false } });
    denied.client.send(1, "queue.declare", { queue: "q" });
    assert.equal((await denied.client.receive(0, "connection.close")).replyCode, 541);
    const permitted = await open({ compat: "4.3", deprecatedFeatures: { transient_nonexcl_queues: true } });
    await permitted.client.request(1, "queue.declare", { queue: "q" });
  });
});

describe("a choice of the configuration", () => {
  it("lets a quorum queue be declared again as a classic one, if its other arguments agree", async () => {
    const { client } = await open({ relaxesQuorumRedeclaration: true });
    await client.request(1, "queue.declare", { queue: "q", ...QUORUM });
    const asClassic = (others = {}) => fieldTable({ "x-queue-type": "classic", "x-max-priority": 5, ...others });
    await client.request(1, "queue.declare", { queue: "q", durable: false, arguments: asClassic() });
    client.send(1, "queue.declare", { queue: "q", arguments: asClassic({ "x-max-length": 5 }) });
    assert.match((await client.receive(1, "channel.close")).replyText, /inequivalent arg 'x-max-length'/);
  });

  it("prevents declarations of a type", async () => {
    const { client, address } = await open({ disabledTypes: ["stream", "x-local-random"] });
    client.send(1, "exchange.declare", { exchange: "e", type: "x-local-random" });
    assert.match((await client.receive(1, "channel.close")).replyText, /unknown exchange type 'x-local-random'/);
    await using other = await RawClient.open(address);
    other.send(1, "queue.declare", { queue: "s", durable: true, arguments: fieldTable({ "x-queue-type": "stream" }) });
    assert.match(
      (await other.receive(0, "connection.close")).replyText,
      /Cannot declare a queue 's' .* of type 'stream'/,
    );
  });

  it("limits the runtime parameters of a component", async () => {
    const { broker } = await open({ parameterLimits: { shovel: 1 } });
    const { parameters } = broker.node;
    const set = (name: string, component = "shovel") => parameters.set({ vhost: "/", component, name, value: {} });
    set("a");
    set("a");
    assert.throws(() => set("b"), /component shovel is limited to 1/);
    set("b", "other");
  });
});
