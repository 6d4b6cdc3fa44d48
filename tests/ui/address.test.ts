import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { matchPath, readAddress, writeAddress } from "../../ui/router/address.ts";

describe("an address within the page", () => {
  it("is RabbitMQ's", () => {
    assert.deepEqual(readAddress("#/queues/%2F/orders"), { path: ["queues", "/", "orders"], query: {} });
    assert.equal(writeAddress(["queues", "/", "orders"]), "#/queues/%2F/orders");
    assert.deepEqual(readAddress(""), { path: [], query: {} });
    assert.equal(writeAddress([]), "#/");
  });

  it("has the settings of a list", () => {
    const address = "#/queues?sort=messages&name=a%26b";
    assert.deepEqual(readAddress(address), { path: ["queues"], query: { sort: "messages", name: "a&b" } });
    assert.equal(writeAddress(["queues"], { sort: "messages", name: "a&b", page: undefined, vhost: "" }), address);
  });

  it("is read as it was written", () => {
    const name = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(fc.property(fc.array(name), fc.dictionary(name, name), (path, query) => {
      const read = readAddress(writeAddress(path, query));
      assert.deepEqual(read.path, path);
      assert.deepEqual({ ...read.query }, { ...query });
    }));
  });

  it("may have a percent sign that stands for itself", () => {
    assert.deepEqual(readAddress("#/queues/%2F/100%").path, ["queues", "/", "100%"]);
  });

  it("is matched with the path of a page", () => {
    assert.deepEqual(matchPath("queues/:vhost/:name", ["queues", "/", "a"]), { vhost: "/", name: "a" });
    assert.equal(matchPath("queues/:vhost/:name", ["queues", "/"]), undefined);
    assert.equal(matchPath("queues", ["users"]), undefined);
    assert.deepEqual(matchPath("", []), {});
  });
});
