import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Reading } from "../../../../src/broker/queue/paging/reading.ts";
import { settled } from "../../../fake_clock.ts";
import { TestHost } from "../host.ts";

describe("reading messages of a queue back", () => {
  it("is repeated a second after a failure, and messages read before that are delivered at once", async () => {
    const host = new TestHost();
    const done: string[] = [];
    const queue = {
      name: "q",
      whenRead: () => host.turn.addQueue({ finishTurn: () => done.push("served") }),
    };
    let attempts = 0;
    const readSome = () => ++attempts === 1 ? Promise.reject(new Error("misplaced")) : Promise.resolve();
    const reading = new Reading(queue, host, readSome, () => false);

    const isTried = reading.read();
    await settled();
    assert.deepEqual([done, reading.hasFailed], [["served"], true]);
    assert.deepEqual(host.reports, ["queue 'q' is held up, its messages can't be read: misplaced"]);
    assert.equal(reading.read(), isTried);

    await host.clock.advance(1000);
    await isTried;
    await reading.read();
    assert.deepEqual([attempts, reading.hasFailed, host.reports.length], [2, false, 1]);
  });
});
