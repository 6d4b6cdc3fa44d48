import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SELECTED_MAX, Selections, SELECTIONS_MAX, UNUSED_MAX_MS } from "../../../src/http/listing/selections.ts";
import { FakeClock } from "../../fake_clock.ts";

class Asked {
  readonly clock = new FakeClock();
  readonly selections = new Selections(this.clock);
  count = 3;
  made = 0;

  /** Returns how many selections were made when the one was that is answered. */
  async select(key = "queues", scope: readonly unknown[] = []): Promise<number> {
    const make = async () => {
      const items = new Array<number>(this.count).fill(++this.made);
      await Promise.resolve();
      return { items, totalCount: this.count };
    };
    return (await this.selections.select({ key, scope, make })).items[0];
  }
}

describe("a selection of objects for pages", () => {
  it("is made once for a scope", async () => {
    const asked = new Asked();
    const vhost = {};
    assert.deepEqual([await asked.select("queues", [vhost, 1]), await asked.select("queues", [vhost, 1])], [1, 1]);
    assert.equal(await asked.select("queues", [vhost, 2]), 2);
    assert.equal(await asked.select("queues", [vhost, 2, {}, 1]), 3);
    assert.equal(await asked.select("by name", [vhost, 2]), 4);
  });

  it("is never that of another scope, when two are made at once", async () => {
    const asked = new Asked();
    assert.deepEqual(await Promise.all([asked.select("queues", [1]), asked.select("queues", [2])]), [1, 2]);
    assert.deepEqual([await asked.select("queues", [2]), await asked.select("queues", [1])], [2, 3]);
    assert.equal(asked.clock.timerCount, 1);
  });

  it("is forgotten a minute after its last use", async () => {
    const asked = new Asked();
    await asked.select();
    await asked.clock.advance(UNUSED_MAX_MS - 1);
    assert.equal(await asked.select(), 1);
    await asked.clock.advance(UNUSED_MAX_MS - 1);
    assert.equal(await asked.select(), 1);
    await asked.clock.advance(UNUSED_MAX_MS);
    assert.equal(await asked.select(), 2);
    asked.selections.close();
    assert.equal(asked.clock.timerCount, 0);
    assert.equal(await asked.select(), 3);
  });

  it("is not kept when it is too long", async () => {
    const asked = new Asked();
    asked.count = SELECTED_MAX + 1;
    assert.deepEqual([await asked.select(), await asked.select()], [1, 2]);
  });

  it("takes the place of the oldest when there are too many", async () => {
    const asked = new Asked();
    for (let index = 0; index <= SELECTIONS_MAX; index++) await asked.select(`${index}`);
    assert.equal(await asked.select("1"), 2);
    assert.equal(await asked.select("0"), SELECTIONS_MAX + 2);
  });
});
