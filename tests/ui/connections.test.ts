import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeClient, hostAndPort, isHeaderText } from "../../ui/pages/connections/client_properties.ts";

describe("what a client says of itself", () => {
  it("is its library with version and platform, and the capabilities that it has", () => {
    const { product, capabilities, others } = describeClient({
      product: "Pika Python Client Library",
      version: "1.3.2",
      platform: "Python 3.11",
      capabilities: { "basic.nack": true, "consumer_cancel_notify": false },
    });
    assert.equal(product, "Pika Python Client Library 1.3.2 Python 3.11");
    assert.deepEqual(capabilities, ["basic.nack"]);
    assert.deepEqual(Object.keys(others), ["product", "version", "platform"]);
  });

  it("may be anything", () => {
    assert.deepEqual(describeClient({ product: 1, capabilities: ["a"] }).capabilities, []);
    assert.equal(describeClient({ product: 1 }).product, "");
  });
});

describe("the address of a client", () => {
  it("has brackets round an address of IPv6", () => {
    assert.equal(hostAndPort("127.0.0.1", 5672), "127.0.0.1:5672");
    assert.equal(hostAndPort("::1", 5672), "[::1]:5672");
  });

  it("is absent for a client in the broker's process", () => {
    assert.equal(hostAndPort(null, null), undefined);
  });
});

describe("the reason for closing a connection", () => {
  it("is what a header of HTTP can carry", () => {
    assert.equal(isHeaderText("maintenance at 12:00 (UTC)"), true);
    assert.equal(isHeaderText("обслуживание"), false);
    assert.equal(isHeaderText("two\nlines"), false);
  });
});
