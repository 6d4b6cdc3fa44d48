import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";

describe("the defaults of a broker", () => {
  it("create its virtual host and user with their permissions", async () => {
    const permissions = { configure: "^c" };
    const defaults = { vhost: "main", user: "joe", password: "secret", tags: ["monitoring"], permissions };
    const broker = new Broker({ defaults });
    assert.deepEqual([...broker.node.vhosts.keys()], ["main"]);
    const { users } = broker.node.topology;
    assert.deepEqual([...users.users.keys()], ["joe"]);
    assert.deepEqual(users.users.get("joe")!.tags, ["monitoring"]);
    const { configure, write, read } = users.permission({ user: "joe", vhost: "main" })!;
    assert.deepEqual({ configure, write, read }, { configure: "^c", write: ".*", read: ".*" });
    await broker.close();
  });

  it("give each new virtual host with a matching name users, operator policies, and the first limits", async () => {
    const broker = new Broker({
      defaults: {
        users: [{ name: "app", password: "x", vhostPattern: "^prod", read: "^r" }],
        operatorPolicies: [{ name: "short", vhostPattern: "^prod", definition: { "max-length": 5 } }],
        limits: [
          { vhostPattern: "^prod", values: { "max-queues": 2 } },
          { values: { "max-queues": 1, "max-connections": 3 } },
        ],
      },
    });
    broker.vhost("prod-1");
    broker.vhost("test");
    const { node } = broker;
    const { users } = node.topology;
    assert.equal(users.permission({ user: "app", vhost: "prod-1" })!.read, "^r");
    assert.equal(users.permission({ user: "app", vhost: "test" }), undefined);
    assert.equal(node.vhosts.get("prod-1")!.policies.operators.size, 1);
    assert.equal(node.vhosts.get("test")!.policies.operators.size, 0);
    assert.deepEqual(node.vhostLimits.get("prod-1"), { "max-queues": 2 });
    assert.deepEqual(node.vhostLimits.get("test"), { "max-queues": 1, "max-connections": 3 });
    assert.deepEqual(node.vhostLimits.get("/"), { "max-queues": 1, "max-connections": 3 });
    await broker.close();
  });

  it("create the default user beside those of the virtual host's defaults", async () => {
    const broker = new Broker({ defaults: { user: "joe", users: [{ name: "app", password: "x", read: "^r" }] } });
    const { users } = broker.node.topology;
    assert.deepEqual([...users.users.keys()].sort(), ["app", "joe"]);
    assert.equal(users.permission({ user: "joe", vhost: "/" })!.read, ".*");
    assert.equal(users.permission({ user: "app", vhost: "/" })!.read, "^r");
    await broker.close();
  });
});
