import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Node } from "../../../src/broker/node/node.ts";
import { IMPORTED } from "../../../src/broker/topology/default_data.ts";
import { ParameterError } from "../../../src/broker/policy/parameters.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import type { UserRecord } from "../../../src/store/topology_record.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SMALL, TestStore } from "../../store/test_store.ts";
import { RecordedEvents } from "./recorded_events.ts";

const admin = { user: "admin" };
const user = (name: string, changes: Partial<UserRecord> = {}): UserRecord => ({
  user: name,
  passwordHash: Uint8Array.of(1, 2, 3, 4, 5),
  hashingAlgorithm: "rabbit_password_hashing_sha256",
  tags: [],
  ...changes,
});
const everything = { configure: ".*", write: ".*", read: ".*" };

function newNode(options: Partial<ConstructorParameters<typeof Node>[0]> = {}) {
  const node = new Node({ clock: new FakeClock(), memoryHighWatermarkBytes: Infinity, ...options });
  const events = new RecordedEvents();
  node.events = events;
  const { users, userCommands } = node.topology;
  return { node, events, users, commands: userCommands };
}

describe("internal users", () => {
  it("are created, changed and deleted with RabbitMQ's events, for the actor of the command", () => {
    const { commands, events, users } = newNode();
    commands.put(user("alice"), admin);
    commands.put(user("bob", { tags: ["administrator", "mine"] }), admin);
    assert.deepEqual(events.take(), [
      'user.created {"name":"alice"} by admin',
      'user.created {"name":"bob"} by admin',
      'user.tags.set {"name":"bob","tags":["administrator","mine"]} by admin',
    ]);
    commands.put(user("alice", { passwordHash: Uint8Array.of(9), tags: ["monitoring"] }), admin);
    commands.changePassword("bob", { passwordHash: Uint8Array.of(7), hashingAlgorithm: "x" }, admin);
    commands.clearPassword("bob", admin);
    commands.setTags("bob", [], admin);
    assert.deepEqual(events.take(), [
      'user.password.changed {"name":"alice"} by admin',
      'user.tags.set {"name":"alice","tags":["monitoring"]} by admin',
      'user.password.changed {"name":"bob"} by admin',
      'user.password.cleared {"name":"bob"} by admin',
      'user.tags.set {"name":"bob","tags":[]} by admin',
    ]);
    assert.deepEqual(users.users.get("bob"), user("bob", { passwordHash: new Uint8Array(0), hashingAlgorithm: "x" }));
    commands.delete("bob", admin);
    commands.delete("bob", admin);
    assert.deepEqual(events.take(), ['user.deleted {"name":"bob"} by admin']);
    assert.deepEqual([...users.users.keys()], ["alice"]);
  });

  it("have permissions and topic permissions by virtual host, with RabbitMQ's events", () => {
    const { node, commands, events, users } = newNode();
    node.addVirtualHost("v");
    commands.put(user("alice"));
    events.take();
    const topic = { user: "alice", vhost: "v", exchange: "amq.topic", write: "^a", read: "" };
    commands.setPermission({ user: "alice", vhost: "v", ...everything, read: "^r" }, admin);
    commands.setTopicPermission(topic, admin);
    assert.equal(users.permission({ user: "alice", vhost: "v" })!.read, "^r");
    assert.equal(users.permission({ user: "alice", vhost: "/" }), undefined);
    assert.equal(users.topicPermission(topic)!.write, "^a");
    commands.clearTopicPermissions({ user: "alice", vhost: "v" }, admin);
    commands.clearPermission({ user: "alice", vhost: "v" }, admin);
    assert.deepEqual(events.take(), [
      'permission.created {"user":"alice","vhost":"v","configure":".*","write":".*","read":"^r"} by admin',
      'topic.permission.created {"user":"alice","vhost":"v","exchange":"amq.topic","write":"^a","read":""} by admin',
      'topic.permission.deleted {"user":"alice","vhost":"v"} by admin',
      'permission.deleted {"user":"alice","vhost":"v"} by admin',
    ]);
    assert.deepEqual([[...users.permissions()], [...users.topicPermissions()]], [[], []]);
  });

  it("can't have unknown virtual hosts or invalid patterns", () => {
    const { commands, users } = newNode();
    commands.put(user("alice"));
    const { version } = users;
    const permission = { user: "alice", vhost: "/", ...everything };
    for (
      const [command, message] of [
        [() => commands.setPermission({ ...permission, user: "bob" }), /user 'bob' does not exist/],
        [() => commands.setPermission({ ...permission, vhost: "v" }), /vhost 'v' does not exist/],
        [() => commands.setPermission({ ...permission, write: "(" }), /invalid regular expression '\('/],
        [() => commands.setTags("bob", []), /user 'bob' does not exist/],
        [() => commands.put(user("")), /must not be empty/],
      ] as const
    ) {
      assert.throws(command, (error) => error instanceof ParameterError && message.test(error.message));
    }
    assert.equal(users.version, version);
  });

  it("raise a version with each change", () => {
    const { commands, users } = newNode();
    const versions = [users.version];
    const change = (command: () => void) => {
      command();
      versions.push(users.version);
    };
    change(() => commands.put(user("alice")));
    change(() => commands.setPermission({ user: "alice", vhost: "/", ...everything }));
    change(() => commands.setTopicPermission({ user: "alice", vhost: "/", exchange: "x", write: "", read: "" }));
    change(() => commands.setTags("alice", ["a"]));
    change(() => commands.delete("alice"));
    assert.ok(versions.every((version, index) => index === 0 || version > versions[index - 1]), `${versions}`);
  });

  it("are deleted with their permissions and limits, and the listener is told", () => {
    const { node, commands, users } = newNode();
    const deleted: string[] = [];
    node.topology.listeners.add({ vhostDeleted: () => {}, userDeleted: (name) => deleted.push(name) });
    for (const name of ["alice", "bob"]) {
      commands.put(user(name));
      commands.setPermission({ user: name, vhost: "/", ...everything });
      commands.setTopicPermission({ user: name, vhost: "/", exchange: "x", write: "", read: "" });
      node.userLimits.set(name, { "max-channels": 5 });
    }
    commands.delete("alice");
    assert.deepEqual(deleted, ["alice"]);
    assert.deepEqual([...users.permissions()].map((one) => one.user), ["bob"]);
    assert.deepEqual([...users.topicPermissions()].map((one) => one.user), ["bob"]);
    assert.deepEqual([node.userLimits.get("alice"), node.userLimits.get("bob")], [{}, { "max-channels": 5 }]);
  });

  it("are recovered after a restart", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    const { commands } = newNode({ store: test.store });
    const alice = user("alice", { tags: ["a", "b"] });
    commands.put(user("gone"));
    commands.put(alice);
    commands.setPermission({ user: "alice", vhost: "/", ...everything });
    commands.setTopicPermission({ user: "alice", vhost: "/", exchange: "x", write: "w", read: "r" });
    commands.setPermission({ user: "gone", vhost: "/", ...everything });
    commands.delete("gone");
    const again = await test.reopen(SMALL);
    const { users } = newNode({ store: again.store });
    assert.deepEqual([...users.users.entries()], [["alice", alice]]);
    assert.equal(users.permission({ user: "alice", vhost: "/" })!.configure, ".*");
    assert.equal(users.topicPermission({ user: "alice", vhost: "/", exchange: "x" })!.write, "w");
    assert.equal([...users.permissions()].length, 1);
    await again.store.close();
  });
});

describe("the default user", () => {
  const permissions = { configure: ".*", write: ".*", read: ".*" };
  const defaultData = { vhost: "/", user: () => user("guest", { tags: ["administrator"] }), permissions };

  it("is added at the first start, with all permissions in the default virtual host", () => {
    const { users } = newNode({ defaultData });
    assert.deepEqual(users.users.get("guest")!.tags, ["administrator"]);
    assert.equal(users.permission({ user: "guest", vhost: "/" })!.write, ".*");
  });

  it("is not added again after it was deleted, nor is the default virtual host", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    const { node, commands } = newNode({ store: test.store, defaultData });
    commands.delete("guest");
    node.deleteVirtualHost("/");
    const again = await test.reopen(SMALL);
    const { users, node: second } = newNode({ store: again.store, defaultData });
    assert.deepEqual([...users.users.keys()], []);
    assert.deepEqual([...second.vhosts.keys()], []);
    await again.store.close();
  });

  it("is not added when there are others", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.store.append({ type: "user.put", ...user("alice") });
    const again = await test.reopen(SMALL);
    const { users } = newNode({ store: again.store, defaultData });
    assert.deepEqual([...users.users.keys()], ["alice"]);
    await again.store.close();
  });

  it("is not added when definitions are imported instead, nor is the default virtual host", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    const { node, users } = newNode({ store: test.store, defaultData: IMPORTED });
    assert.deepEqual([[...node.vhosts.keys()], [...users.users.keys()]], [[], []]);
    assert.equal(node.topology.hasDefaultData, false);
    const again = await test.reopen(SMALL);
    const { node: second, users: added } = newNode({ store: again.store, defaultData });
    assert.deepEqual([[...second.vhosts.keys()], [...added.users.keys()]], [["/"], ["guest"]]);
    await again.store.close();
  });

  it("is not added by a start that goes on with an import which was cut off", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.store.append({ type: "user.put", ...user("alice") });
    const again = await test.reopen(SMALL);
    const { node, users } = newNode({ store: again.store, defaultData: IMPORTED });
    assert.deepEqual([[...node.vhosts.keys()], [...users.users.keys()]], [[], ["alice"]]);
    await again.store.close();
  });
});
