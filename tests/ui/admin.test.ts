import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { argumentLines, readArguments } from "../../ui/format/arguments.ts";
import { appliesToExchanges, appliesToQueues, queuesOf } from "../../ui/pages/policies/policy.ts";
import { changedUser, vhostsOfUsers } from "../../ui/pages/users/user_changes.ts";
import { defaultTypeOf, type Vhost, vhostBody } from "../../ui/pages/vhosts/vhost_type.ts";

describe("the changes of a user", () => {
  const user = { name: "a", tags: [], password_hash: "hash", hashing_algorithm: "rabbit_password_hashing_md5" };

  it("keep the old password's hash and algorithm without a new password", () => {
    const kept = { password_hash: "hash", hashing_algorithm: "rabbit_password_hashing_md5", tags: "monitoring" };
    assert.deepEqual(changedUser(user, "monitoring", ""), kept);
  });

  it("send a new password, and no hash beside it", () =>
    assert.deepEqual(changedUser(user, "", "secret"), { password: "secret", tags: "" }));
});

describe("the virtual hosts of users", () => {
  it("are those on which they have permissions", () => {
    const all = { configure: "", write: "", read: "" };
    const permissions = [
      { user: "a", vhost: "/", ...all },
      { user: "b", vhost: "/", ...all },
      { user: "a", vhost: "shop", ...all },
    ];
    assert.deepEqual([...vhostsOfUsers(permissions)], [["a", ["/", "shop"]], ["b", ["/"]]]);
  });
});

describe("the objects of a policy", () => {
  const queues = [{ type: "classic", name: "a" }, { type: "quorum", name: "b" }, { type: "stream", name: "c" }];
  const names = (applyTo: Parameters<typeof queuesOf>[1]) => queuesOf(queues, applyTo).map(({ name }) => name).join("");

  it("are the queues of its type", () => {
    assert.equal(names("all"), "abc");
    assert.equal(names("queues"), "abc");
    assert.equal(names("classic_queues"), "a");
    assert.equal(names("quorum_queues"), "b");
    assert.equal(names("streams"), "c");
  });

  it("are exchanges only where it says so", () => {
    assert.ok(appliesToExchanges("all") && appliesToExchanges("exchanges") && !appliesToExchanges("queues"));
    assert.ok(appliesToQueues("all") && appliesToQueues("streams") && !appliesToQueues("exchanges"));
  });
});

describe("the lines of a table", () => {
  it("are read as the same table", () => {
    const table = { "max-length": 10, "overflow": "reject-publish", "lazy": true, "list": ["a", 1] };
    assert.deepEqual(readArguments(argumentLines(table)).table, table);
  });
});

describe("the settings of a virtual host", () => {
  it("name a default queue type only if one is chosen", () => {
    assert.deepEqual(vhostBody("a shop", "x,y", ""), { description: "a shop", tags: "x,y" });
    const chosen = { description: "", tags: "", default_queue_type: "quorum" };
    assert.deepEqual(vhostBody("", "", "quorum"), chosen);
  });

  it("show a default type that is not known here as the broker's", () => {
    assert.equal(defaultTypeOf({ default_queue_type: "stream" } as Vhost), "stream");
    assert.equal(defaultTypeOf({ default_queue_type: "undefined" } as Vhost), "");
  });
});
