import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

describe("the resource vhosts of the management API", () => {
  it("adds a virtual host with 201, and changes it with 204", async () => {
    const client = new HttpClient(new Broker());
    assert.equal((await client.put("/api/vhosts/a%2Fb")).status, 201);
    const changes = { tags: "x,y", description: "of tests", default_queue_type: "quorum", tracing: true };
    assert.equal((await client.put("/api/vhosts/a%2Fb", changes)).status, 204);
    const { json } = await client.get("/api/vhosts/a%2Fb");
    assert.deepEqual(json, {
      name: "a/b",
      description: "of tests",
      tags: ["x", "y"],
      default_queue_type: "quorum",
      protected_from_deletion: false,
      metadata: { description: "of tests", tags: ["x", "y"], default_queue_type: "quorum" },
      tracing: true,
      cluster_state: { "haremq@localhost": "running" },
    });
  });

  it("gives the user who adds one full permissions in it", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/vhosts/new");
    const { json } = await client.get("/api/permissions/new/guest");
    assert.deepEqual(json, { user: "guest", vhost: "new", configure: ".*", write: ".*", read: ".*" });
  });

  it("takes back what a change leaves out", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/vhosts/v", { tags: ["x"], description: "d", defaultqueuetype: "stream" });
    await client.put("/api/vhosts/v");
    const { json } = await client.get("/api/vhosts/v");
    assert.deepEqual([json.tags, json.description, json.default_queue_type], [[], "", "classic"]);
  });

  it("refuses to delete a protected one, and deletes it once it is not", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/vhosts/v");
    assert.equal((await client.post("/api/vhosts/v/deletion/protection")).status, 204);
    await client.put("/api/vhosts/v", { description: "still protected" });
    const refused = await client.delete("/api/vhosts/v");
    assert.equal(refused.status, 412);
    assert.deepEqual(refused.json, {
      error: "precondition_failed",
      reason: "Refusing to delete virtual host 'v' because it is protected from deletion",
    });
    assert.equal((await client.delete("/api/vhosts/v/deletion/protection")).status, 204);
    assert.equal((await client.delete("/api/vhosts/v")).status, 204);
    assert.equal((await client.get("/api/vhosts/v")).status, 404);
  });

  it("starts one on this node only", async () => {
    const client = new HttpClient(new Broker());
    assert.equal((await client.post("/api/vhosts/%2F/start/haremq@localhost")).status, 204);
    const elsewhere = await client.post("/api/vhosts/%2F/start/x");
    assert.deepEqual([elsewhere.status, elsewhere.json.reason], [400, "Unknown node: x"]);
    const unknown = await client.post("/api/vhosts/v/start/haremq@localhost");
    assert.equal(unknown.json.reason, 'Request to node haremq@localhost failed with {no_such_vhost,<<"v">>}');
  });

  it("answers 404 for one that does not exist", async () => {
    const client = new HttpClient(new Broker());
    const notFound = { error: "Object Not Found", reason: "Not Found" };
    assert.deepEqual((await client.get("/api/vhosts/v")).json, notFound);
    assert.deepEqual((await client.delete("/api/vhosts/v")).json, notFound);
    assert.deepEqual((await client.delete("/api/vhosts/v/deletion/protection")).json, notFound);
    assert.deepEqual((await client.post("/api/vhosts/v/deletion/protection")).json, {
      error: "not_found",
      reason: "Cannot enable deletion protection of virtual host 'v' because it does not exist",
    });
  });

  it("lists those that a user may open, and all of them to monitors", async () => {
    const broker = new Broker();
    const admin = new HttpClient(broker);
    for (const vhost of ["a", "b"]) await admin.put(`/api/vhosts/${vhost}`);
    for (const tag of ["management", "monitoring"]) {
      await admin.put(`/api/users/${tag}`, { tags: tag, password: "p" });
      await admin.put(`/api/permissions/b/${tag}`, { configure: "", write: "", read: "" });
    }
    const listed = async (user: string) =>
      (await new HttpClient(broker, `${user}:p`).get("/api/vhosts")).json.map(({ name }: { name: string }) => name);
    assert.deepEqual(await listed("management"), ["b"]);
    assert.deepEqual(await listed("monitoring"), ["/", "a", "b"]);
    const one = await new HttpClient(broker, "monitoring:p").get("/api/vhosts/b");
    assert.deepEqual([one.status, one.json], [
      401,
      { error: "not_authorised", reason: "Not administrator user" },
    ]);
  });
});
