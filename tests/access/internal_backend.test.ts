import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InternalBackend } from "../../src/access/internal_backend.ts";
import { computeDigest, HASHING_ALGORITHMS } from "../../src/access/password.ts";
import { MapUsers } from "./internal_users.ts";

const peer = { isLoopback: false };
const context = { peer };

describe("the internal backend", () => {
  it("authenticates users by their own password only, with every hashing algorithm", () => {
    const users = new MapUsers();
    for (const algorithm of HASHING_ALGORITHMS) {
      users.add(algorithm, `password of ${algorithm}`, ["monitoring"], algorithm);
    }
    const backend = new InternalBackend(users);
    for (const username of HASHING_ALGORITHMS) {
      const right = { username, password: `password of ${username}`, peer };
      assert.deepEqual(backend.authenticate(right), { name: username, tags: ["monitoring"] });
      for (const wrong of [{ password: "x" }, { username: "nobody" }, { username: username.toUpperCase() }]) {
        assert.deepEqual(backend.authenticate({ ...right, ...wrong }), { refused: "invalid credentials" });
      }
    }
  });

  it("refuses blank passwords, and any password of a user without one", () => {
    const users = new MapUsers();
    users.add("by-certificate", "");
    const backend = new InternalBackend(users);
    const refused = "attempted to log in with a blank password, which is prohibited by the internal authN backend";
    assert.deepEqual(backend.authenticate({ username: "by-certificate", password: "", peer }), { refused });
    for (const password of [" ", "\0", "\0\0\0\0"]) {
      const refusal = backend.authenticate({ username: "by-certificate", password, peer });
      assert.deepEqual(refusal, { refused: "invalid credentials" });
    }
  });

  it("refuses a user whose hash has an unknown algorithm", () => {
    const users = new MapUsers();
    users.add("carrot", "crunch");
    users.users.set("carrot", { ...users.users.get("carrot")!, hashingAlgorithm: "my_own_hashing" });
    const refusal = new InternalBackend(users).authenticate({ username: "carrot", password: "crunch", peer });
    assert.deepEqual(refusal, { refused: "invalid credentials" });
  });

  it("accepts a user that was authenticated by other means if it exists", () => {
    const users = new MapUsers();
    users.add("by-certificate", "", ["management"]);
    const backend = new InternalBackend(users);
    const known = { name: "by-certificate", tags: ["management"] };
    assert.deepEqual(backend.authenticate({ username: "by-certificate", peer }), known);
    assert.deepEqual(backend.authorize({ username: "by-certificate", password: "anything", peer }), known);
    assert.deepEqual(backend.authenticate({ username: "nobody", peer }), { refused: "invalid credentials" });
    assert.deepEqual(backend.authorize({ username: "nobody", peer }), { refused: "invalid credentials" });
  });

  it("permits by patterns, per virtual host and operation", () => {
    const users = new MapUsers();
    const user = { name: "carrot", tags: ["administrator"] };
    users.permit("carrot", "/", { configure: "", write: "orders", read: "^(orders|amq\\.default)$" });
    const backend = new InternalBackend(users);
    assert.deepEqual([backend.mayOpen(user, "/"), backend.mayOpen(user, "other")], [true, false]);
    const may = (operation: "configure" | "write" | "read", name: string, vhost = "/") =>
      backend.may(user, operation, { vhost, kind: "queue", name });
    assert.deepEqual([may("configure", "orders"), may("configure", "")], [false, true]);
    assert.deepEqual([may("write", "my-orders-2"), may("write", "order")], [true, false]);
    assert.deepEqual([may("read", "orders"), may("read", "orders2"), may("read", "amq.default")], [true, false, true]);
    assert.equal(may("write", "orders", "other"), false);
    assert.equal(
      backend.may({ name: "nobody", tags: [] }, "write", { vhost: "/", kind: "queue", name: "orders" }),
      false,
    );
  });

  it("permits any routing key of an exchange without topic permissions, and by their patterns with them", () => {
    const users = new MapUsers();
    const user = { name: "carrot", tags: [] };
    users.permitTopic("carrot", "v", "amq.topic", { write: "^{username}\\.", read: "^{vhost}\\.{client_id}$" });
    const backend = new InternalBackend(users);
    const may = (operation: "write" | "read", routingKey: string, exchange = "amq.topic", clientId?: string) =>
      backend.mayUseTopic(user, operation, { vhost: "v", exchange, routingKey }, { peer, clientId });
    assert.equal(may("write", "anything", "other"), true);
    assert.deepEqual([may("write", "carrot.a"), may("write", "carrots.a"), may("write", "a.carrot.b")], [
      true,
      false,
      false,
    ]);
    assert.deepEqual([may("read", "v.c1", "amq.topic", "c1"), may("read", "v.c1", "amq.topic", "c2")], [true, false]);
    assert.deepEqual([may("read", "v.c1"), may("read", "v.{client_id}")], [false, true]);
    users.permitTopic("carrot", "v", "amq.topic", { write: "(", read: "" });
    assert.deepEqual([may("write", "("), may("read", ""), may("read", "a")], [false, true, false]);
  });

  it("answers from the current permissions, and its version rises with each change", () => {
    const users = new MapUsers();
    const backend = new InternalBackend(users);
    const before = backend.version;
    users.permit("carrot", "/", { configure: "", write: "", read: "" });
    assert.ok(backend.version > before);
    assert.equal(backend.mayOpen({ name: "carrot", tags: [] }, "/"), true);
  });

  it("does the same work for an unknown user as for a wrong password, whatever the hash", () => {
    const users = new MapUsers();
    for (const algorithm of HASHING_ALGORITHMS) users.add(algorithm, "crunch", [], algorithm);
    users.users.set("passwordless", { ...users.users.get(HASHING_ALGORITHMS[0])!, passwordHash: new Uint8Array(0) });
    users.users.set("strange", { ...users.users.get(HASHING_ALGORITHMS[0])!, hashingAlgorithm: "rot13" });
    let work: string[] = [];
    const backend = new InternalBackend(users, (algorithm, bytes) => {
      work.push(`${algorithm} of ${bytes.length} bytes`);
      return computeDigest(algorithm, bytes);
    });
    for (const password of ["wrong", "wrong".repeat(1000)]) {
      const works = [...users.users.keys(), "nobody", ""].map((username) => {
        work = [];
        assert.ok("refused" in backend.authenticate({ username, password, peer }));
        return work;
      });
      assert.equal(works[0].length, HASHING_ALGORITHMS.length);
      for (const each of works) assert.deepEqual(each, works[0]);
    }
  });

  it("never reveals a password", () => {
    const users = new MapUsers();
    users.add("carrot", "hunter2");
    const backend = new InternalBackend(users);
    const answers = [
      backend.authenticate({ username: "carrot", password: "hunter2", peer }),
      backend.authenticate({ username: "carrot", password: "hunter23", peer }),
      backend.mayOpen({ name: "carrot", tags: [] }, "/"),
      backend.mayUseTopic(
        { name: "carrot", tags: [] },
        "read",
        { vhost: "/", exchange: "e", routingKey: "k" },
        context,
      ),
    ];
    assert.doesNotMatch(JSON.stringify(answers), /hunter2/);
  });
});
