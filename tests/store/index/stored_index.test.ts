import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MemoryBlocks } from "../../../src/store/blocks/memory_blocks.ts";
import { Gatherer } from "../../../src/store/index/gatherer.ts";
import { MemoryLog } from "../../../src/store/log/memory_log.ts";
import type { LogPosition } from "../../../src/store/log/position.ts";
import { MemoryStorage } from "../../../src/store/memory_storage.ts";
import { EMPTY_TABLE } from "../../../src/wire/field_table.ts";
import { StoredIndex } from "../../../src/store/index/stored_index.ts";
import { STORE_SIZES } from "../../../src/store/sizes.ts";
import { FakeClock } from "../../fake_clock.ts";
import { messageOf, TestStore } from "../test_store.ts";

const NOTHING = { durable: () => {}, readable: () => {}, pressure: () => {}, fenced: () => {} };

describe("an index", () => {
  it("takes no message at a position that its sequence has passed", async () => {
    const test = await TestStore.open();
    const { store } = test;
    test.declare(1);
    store.enqueue(messageOf("a"), [1], [5], 1);
    assert.throws(() => store.enqueue(messageOf("b"), [1], [5], 1), {
      name: "AssertionError",
      message: "position in sequence 1: expected at least 6, found 5",
    });
    store.enqueue(messageOf("c"), [1], [6], 1);
  });

  it("takes no batch of a log at a position that the log has passed", () => {
    const storage = new MemoryStorage();
    const log = new MemoryLog(storage, storage.takeOver());
    let tell = () => {};
    log.listen = ({ durable }) => tell = durable;
    log.append = (batch) => {
      log.durable = batch.position = 3 as LogPosition;
    };
    const nothing = () => {};
    const gatherer = new Gatherer({
      log,
      sizes: STORE_SIZES,
      after: () => nothing,
      onDurable: nothing,
      onFull: nothing,
      onPressure: nothing,
      onFenced: nothing,
    }, []);
    for (const isRight of [true, false]) {
      gatherer.reserve(8).length += 8;
      gatherer.commit(true);
      if (isRight) tell();
      else assert.throws(tell, { message: "position of a batch in the log: expected at least 4, found 3" });
    }
  });

  it("has in memory what it has in files", async () => {
    const storage = new MemoryStorage();
    const clock = new FakeClock();
    const open = () => {
      const epoch = storage.takeOver();
      const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
      return StoredIndex.open({ log: new MemoryLog(storage, epoch), blocks: new MemoryBlocks(storage, epoch), after });
    };
    const store = await open();
    store.listen(NOTHING);
    store.append({
      type: "queue.declared",
      vhost: "/",
      queue: "q",
      queueId: 1,
      autoDelete: false,
      arguments: EMPTY_TABLE,
    });
    for (let position = 0; position < 100; position++) store.enqueue(messageOf(`${position}`), [1], [position], 1);
    store.settle(1, 0, 40);
    await store.close();
    const again = await open();
    assert.deepEqual(again.recovered.queues.map(({ count, nextPosition }) => [count, nextPosition]), [[60, 100]]);
    const block = (await again.read(1, 0))!;
    for (let position = 40; position < 100; position++) {
      assert.equal(block.next(), true);
      assert.equal(block.position, position);
    }
    assert.equal(block.next(), false);
  });
});
