import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { LogExchange } from "../../../src/broker/tracing/log_exchange.ts";

const line = (text: string) => ({ level: "info", timeMs: 1000, text, contentType: "text/plain" });

describe("LogExchange", () => {
  it("drops lines above a mebibyte, counts them, and publishes the others in one turn", async () => {
    await using broker = new Broker();
    const log = new LogExchange(broker.node, "/");
    assert.equal(log.declare(), true);
    const queue = await broker.vhost("/").queue("lines");
    assert.equal(log.publish(line("nobody has bound a queue")), 0);
    await queue.bind("amq.rabbitmq.log", "#");
    const large = "x".repeat(300 * 1024);
    const dropped = Array.from({ length: 5 }, () => log.publish(line(large)));
    assert.deepEqual(dropped, [0, 0, 0, 0, 0], "three are taken, and two are dropped");
    log.flush();
    assert.equal(log.publish(line("the next one")), 2, "is told how many");
    log.flush();
    assert.equal(broker.node.vhosts.get("/")!.queues.get("lines")!.readyCount, 4);
    broker.node.checkBetweenTurns();
  });

  it("publishes nothing that is logged while it publishes", async () => {
    await using broker = new Broker();
    const log = new LogExchange(broker.node, "/");
    log.declare();
    const queue = await broker.vhost("/").queue("lines");
    await queue.bind("amq.rabbitmq.log", "#");
    const { endTurn } = broker.node;
    let ends = 0;
    broker.node.endTurn = function () {
      ends++;
      log.publish(line("about publishing"));
      endTurn.call(this);
    };
    log.publish(line("first"));
    log.flush();
    broker.node.endTurn = endTurn;
    assert.equal(ends, 1);
    log.flush();
    assert.equal(broker.node.vhosts.get("/")!.queues.get("lines")!.readyCount, 1);
  });

  it("says when its virtual host does not exist", async () => {
    await using broker = new Broker();
    assert.equal(new LogExchange(broker.node, "none").declare(), false);
  });
});
