import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DurableObjectStorage } from "../../src/store/durable_object/storage.ts";
import { LOG_START } from "../../src/store/log/position.ts";
import { TestLog } from "../store/log/test_log.ts";
import { DurableObjectLogPlace } from "./durable_object_places.ts";

/** Tests of what is special about a log in a Durable Object. */
export function describeDurableObjectLog(storage: DurableObjectStorage): void {
  describe("a log in a Durable Object", () => {
    it("is durable only once the storage has synced, and one sync serves several batches", async () => {
      const place = new DurableObjectLogPlace(storage, 1);
      const test = await TestLog.open(place, LOG_START);
      const { durable } = test.log;
      for (let number = 0; number < 3; number++) test.append(number, 50);
      for (let step = 0; step < 100; step++) await undefined;
      assert.equal(storage.sql.exec("SELECT position FROM haremq_log").toArray().length, 1);
      assert.deepEqual([test.log.durable, test.durableCount], [durable, 0]);
      await test.settle();
      assert.deepEqual([test.durable.length, test.durableCount], [3, 2]);
    });

    it("refuses tables of another format", async () => {
      const place = new DurableObjectLogPlace(storage, 2);
      await place.open();
      storage.sql.exec("UPDATE haremq_owner SET format = 2");
      await assert.rejects(place.open(), { name: "StoreError", message: /has format 2, and this is a program for/ });
      storage.sql.exec("UPDATE haremq_owner SET format = 1");
    });
  });
}
