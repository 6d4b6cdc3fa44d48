import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Node } from "../../../src/broker/node/node.ts";
import { EMPTY_TABLE } from "../../../src/wire/field_table.ts";
import { FakeClock } from "../../fake_clock.ts";

const newVhost = () => {
  const node = new Node({ clock: new FakeClock(), memoryHighWatermarkBytes: Infinity });
  return node.vhosts.get("/")!;
};
const ALICE = { user: "alice" };

describe("the user who declared a thing", () => {
  it("is kept for exchanges, and for queues of all types", () => {
    const vhost = newVhost();
    const exchange = { name: "x", type: "fanout", durable: true, autoDelete: false, internal: false };
    assert.equal(vhost.declareExchange({ ...exchange, arguments: EMPTY_TABLE }, ALICE).declaredBy, "alice");
    for (const type of ["classic", "quorum", "stream"]) {
      const queueArguments = new Map([["x-queue-type", { type: "S", value: type } as const]]);
      const queue = { name: type, durable: true, autoDelete: false, owner: null, arguments: queueArguments };
      assert.equal(vhost.declareQueue(queue, ALICE).declaredBy, "alice", type);
    }
  });

  it("is kept for what does not outlive the process", () => {
    const vhost = newVhost();
    const exchange = { name: "x", type: "fanout", durable: false, autoDelete: true, internal: false };
    assert.equal(vhost.declareExchange({ ...exchange, arguments: EMPTY_TABLE }, ALICE).declaredBy, "alice");
    const queue = { name: "q", durable: false, autoDelete: true, owner: {}, arguments: EMPTY_TABLE };
    assert.equal(vhost.declareQueue(queue, ALICE).declaredBy, "alice");
  });

  it("is the broker for what nobody has requested", () => {
    const vhost = newVhost();
    assert.equal(vhost.exchanges.get("amq.topic")!.declaredBy, "rmq-internal");
    const queue = { name: "q", durable: true, autoDelete: false, owner: null, arguments: EMPTY_TABLE };
    assert.equal(vhost.declareQueue(queue).declaredBy, "rmq-internal");
  });
});
