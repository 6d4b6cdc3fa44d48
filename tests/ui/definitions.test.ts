import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countOutcomes, differencesOf, titleOf } from "../../ui/pages/definitions/differences.ts";
import { fileName } from "../../ui/pages/definitions/file_name.ts";
import { type Definitions, readDefinitions } from "../../ui/pages/definitions/read_definitions.ts";

function definitions(lists: Record<string, unknown>): Definitions {
  const read = readDefinitions(JSON.stringify(lists));
  assert.ok(!("problem" in read), JSON.stringify(read));
  return read;
}

/** Returns the difference of a list: the outcome of each object, and the members that differ. */
function outcomes(file: Record<string, unknown>, present: Record<string, unknown>, isSingle = false) {
  return differencesOf(definitions(file), definitions(present), isSingle).flatMap(({ objects }) =>
    objects.map(({ outcome, members }) => [outcome, ...members.map(({ name }) => name)])
  );
}

const queue = (name: string, more: object = {}) => ({
  name,
  vhost: "/",
  type: "classic",
  durable: true,
  auto_delete: false,
  arguments: {},
  ...more,
});

describe("definitions in a file", () => {
  it("are refused when they are none", () => {
    assert.deepEqual(readDefinitions("<html>"), { problem: "json" });
    assert.deepEqual(readDefinitions("[]"), { problem: "json" });
    assert.deepEqual(readDefinitions('{"name": "haremq"}'), { problem: "empty" });
    assert.deepEqual(readDefinitions('{"queues": {}}'), { problem: "list", section: "queues" });
    assert.deepEqual(readDefinitions('{"queues": [1]}'), { problem: "list", section: "queues" });
  });

  it("are of a single virtual host when their objects name none", () => {
    assert.equal(definitions({ queues: [{ name: "a" }] }).isOfVhost, true);
    assert.equal(definitions({ queues: [queue("a")], users: [{ name: "a" }] }).isOfVhost, false);
  });

  it("have names of files that any system takes", () => {
    const now = new Date("2026-03-01T12:00:00Z");
    assert.equal(fileName("", now), "definitions-2026-03-01.json");
    assert.equal(fileName("a/б:c", now), "definitions-a_б_c-2026-03-01.json");
  });
});

describe("the difference between definitions and the present ones", () => {
  it("counts what is the same, and what the file lacks", () => {
    const [queues] = differencesOf(
      definitions({ queues: [queue("a"), queue("b")] }),
      definitions({ queues: [queue("a"), queue("c"), queue("d")] }),
      false,
    );
    assert.deepEqual([queues.sameCount, queues.onlyHereCount], [1, 2]);
    assert.deepEqual(queues.objects, [{ identity: { vhost: "/", name: "b" }, outcome: "added", members: [] }]);
  });

  it("says nothing of lists that the file lacks", () => {
    assert.deepEqual(differencesOf(definitions({ users: [] }), definitions({ queues: [queue("a")] }), false), [
      { section: "users", objects: [], sameCount: 0, onlyHereCount: 0 },
    ]);
  });

  it("does not depend on the order of members, nor on defaults that are left out", () => {
    const present = { queues: [queue("a", { arguments: { "x-max-length": 1, "x-expires": 2 } })] };
    const file = { queues: [{ vhost: "/", arguments: { "x-expires": 2, "x-max-length": 1 }, name: "a" }] };
    assert.deepEqual(outcomes(file, present), []);
  });

  it("keeps queues and exchanges that are there, and tells in what they differ", () => {
    assert.deepEqual(outcomes({ queues: [queue("a", { durable: false })] }, { queues: [queue("a")] }), [
      ["kept", "durable"],
    ]);
    const exchange = { vhost: "/", name: "e", type: "topic" };
    assert.deepEqual(outcomes({ exchanges: [exchange] }, { exchanges: [{ ...exchange, type: "fanout" }] }), [
      ["kept", "type"],
    ]);
  });

  it("takes the type of a queue from its arguments, which the broker adds where a file lacks it", () => {
    const present = { queues: [queue("a", { arguments: { "x-queue-type": "classic" } })] };
    assert.deepEqual(outcomes({ queues: [queue("a")] }, present), []);
    assert.deepEqual(outcomes({ queues: [{ vhost: "/", name: "a" }] }, present), []);
    const quorum = { vhost: "/", name: "a", arguments: { "x-queue-type": "quorum" } };
    assert.deepEqual(outcomes({ queues: [quorum] }, present), [["kept", "type"]]);
  });

  it("leaves out what is the broker's own", () => {
    const file = {
      exchanges: [{ vhost: "/", name: "amq.topic", type: "topic" }, { vhost: "/", name: "", type: "direct" }],
      queues: [queue("amq.gen-1")],
      bindings: [{ vhost: "/", source: "", destination: "a", destination_type: "queue", routing_key: "a" }],
      global_parameters: [{ name: "internal_cluster_id", value: "x" }],
    };
    assert.deepEqual(outcomes(file, { users: [] }), []);
  });

  it("changes policies, permissions and parameters", () => {
    const policy = { vhost: "/", name: "p", pattern: ".*", "apply-to": "all", priority: 0, definition: { expires: 1 } };
    const permission = { vhost: "/", user: "u", configure: "", write: "", read: ".*" };
    const parameter = { vhost: "/", component: "vhost-limits", name: "limits", value: { "max-queues": 1 } };
    const file = {
      policies: [{ vhost: "/", name: "p", pattern: ".*", definition: { expires: 2 } }],
      permissions: [{ ...permission, write: ".*" }],
      parameters: [{ ...parameter, value: { "max-queues": 2 } }],
    };
    const present = { policies: [policy], permissions: [permission], parameters: [parameter] };
    assert.deepEqual(outcomes(file, present), [["changed", "write"], ["changed", "definition"], ["changed", "value"]]);
    const differences = differencesOf(definitions(file), definitions(present), false);
    assert.deepEqual(countOutcomes(differences), { added: 0, changed: 3, kept: 0 });
    assert.deepEqual(differences[1].objects[0].members, [
      { name: "definition", before: '{"expires":1}', after: '{"expires":2}', secret: undefined },
    ]);
  });

  it("tells bindings apart by their arguments", () => {
    const binding = { vhost: "/", source: "e", destination: "q", destination_type: "queue", routing_key: "k" };
    const present = { bindings: [{ ...binding, arguments: {} }] };
    assert.deepEqual(outcomes({ bindings: [binding] }, present), []);
    assert.deepEqual(outcomes({ bindings: [{ ...binding, arguments: { "x-match": "any" } }] }, present), [["added"]]);
  });

  it("never shows passwords and their hashes", () => {
    const present = { users: [{ name: "a", password_hash: "before", tags: ["management"], limits: {} }] };
    const [users] = differencesOf(
      definitions({ users: [{ name: "a", password_hash: "after", tags: "management" }] }),
      definitions(present),
      false,
    );
    assert.deepEqual(users.objects[0].members, [
      { name: "password_hash", before: undefined, after: undefined, secret: "changed" },
    ]);
    assert.deepEqual(outcomes({ users: [{ name: "a", password: "x", tags: ["management"] }] }, present), [
      ["changed", "password"],
    ]);
  });

  it("tells that a user without password and hash can't log in by password any more", () => {
    const present = definitions({ users: [{ name: "a", password_hash: "before", tags: [], limits: {} }] });
    const [users] = differencesOf(definitions({ users: [{ name: "a", tags: [] }] }), present, false);
    assert.deepEqual(users.objects[0].members, [
      { name: "password_hash", before: undefined, after: undefined, secret: "removed" },
    ]);
  });

  it("names objects by what people call them", () => {
    assert.deepEqual(titleOf({ vhost: "/", name: "q" }), { title: "q", others: [["vhost", "/"]] });
    assert.deepEqual(titleOf({ vhost: "/", user: "u", exchange: "" }), { title: "u", others: [["vhost", "/"]] });
    const binding = { source: "e", destination_type: "queue", destination: "q", routing_key: "", arguments: "{}" };
    assert.deepEqual(titleOf(binding), { title: "e → q", others: [["destination_type", "queue"]] });
  });

  it("adds the limits of a user in the file to those that are there", () => {
    const user = { name: "a", password_hash: "", tags: [] };
    const present = { users: [{ ...user, limits: { "max-channels": 1, "max-connections": 2 } }] };
    assert.deepEqual(outcomes({ users: [{ ...user, limits: { "max-channels": 1 } }] }, present), []);
    assert.deepEqual(outcomes({ users: [{ ...user, limits: { "max-channels": 3 } }] }, present), [
      ["changed", "limits"],
    ]);
  });

  it("reads the metadata of virtual hosts from old and new files", () => {
    const present = {
      vhosts: [{ name: "a", limits: {}, metadata: { description: "d", tags: ["t"], default_queue_type: "classic" } }],
    };
    assert.deepEqual(outcomes({ vhosts: [{ name: "a", description: "d", tags: "t" }] }, present), []);
    assert.deepEqual(outcomes({ vhosts: [{ name: "a" }] }, present), [["changed", "description", "tags"]]);
    const quorum = { description: "d", tags: ["t"], default_queue_type: "quorum" };
    assert.deepEqual(outcomes({ vhosts: [{ name: "a", metadata: quorum }] }, present), [
      ["changed", "default_queue_type"],
    ]);
  });

  it("compares with a single virtual host whichever the file names", () => {
    const { vhost: _, ...present } = queue("a");
    const file = { queues: [queue("a", { vhost: "other" })], users: [{ name: "u" }] };
    const differences = differencesOf(definitions(file), definitions({ queues: [present] }), true);
    assert.deepEqual(differences, [{ section: "queues", objects: [], sameCount: 1, onlyHereCount: 0 }]);
  });
});
