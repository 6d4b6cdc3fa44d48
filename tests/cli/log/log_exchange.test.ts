import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { configOf } from "../../config/read_conf.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";
import { RawClient } from "../../raw_client.ts";

const EXCHANGE = "amq.rabbitmq.log";

const brokers: BrokerUnderTest[] = [];
after(async () => {
  for (const broker of brokers) await broker.close();
});

async function start(conf: string): Promise<BrokerUnderTest> {
  const config = { ...configOf(`log.console = false\nlog.file.level = none\n${conf}`), nodeName: "rabbit@here" };
  const broker = await startBrokerUnderTest({ logLevel: undefined, config });
  brokers.push(broker);
  return broker;
}

/** Opens a client that consumes the lines of the log of these levels. */
async function listen(broker: BrokerUnderTest, ...levels: string[]): Promise<RawClient> {
  const client = await RawClient.open(broker);
  const { queue } = await client.request(1, "queue.declare", { exclusive: true });
  for (const routingKey of levels) await client.request(1, "queue.bind", { queue, exchange: EXCHANGE, routingKey });
  await client.request(1, "basic.consume", { queue, noAck: true });
  return client;
}

/** Logs an error: a channel that is closed. */
async function failChannel(broker: BrokerUnderTest, queue: string): Promise<void> {
  await using client = await RawClient.open(broker);
  client.send(1, "queue.declare", { queue, passive: true });
  await client.receive(1, "channel.close");
}

describe("the log's exchange", () => {
  it("gets the lines, with their level as routing key", async () => {
    const broker = await start("log.exchange = true\n");
    await using client = await listen(broker, "error", "info");
    await using _other = await RawClient.open(broker);
    const { method, properties, text } = await client.receiveContent(1, "basic.deliver");
    assert.deepEqual([method.exchange, method.routingKey], [EXCHANGE, "info"]);
    const { timestamp, ...others } = properties;
    assert.deepEqual(others, { contentType: "text/plain", headers: fieldTable({ node: "rabbit@here" }) });
    assert.ok(Math.abs(Number(timestamp) - Date.now() / 1000) < 60);
    assert.match(text, /^\d{4}-\d\d-\d\d \S+ \[info\] <0\.\d+\.0> accepting AMQP connection \S+ -> \S+\n$/);
    await failChannel(broker, "none");
    for (;;) {
      const { method, text } = await client.receiveContent(1, "basic.deliver");
      if (method.routingKey !== "error") continue;
      assert.match(text, /no queue 'none' in vhost '\/'\n$/);
      break;
    }
    broker.embedded!.node.checkBetweenTurns();
  });

  it("has a level and a format of its own, and is in the default virtual host", async () => {
    const broker = await start(
      "log.exchange = true\nlog.exchange.level = error\nlog.exchange.formatter = json\ndefault_vhost = main\n",
    );
    const exchanges = [...broker.embedded!.node.vhosts.get("main")!.exchanges.values()];
    const { type, isInternal, isDurable } = exchanges.find(({ name }) => name === EXCHANGE)!;
    assert.deepEqual([type, isInternal, isDurable], ["topic", true, true]);
    await using client = await RawClient.open(broker, { virtualHost: "main" });
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    await client.request(1, "queue.bind", { queue, exchange: EXCHANGE, routingKey: "#" });
    await client.request(1, "basic.consume", { queue, noAck: true });
    await using failing = await RawClient.open(broker, { virtualHost: "main" });
    failing.send(1, "queue.declare", { queue: "none", passive: true });
    const { method, properties, text } = await client.receiveContent(1, "basic.deliver");
    assert.deepEqual([method.routingKey, properties.contentType], ["error", "application/json"]);
    const { level, msg } = JSON.parse(text);
    assert.equal(level, "error");
    assert.match(msg, /no queue 'none' in vhost 'main'$/);
  });

  it("is not there unless it is asked for", async () => {
    const broker = await start("");
    assert.equal(broker.embedded!.node.vhosts.get("/")!.exchanges.has(EXCHANGE), false);
  });
});
