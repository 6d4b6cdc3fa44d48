import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settled } from "../fake_clock.ts";
import { FaultyFiles } from "./faulty_files.ts";
import { seededRandom } from "./seeded_random.ts";
import { SMALL, TestStore } from "./test_store.ts";

const QUEUE = 1;

describe("merging segments", () => {
  it("lets the journal go on when all its files became full in the meantime", async () => {
    // A disk on which reads of a segment, as merging makes them, have to wait.
    let isRead = false;
    const held: (() => void)[] = [];
    const files = new FaultyFiles({
      random: seededRandom(1),
      delay: (callback) => isRead ? held.push(callback) : queueMicrotask(callback),
    });
    files.failure = ({ type, name }) => {
      isRead = type === "read" && name.startsWith("segment-");
      return undefined;
    };
    const store = await TestStore.open(files, SMALL);
    store.declare(QUEUE);
    const body = new Uint8Array(2000);
    for (let i = 0; i < 100; i++) {
      store.enqueue(QUEUE, body);
      await store.flush();
    }
    // Most of each segment dies.
    for (let position = 0; position < 80; position++) if (position % 4 !== 0) store.store.settle(QUEUE, position, 1);
    while (held.length === 0) {
      store.enqueue(QUEUE, body);
      await store.flush();
    }

    for (let i = 0; i < 200; i++) store.enqueue(QUEUE, body);
    store.store.commit(true);
    for (let i = 0; i < 100; i++) await settled();
    assert.ok(store.store.durable < store.store.appended, "the journal is full");
    files.failure = () => {
      isRead = false;
      return undefined;
    };
    for (const callback of held) callback();
    for (let i = 0; i < 300; i++) await settled();
    assert.equal(store.store.durable, store.store.appended);
    await store.store.close();
  });
});
