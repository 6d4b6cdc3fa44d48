import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HostNameLookUps } from "../../src/cli/host_names.ts";
import type { HostNames } from "../../src/transport/transport.ts";
import { ManualClock } from "../access/manual_clock.ts";
import { settled } from "../fake_clock.ts";

const WAIT_MS = 2000;
const REMEMBER_MS = 60_000;

/** Look-ups that a test answers. */
class Lookups {
  readonly clock = new ManualClock();
  /** Addresses that were asked for, in this order. */
  readonly asked: string[] = [];
  readonly #open = new Map<string, { resolve(name: string): void; reject(error: Error): void }>();
  readonly names = new HostNameLookUps({
    hostNameOf: (address) => {
      this.asked.push(address);
      return new Promise((resolve, reject) => this.#open.set(address, { resolve, reject }));
    },
    after: (delayMs, callback) => this.clock.after(delayMs, callback),
    now: () => this.clock.now(),
  });

  namesOf(peer: string, local?: string): Promise<HostNames> {
    const end = (host: string) => ({ host, port: 1 });
    return this.names.namesOf({ peer: end(peer), local: local === undefined ? undefined : end(local) });
  }

  /** Answers the look-up of an address; without a name it has none. */
  async answer(address: string, name?: string): Promise<void> {
    const { resolve, reject } = this.#open.get(address)!;
    if (name === undefined) reject(new Error("ENOTFOUND"));
    else resolve(name);
    await settled();
  }
}

describe("the names of a connection's ends", () => {
  it("are looked up, and remembered for a minute", async () => {
    const lookups = new Lookups();
    const names = lookups.namesOf("192.0.2.1", "::ffff:192.0.2.9");
    await lookups.answer("192.0.2.1", "carrot.example");
    await lookups.answer("192.0.2.9", "burrow.example");
    assert.deepEqual(await names, { peer: "carrot.example", local: "burrow.example" });
    assert.deepEqual(await lookups.namesOf("192.0.2.1"), { peer: "carrot.example", local: undefined });
    assert.deepEqual(lookups.asked, ["192.0.2.1", "192.0.2.9"]);
    assert.equal(lookups.clock.timerCount, 0);

    lookups.clock.advance(REMEMBER_MS);
    const again = lookups.namesOf("192.0.2.1");
    await lookups.answer("192.0.2.1", "beet.example");
    assert.equal((await again).peer, "beet.example");
  });

  it("are absent where there are none, which is remembered, too", async () => {
    const lookups = new Lookups();
    const names = lookups.namesOf("2001:db8::1");
    await lookups.answer("2001:db8::1");
    assert.deepEqual(await names, { peer: undefined, local: undefined });
    assert.equal((await lookups.namesOf("2001:db8::1")).peer, undefined);
    assert.equal(lookups.asked.length, 1);
    assert.deepEqual(await lookups.names.namesOf({}), { peer: undefined, local: undefined });
  });

  it("are not waited for longer than two seconds, and are there for the next connection", async () => {
    const lookups = new Lookups();
    const names = lookups.namesOf("192.0.2.1");
    await settled();
    lookups.clock.advance(WAIT_MS);
    assert.equal((await names).peer, undefined);
    await lookups.answer("192.0.2.1", "late.example");
    assert.equal((await lookups.namesOf("192.0.2.1")).peer, "late.example");
  });

  it("are looked up once for connections that come together, and two addresses at a time", async () => {
    const lookups = new Lookups();
    const all = ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"].map((host) => lookups.namesOf(host));
    assert.deepEqual(lookups.asked, ["192.0.2.1", "192.0.2.2"]);
    await lookups.answer("192.0.2.2", "b.example");
    assert.deepEqual(lookups.asked, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    await lookups.answer("192.0.2.3");
    await lookups.answer("192.0.2.1", "a.example");
    await lookups.answer("192.0.2.4", "d.example");
    const found = (await Promise.all(all)).map(({ peer }) => peer);
    assert.deepEqual(found, ["a.example", "a.example", "b.example", undefined, "d.example"]);
  });

  it("are not waited for when a thousand addresses wait already, and no more are remembered", async () => {
    const lookups = new Lookups();
    const address = (at: number) => `10.0.${at >> 8}.${at & 0xff}`;
    const waiting = Array.from({ length: 1002 }, (_, at) => lookups.namesOf(address(at)));
    assert.equal((await lookups.namesOf("192.0.2.1")).peer, undefined);
    for (let at = 0; at < waiting.length; at++) await lookups.answer(address(at), `n${at}.example`);
    assert.equal((await waiting[1001]).peer, "n1001.example");
    const asked = lookups.asked.length;
    assert.equal((await lookups.namesOf(address(1001))).peer, "n1001.example");
    assert.equal(lookups.asked.length, asked);
    void lookups.namesOf(address(0));
    assert.equal(lookups.asked.length, asked + 1);
  });

  it("are no addresses, and have only the characters of names, as their owners decide about them", async () => {
    for (const name of ["127.0.0.1", "127.1", "::1", "a b", "a\n", "<b>", "", ".", `${"a".repeat(250)}.example`]) {
      const lookups = new Lookups();
      const names = lookups.namesOf("192.0.2.1");
      await lookups.answer("192.0.2.1", name);
      assert.equal((await names).peer, undefined, name);
    }
  });
});
