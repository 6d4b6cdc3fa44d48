import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Messages } from "../../../src/broker/message/messages.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { Turn } from "../../../src/broker/turn/turn.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";

describe("a turn", () => {
  it("makes queues deliver first, then outputs write, and then what these cause", () => {
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

  it("is ended once, even if its end calls the end again", () => {
    let calls = 0;
    const turn = new Turn(new Messages(), () => {});
    turn.addQueue({ finishTurn: () => (calls++, turn.end()) });
    turn.end();
    assert.equal(calls, 1);
  });

  it("continues after one of its queues has failed", () => {
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
  it("has one time and one commit, even if its end calls the end again", () => {
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
