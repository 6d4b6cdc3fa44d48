import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Messages } from "../../../src/broker/message/messages.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { Turn } from "../../../src/broker/turn/turn.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";

describe("a turn", () => {
  it("has queues deliver first and outputs written then, and what these set going too", () => {
    const done: string[] = [];
    const turn = new Turn(new Messages(), () => {});
    const deferred = (name: string, then: () => void = () => {}) => ({ finishTurn: () => (done.push(name), then()) });
    turn.addOutput(deferred("output", () => turn.addQueue(deferred("queue that found room"))));
    turn.addQueue(deferred("queue", () => turn.addOutput(deferred("output that was delivered to"))));
    turn.end();
    assert.deepEqual(done, ["queue", "output", "output that was delivered to", "queue that found room"]);
    turn.end();
    assert.equal(done.length, 4);
  });

  it("is ended once, when what it does ends it again", () => {
    let calls = 0;
    const turn = new Turn(new Messages(), () => {});
    turn.addQueue({ finishTurn: () => (calls++, turn.end()) });
    turn.end();
    assert.equal(calls, 1);
  });

  it("goes on after one of its queues has failed", () => {
    const turn = new Turn(new Messages(), () => {});
    turn.addQueue({
      finishTurn: () => {
        throw new Error("a bug");
      },
    });
    assert.throws(() => turn.end(), /a bug/);
    let calls = 0;
    turn.addQueue({ finishTurn: () => calls++ });
    turn.end();
    assert.equal(calls, 1);
  });
});

describe("a turn of a node", () => {
  it("has one time and one commit, though what it does at its end ends it again", () => {
    const clock = new FakeClock();
    const store = new SlowStore();
    let commits = 0;
    store.commit = () => commits++;
    const node = new Node({ clock, store, memoryHighWatermarkBytes: Infinity });
    commits = 0;
    const seen: unknown[] = [];
    node.turn.addQueue({
      finishTurn: () => {
        seen.push(node.timeMs);
        clock.sleep(5);
        node.endTurn();
        seen.push(node.timeMs, commits);
      },
    });
    node.endTurn();
    assert.deepEqual(seen, [clock.time() - 5, clock.time() - 5, 0]);
    assert.deepEqual([node.timeMs, commits], [clock.time(), 1]);
  });
});

describe("a memory alarm", () => {
  it("ends when compaction has freed enough, though nobody does anything any more", async () => {
    const clock = new FakeClock();
    const node = new Node({ clock, memoryHighWatermarkBytes: 24 * 1024 * 1024 });
    const { messages } = node;
    const header = new Uint8Array(14);
    const all: number[] = [];
    for (let i = 0; i < 60_000; i++) {
      const message = messages.create(Uint8Array.of(0, 0), header, 0, header.length, 1000);
      messages.write(message, 0, header, 0, header.length);
      all.push(message);
    }
    assert.equal(node.blockedReason, "low on memory");
    let isUnblocked = false;
    node.whenUnblocked().then(() => isUnblocked = true);
    all.forEach((message, index) => {
      if (index % 100 !== 0) messages.release(message);
    });
    node.endTurn();
    await settled();
    assert.equal(isUnblocked, false);
    await clock.advance(1);
    assert.equal(node.blockedReason, undefined);
    assert.equal(isUnblocked, true);
    assert.equal(clock.timerCount, 0);
  });
});
