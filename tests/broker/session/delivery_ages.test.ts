import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DeliveryAges } from "../../../src/broker/session/delivery_ages.ts";

describe("the ages of deliveries", () => {
  it("are known from the notes behind them, and never too high", () => {
    const ages = new DeliveryAges();
    assert.equal(ages.lastOlderThan(0, 0), 0);
    ages.note(5, 1000, 0);
    ages.note(9, 2000, 0);
    assert.equal(ages.lastOlderThan(1000, 1999), 0);
    assert.equal(ages.lastOlderThan(1000, 2000), 5);
    assert.equal(ages.lastOlderThan(1000, 2999), 5);
    assert.equal(ages.lastOlderThan(1000, 3000), 9);
    assert.equal(ages.lastOlderThan(2500, 3000), 0);
  });

  it("are those of the first note, if nothing was delivered in between", () => {
    const ages = new DeliveryAges();
    ages.note(5, 1000, 0);
    ages.note(5, 2000, 0);
    assert.equal(ages.lastOlderThan(1000, 2000), 5);
  });

  it("need no more than one note in each gap", () => {
    const ages = new DeliveryAges();
    for (let i = 1; i <= 100; i++) ages.note(i, i * 10, 100);
    assert.equal(ages.lastOlderThan(0, 1000), 91);
    assert.equal(ages.lastOlderThan(990, 1000), 1);
    assert.equal(ages.lastOlderThan(980, 1000), 1);
    assert.equal(ages.lastOlderThan(890, 1000), 11);
  });

  it("are dropped for acknowledged deliveries", () => {
    const ages = new DeliveryAges();
    ages.note(5, 1000, 0);
    ages.note(9, 2000, 0);
    ages.forgetBefore(5);
    assert.equal(ages.lastOlderThan(1000, 2000), 5);
    ages.forgetBefore(6);
    assert.equal(ages.lastOlderThan(1000, 2000), 0);
    assert.equal(ages.lastOlderThan(1000, 3000), 9);
    ages.forgetBefore(Infinity);
    assert.equal(ages.lastOlderThan(0, 3000), 0);
  });
});
