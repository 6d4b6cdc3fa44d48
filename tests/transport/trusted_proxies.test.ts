import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TrustedProxies } from "../../src/transport/trusted_proxies.ts";

describe("trusted proxies", () => {
  it("are all where none are named", () => {
    assert.equal(new TrustedProxies().has("192.0.2.1"), true);
    assert.equal(new TrustedProxies([]).has("192.0.2.1"), false);
  });

  for (
    const [network, inside, outside] of [
      ["10.0.0.0/8", "10.255.0.1", "11.0.0.1"],
      ["192.0.2.128/25", "192.0.2.200", "192.0.2.127"],
      ["192.0.2.7", "192.0.2.7", "192.0.2.6"],
      ["0.0.0.0/0", "203.0.113.1", "2001:db8::1"],
      ["2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"],
      ["::1", "::1", "127.0.0.1"],
    ]
  ) {
    it(`in ${network} are ${inside}, and not ${outside} or a peer that is gone`, () => {
      const proxies = new TrustedProxies(["198.51.100.1", network]);
      assert.equal(proxies.has(inside), true);
      assert.equal(proxies.has(outside), false);
      assert.equal(proxies.has(""), false);
    });
  }

  it("are named by addresses and networks only", () => {
    const texts = ["10.0.0.0/33", "10.0.0.0/", "/8", "10.0.0/8", "::/129", "localhost", "10.0.0.0/8/8", ""];
    assert.deepEqual(texts.filter((text) => TrustedProxies.isNetwork(text)), []);
  });
});
