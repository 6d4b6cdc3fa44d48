import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  acquiredIn,
  counted,
  type DeliveryCount,
  deliveryLimitOf,
  failedIn,
} from "../../../../src/broker/queue/rules/delivery_limit.ts";

const both = (count: DeliveryCount) => [acquiredIn(count), failedIn(count)];

describe("the count of a message's returns", () => {
  it("includes the number of those for which a consumer had failed", () => {
    let count: DeliveryCount = 0;
    for (const hasFailed of [true, false, false, true, true]) count = counted(count, hasFailed);
    assert.deepEqual(both(count), [5, 3]);
  });

  it("is a number that rises each time and fits into 32 bits, whatever it has counted", () => {
    let count: DeliveryCount = 0;
    for (let time = 1; time < 0xffff; time++) {
      const next = counted(count, time % 2 === 0);
      assert.ok(next > count && next < 2 ** 32);
      count = next;
    }
  });

  it("is at most 65535 for each", () => {
    let count: DeliveryCount = 0;
    for (let time = 0; time < 70_000; time++) count = counted(count, true);
    assert.deepEqual(both(count), [0xffff, 0xffff]);
  });
});

describe("the delivery limit", () => {
  it("is the default one, or none, when it is not a number", () => {
    for (const asked of [undefined, "many", NaN]) {
      assert.equal(deliveryLimitOf(asked, 20), 20);
      assert.equal(deliveryLimitOf(asked), 0xffff);
    }
  });

  it("is above all counts when it is negative, or higher than these", () => {
    assert.deepEqual([deliveryLimitOf(-1), deliveryLimitOf(1e9), deliveryLimitOf(0)], [0xffff, 0xffff, 0]);
  });
});
