import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

const PATTERNS = { configure: "", write: "", read: "" };

describe("the resource users of the management API", () => {
  it("adds a user with 201, and changes it with 204", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    assert.equal((await client.put("/api/users/u", { password: "p", tags: "management, policymaker" })).status, 201);
    assert.equal((await new HttpClient(broker, "u:p").get("/api/whoami")).status, 200);
    assert.equal((await client.put("/api/users/u", { password: "other", tags: ["management"] })).status, 204);
    assert.equal((await new HttpClient(broker, "u:p").get("/api/whoami")).status, 401);
    const { json } = await client.get("/api/users/u");
    assert.deepEqual({ ...json, password_hash: "" }, {
      name: "u",
      password_hash: "",
      hashing_algorithm: "rabbit_password_hashing_sha256",
      tags: ["management"],
      limits: {},
    });
  });

  it("takes a hash of a password, of any algorithm", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    // RabbitMQ: Passwords, the example of "test12".
    const hash = "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR";
    const body = { password_hash: hash, hashing_algorithm: "rabbit_password_hashing_sha256", tags: "management" };
    assert.equal((await client.put("/api/users/u", body)).status, 201);
    assert.equal((await new HttpClient(broker, "u:test12").get("/api/whoami")).status, 200);
    assert.equal((await client.get("/api/users/u")).json.password_hash, hash);
  });

  it("clears the password of a change without one", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.put("/api/users/u", { password: "p", tags: "management" });
    assert.equal((await client.put("/api/users/u", { tags: "management" })).status, 204);
    assert.equal((await new HttpClient(broker, "u:p").get("/api/whoami")).status, 401);
    assert.equal((await client.get("/api/users/u")).json.password_hash, "");
  });

  it("deletes one user, or many", async () => {
    const client = new HttpClient(new Broker());
    for (const user of ["a", "b", "c"]) await client.put(`/api/users/${user}`, { tags: "" });
    assert.equal((await client.delete("/api/users/a")).status, 204);
    assert.equal((await client.delete("/api/users/a")).status, 404);
    assert.equal((await client.post("/api/users/bulk-delete", { users: ["a", "b", "c"] })).status, 204);
    const { json } = await client.get("/api/users");
    assert.deepEqual(json.map(({ name }: { name: string }) => name), ["guest"]);
  });

  it("are not called as an operation on users is", async () => {
    const client = new HttpClient(new Broker());
    const names = ["bulk-delete", "without-permissions"];
    for (const name of names) assert.equal((await client.put(`/api/users/${name}`, { tags: "" })).status, 405);
    const { status, headers } = await client.get("/api/users/bulk-delete");
    assert.deepEqual([status, headers.get("allow")], [405, "POST, OPTIONS"]);
    assert.equal((await client.delete("/api/users/bulk-delete")).status, 405);
  });

  it("neither changes nor deletes a protected user", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "u", tags: ["protected"] });
    const client = new HttpClient(broker);
    const reason = "Protected users cannot be modified via the HTTP API";
    assert.deepEqual((await client.put("/api/users/u", { tags: "" })).json, { error: "bad_request", reason });
    assert.deepEqual((await client.delete("/api/users/u")).json, { error: "bad_request", reason });
    assert.equal((await client.post("/api/users/bulk-delete", { users: ["u"] })).status, 204);
    assert.deepEqual(broker.users.names, ["guest", "u"]);
  });

  it("lists users without permissions", async () => {
    const client = new HttpClient(new Broker());
    for (const user of ["a", "b"]) await client.put(`/api/users/${user}`, { tags: "" });
    await client.put("/api/permissions/%2F/a", PATTERNS);
    const { json } = await client.get("/api/users/without-permissions");
    assert.deepEqual(json.map(({ name }: { name: string }) => name), ["b"]);
  });

  it("is for administrators only", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "u", password: "p", tags: ["monitoring", "policymaker", "management"] });
    const client = new HttpClient(broker, "u:p");
    for (const path of ["/api/users", "/api/users/u", "/api/users/without-permissions", "/api/permissions"]) {
      const reply = await client.get(path);
      assert.deepEqual([reply.status, reply.json.reason], [401, "Not administrator user"], path);
    }
    assert.equal((await client.put("/api/users/u", { tags: "administrator" })).status, 401);
  });
});

describe("the permissions of the management API", () => {
  it("sets permissions with 201 or 204, and clears them", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/users/u", { tags: "" });
    const path = "/api/permissions/%2F/u";
    const patterns = { configure: "a", write: "b", read: "c" };
    assert.equal((await client.get(path)).status, 404);
    assert.equal((await client.put(path, patterns)).status, 201);
    assert.equal((await client.put(path, patterns)).status, 204);
    const json = { user: "u", vhost: "/", ...patterns };
    assert.deepEqual((await client.get(path)).json, json);
    assert.deepEqual((await client.get("/api/users/u/permissions")).json, [json]);
    assert.equal((await client.get("/api/vhosts/%2F/permissions")).json.length, 2);
    assert.equal((await client.get("/api/permissions")).json.length, 2);
    assert.equal((await client.delete(path)).status, 204);
    assert.equal((await client.delete(path)).status, 404);
  });

  it("sets topic permissions for an exchange each", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/users/u", { tags: "" });
    const path = "/api/topic-permissions/%2F/u";
    assert.equal((await client.get(path)).status, 404);
    const first = { exchange: "amq.topic", write: "a", read: "b" };
    assert.equal((await client.put(path, first)).status, 201);
    const second = { exchange: "x", write: "", read: "" };
    assert.equal((await client.put(path, second)).status, 204);
    const all = [{ user: "u", vhost: "/", ...first }, { user: "u", vhost: "/", ...second }];
    for (const list of [path, `${path}/x`, "/api/topic-permissions", "/api/users/u/topic-permissions"]) {
      assert.deepEqual((await client.get(list)).json, all, list);
    }
    assert.deepEqual((await client.get("/api/vhosts/%2F/topic-permissions")).json, all);
    assert.equal((await client.delete(`${path}/x`)).status, 204);
    assert.deepEqual((await client.get(path)).json, [all[0]]);
    assert.equal((await client.delete(path)).status, 204);
    assert.equal((await client.delete(path)).status, 404);
  });

  it("tells when user or virtual host do not exist", async () => {
    const client = new HttpClient(new Broker());
    for (const path of ["/api/permissions/%2F/nobody", "/api/permissions/nowhere/guest"]) {
      const { status, json } = await client.put(path, PATTERNS);
      assert.deepEqual([status, json], [400, { error: "bad_request", reason: "vhost_or_user_not_found" }]);
      assert.equal((await client.delete(path)).status, 404);
    }
    assert.equal((await client.get("/api/users/nobody/permissions")).status, 404);
    assert.equal((await client.get("/api/vhosts/nowhere/permissions")).status, 404);
  });
});
