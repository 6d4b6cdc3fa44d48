import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expandTopicPermission, PermissionPatterns } from "../../src/access/permission_patterns.ts";

describe("a pattern of a permission", () => {
  const patterns = new PermissionPatterns();

  it("permits a name in which it matches anywhere", () => {
    for (const name of ["orders", "my-orders-2"]) assert.equal(patterns.permits("orders", name), true);
    assert.equal(patterns.permits("orders", "order"), false);
    assert.equal(patterns.permits("^(amq\\.default|orders)$", "amq.default"), true);
    assert.equal(patterns.permits("^(amq\\.default|orders)$", "amqxdefault"), false);
  });

  it("permits the empty name alone when it is empty", () => {
    assert.equal(patterns.permits("", ""), true);
    assert.equal(patterns.permits("", "a"), false);
  });

  it("permits nothing when it is invalid", () => {
    for (const pattern of ["(", "[", "a{2,1}", "(a)\\1"]) {
      for (const name of ["", "a", pattern]) assert.equal(patterns.permits(pattern, name), false);
    }
  });

  it("matches names byte by byte, as RabbitMQ does", () => {
    assert.equal(patterns.permits("^.$", "é"), false);
    assert.equal(patterns.permits("^..$", "é"), true);
    assert.equal(patterns.permits("^é$", "é"), true);
    assert.equal(patterns.permits("^[é]$", "é"), false);
    assert.equal(patterns.permits("(?i)é", "É"), false);
    assert.equal(patterns.permits("^\\W+$", "🐇"), true);
    assert.equal(patterns.permits("^.{4}$", "🐇"), true);
  });

  it("that takes exponential time elsewhere is matched quickly", () => {
    const start = performance.now();
    for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(.*a){20}$", "(x+x+)+y"]) {
      patterns.permits(pattern, "a".repeat(254) + "!");
      patterns.permits(pattern, "x".repeat(255));
    }
    assert.ok(performance.now() - start < 2000);
  });

  it("is dropped when many others were used since, and works the same afterwards", () => {
    const few = new PermissionPatterns(10);
    for (let i = 0; i < 100; i++) {
      assert.equal(few.permits(`^q${i}$`, `q${i}`), true);
      assert.equal(few.permits("^always$", "always"), true);
      assert.equal(few.permits("(", "always"), false);
      assert.ok(few.size <= 10);
    }
  });
});

describe("the pattern of a topic permission", () => {
  const variables = { username: "carrot", vhost: "/", client_id: "c-1" };

  it("gets values for its placeholders", () => {
    assert.equal(
      expandTopicPermission("^{vhost}\\.{username}-{username}\\.{client_id}$", variables),
      "^/\\.carrot-carrot\\.c\\-1$",
    );
  });

  it("keeps placeholders without a value, which match themselves", () => {
    const { client_id: _, ...others } = variables;
    assert.equal(expandTopicPermission("{client_id}.{other}.{toString}", others), "{client_id}.{other}.{toString}");
    assert.equal(new PermissionPatterns().permits("^{client_id}$", "{client_id}"), true);
  });

  it("matches values literally", () => {
    const patterns = new PermissionPatterns();
    const names = [".*", "a|b", "^$", "(", "[a-z]", "a\\", "{vhost}", "$&", "é🐇", "a+b?c-d"];
    for (const username of names) {
      const pattern = expandTopicPermission("^{username}\\.{vhost}$", { username, vhost: "v" });
      for (const other of [...names, "anything"]) {
        assert.equal(patterns.permits(pattern, `${other}.v`), other === username, `${username} for ${other}`);
      }
    }
  });
});
