import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { FakeClock } from "../../fake_clock.ts";

/** Starts a broker in memory with a classic queue of waiting messages. */
function brokerWithQueue(count: number) {
  const clock = new FakeClock();
  const node = new Node({ clock, memoryHighWatermarkBytes: Infinity });
  const vhost = node.addVirtualHost("/");
  const properties = { durable: false, autoDelete: false, owner: null, arguments: fieldTable({}) };
  const queue = vhost.declareQueue({ name: "q", ...properties });
  for (let i = 0; i < count; i++) {
    queue.enqueue(node.messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, 0));
  }
  node.endTurn();
  return { clock, node, vhost, queue };
}

describe("a callback that a node calls later", () => {
  it("is a turn of its own", async () => {
    const { clock, node } = brokerWithQueue(0);
    const done: string[] = [];
    node.later(10, () => {
      done.push("callback");
      node.turn.addQueue({ finishTurn: () => done.push("end of the turn") });
    });
    await clock.advance(9);
    assert.deepEqual(done, []);
    await clock.advance(1);
    assert.deepEqual(done, ["callback", "end of the turn"]);
  });

  it("shortens a long queue to a new limit, without any other activity", async () => {
    const { clock, node, vhost, queue } = brokerWithQueue(10_000);
    vhost.policies.users.set({ name: "short", pattern: "", definition: { "max-length": 1 } });
    node.endTurn();
    assert.ok(queue.readyCount > 1, "one turn drops all messages at once");
    await clock.advance(20_000);
    assert.equal(queue.readyCount, 1);
    assert.equal(node.messages.count, 1);
    assert.equal(clock.timerCount, 0);
  });
});
