import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FailedLogins, networkOf } from "../../src/access/failed_logins.ts";
import { settled } from "../fake_clock.ts";
import { ManualClock } from "./manual_clock.ts";

const refusal = { refused: "invalid credentials" };
const peerAt = (host: string) => ({ isLoopback: false, host });

/** Returns the milliseconds until a failure of a peer is answered. */
async function delayOf(failed: FailedLogins, clock: ManualClock, host: string): Promise<number> {
  const answer = failed.refuse(peerAt(host), refusal);
  if (!(answer instanceof Promise)) return 0;
  let isAnswered = false;
  answer.then(() => isAnswered = true);
  for (let waitedMs = 0;; waitedMs += 100) {
    await settled();
    if (isAnswered) return waitedMs;
    clock.advance(100);
  }
}

describe("failed logins", () => {
  it("of a peer are answered later and later, up to two seconds", async () => {
    const clock = new ManualClock();
    const failed = new FailedLogins(clock);
    const delays = [];
    for (let i = 0; i < 12; i++) delays.push(await delayOf(failed, clock, "192.0.2.1"));
    assert.deepEqual(delays, [0, 0, 0, 0, 0, 100, 200, 400, 800, 1600, 2000, 2000]);
    assert.equal(await delayOf(failed, clock, "192.0.2.2"), 0);
  });

  it("are forgotten one by one as time passes", async () => {
    const clock = new ManualClock();
    const failed = new FailedLogins(clock);
    for (let i = 0; i < 8; i++) await delayOf(failed, clock, "192.0.2.1");
    clock.advance(30_000);
    assert.equal(await delayOf(failed, clock, "192.0.2.1"), 100);
    clock.advance(3_600_000);
    assert.equal(await delayOf(failed, clock, "192.0.2.1"), 0);
  });

  it("may wait a hundred at a time, and then only this peer is refused at once", async () => {
    const clock = new ManualClock();
    const failed = new FailedLogins(clock);
    const answers = Array.from({ length: 105 }, () => failed.refuse(peerAt("192.0.2.1"), refusal));
    assert.deepEqual(failed.check(peerAt("192.0.2.1")), { refused: "too many failed logins from this peer" });
    assert.equal(failed.check(peerAt("192.0.2.2")), undefined);
    assert.equal(clock.timerCount, 100);
    clock.advance(2000);
    assert.deepEqual(await Promise.all(answers), Array(105).fill(refusal));
    assert.equal(failed.check(peerAt("192.0.2.1")), undefined);
  });

  it("inside the process are answered at once", () => {
    const failed = new FailedLogins(new ManualClock());
    for (let i = 0; i < 1000; i++) assert.equal(failed.refuse({ isLoopback: true }, refusal), refusal);
    assert.equal(failed.size, 0);
  });

  it("are kept for a bounded number of peers, and dropped for the one that failed first", async () => {
    const clock = new ManualClock();
    const failed = new FailedLogins(clock, 10);
    for (let i = 0; i < 5; i++) failed.refuse(peerAt("192.0.2.1"), refusal);
    for (let i = 0; i < 9; i++) failed.refuse(peerAt(`198.51.100.${i}`), refusal);
    assert.equal(await delayOf(failed, clock, "192.0.2.1"), 100);
    for (let i = 0; i < 10; i++) failed.refuse(peerAt(`203.0.113.${i}`), refusal);
    assert.equal(failed.size, 10);
    assert.equal(await delayOf(failed, clock, "192.0.2.1"), 0);
  });

  it("count for all addresses of an IPv6 network, which belong to one peer", () => {
    for (const host of ["2001:db8:0:1::1", "2001:DB8:0:1:ffff:ffff:ffff:ffff", "2001:0db8::1:0:0:0:2"]) {
      assert.equal(networkOf(host), "2001:db8:0:1");
    }
    assert.equal(networkOf("2001:db8:0:2::1"), "2001:db8:0:2");
    assert.equal(networkOf("::1"), "0:0:0:0");
    assert.equal(networkOf("fe80::1%eth0"), "fe80:0:0:0");
    assert.equal(networkOf("::ffff:192.0.2.1"), "192.0.2.1");
    assert.equal(networkOf("192.0.2.1"), "192.0.2.1");
  });
});
