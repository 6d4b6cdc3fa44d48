import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteReader } from "../../../src/wire/byte_reader.ts";
import { ByteWriter } from "../../../src/wire/byte_writer.ts";
import { bytesOf } from "../../../src/wire/copy.ts";
import { RouteCache } from "../../../src/broker/session/route_cache.ts";

function address(exchange: string, routingKey: string): Uint8Array {
  const writer = new ByteWriter();
  writer.shortstr(exchange);
  writer.shortstr(routingKey);
  return writer.written().slice();
}

const get = (cache: RouteCache, bytes: Uint8Array) => cache.get(bytes, 0, bytes.length);

describe("a channel's route cache", () => {
  it("returns the same route for the same bytes, wherever they lie", () => {
    const cache = new RouteCache();
    const bytes = address("exchange", "key");
    const route = get(cache, bytes);
    const elsewhere = new Uint8Array(bytes.length + 20);
    elsewhere.set(bytes, 7);
    assert.equal(cache.get(elsewhere, 7, bytes.length), route);
    elsewhere.fill(0);
    assert.deepEqual(bytesOf(route.address), bytes);
  });

  it("keeps the bytes of an address in memory of its own, also those of a Buffer", () => {
    const bytes = Buffer.concat([new Uint8Array(9), address("exchange", "key")]);
    const route = new RouteCache().get(bytes, 9, bytes.length - 9);
    bytes.fill(0);
    assert.deepEqual(bytesOf(route.address), address("exchange", "key"));
  });

  it("tells two addresses apart whose joined strings are equal", () => {
    const cache = new RouteCache();
    const [first, second, third] = [address("ab", "c"), address("a", "bc"), address("", "abc")].map((a) =>
      get(cache, a)
    );
    assert.equal(new Set([first, second, third]).size, 3);
  });

  it("never returns the route of another address, however many there are", () => {
    // There are more addresses than slots, so that many share one.
    const name = fc.integer({ min: 0, max: 900 }).map((n) => address(`exchange-${n % 3}`, `key-${n}`));
    fc.assert(fc.property(fc.array(name, { minLength: 1, maxLength: 600, size: "max" }), (addresses) => {
      const cache = new RouteCache();
      for (const bytes of addresses) {
        const route = get(cache, bytes);
        const reader = new ByteReader(bytes);
        const text = `${reader.shortstr()} ${reader.shortstr()}`;
        if (route.version === -1) {
          route.version = 1;
          route.routingKey = text;
        }
        assert.equal(route.routingKey, text);
        assert.deepEqual(bytesOf(route.address), bytes);
      }
    }));
  });

  it("remembers the few addresses that a channel alternates between", () => {
    const cache = new RouteCache();
    const addresses = Array.from({ length: 8 }, (_, i) => address("exchange", `key-${i}`));
    get(cache, address("", "first"));
    const routes = addresses.map((bytes) => get(cache, bytes));
    const again = addresses.map((bytes) => get(cache, bytes));
    assert.ok(again.filter((route, i) => route === routes[i]).length >= 7, "more than one was forgotten");
  });
});
