import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ObjectAlarm } from "../../../src/store/durable_object/object_alarm.ts";
import type { DurableObjectStorage } from "../../../src/store/durable_object/storage.ts";

/** The part of a Durable Object's storage that alarms need. */
class AlarmStorage {
  readonly set: number[] = [];
  atMs: number | null = null;
  isFailing = false;

  getAlarm(): Promise<number | null> {
    return Promise.resolve(this.atMs);
  }

  setAlarm(atMs: number): Promise<void> {
    if (this.isFailing) return Promise.reject(new Error("as the test wants"));
    this.set.push(this.atMs = atMs);
    return Promise.resolve();
  }
}

const open = (storage: AlarmStorage) => ObjectAlarm.open(storage as unknown as DurableObjectStorage);
const FAR_MS = 1e15;

describe("the alarm of a Durable Object", () => {
  it("follows the first deadline when that becomes earlier", async () => {
    const storage = new AlarmStorage();
    const alarm = await open(storage);
    let dueAtMs = Infinity;
    alarm.follow(() => dueAtMs);
    assert.deepEqual(storage.set, []);
    for (dueAtMs of [FAR_MS, FAR_MS - 5, FAR_MS - 5, FAR_MS + 5]) alarm.arm();
    assert.deepEqual(storage.set, [FAR_MS, FAR_MS - 5]);
  });

  it("stays where an earlier process has set it, unless a deadline is before", async () => {
    const storage = new AlarmStorage();
    storage.atMs = FAR_MS;
    (await open(storage)).follow(() => FAR_MS + 1);
    assert.deepEqual(storage.set, []);
    (await open(storage)).follow(() => 5);
    assert.deepEqual(storage.set, [5]);
  });

  it("is set again after it has rung, a second later at the earliest", async () => {
    const storage = new AlarmStorage();
    const alarm = await open(storage);
    let dueAtMs = FAR_MS;
    alarm.follow(() => dueAtMs);
    await alarm.fired();
    assert.deepEqual(storage.set, [FAR_MS, FAR_MS]);
    dueAtMs = 5;
    const beforeMs = Date.now();
    await alarm.fired();
    assert.ok(storage.atMs! >= beforeMs + 1000);
    dueAtMs = Infinity;
    await alarm.fired();
    assert.equal(storage.set.length, 3);
  });

  it("is tried again when it could not be set", async () => {
    const storage = new AlarmStorage();
    const alarm = await open(storage);
    storage.isFailing = true;
    alarm.follow(() => FAR_MS);
    await new Promise((resolve) => setTimeout(resolve));
    storage.isFailing = false;
    alarm.arm();
    assert.deepEqual(storage.set, [FAR_MS]);
  });
});
