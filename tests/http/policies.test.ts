import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

const BODY = { pattern: "^a", definition: { "max-length": 5 } };

/** Returns a broker with the virtual hosts `a` and `b`, and users whose name is their tag, with permissions in `a`. */
async function brokerOf(...tags: string[]): Promise<Broker> {
  const broker = new Broker();
  const client = new HttpClient(broker);
  for (const vhost of ["a", "b"]) await client.put(`/api/vhosts/${vhost}`);
  for (const tag of tags) {
    await client.put(`/api/users/${tag}`, { tags: tag, password: "p" });
    await client.put(`/api/permissions/a/${tag}`, { configure: "", write: "", read: "" });
  }
  return broker;
}

for (const [resource, kind] of [["policies", "policy"], ["operator-policies", "operator policy"]]) {
  describe(`the resource ${resource} of the management API`, () => {
    it(`sets a ${kind} with 201 or 204, applies it, and clears it`, async () => {
      const broker = new Broker();
      const client = new HttpClient(broker);
      const path = `/api/${resource}/%2F/p`;
      assert.equal((await client.put(path, BODY)).status, 201);
      assert.equal((await client.put(path, { ...BODY, priority: 3, "apply-to": "queues" })).status, 204);
      const policy = { vhost: "/", name: "p", ...BODY, "apply-to": "queues", priority: 3 };
      assert.deepEqual((await client.get(path)).json, policy);
      assert.deepEqual((await client.get(`/api/${resource}`)).json, [policy]);
      assert.deepEqual((await client.get(`/api/${resource}/%2F`)).json, [policy]);
      assert.equal((await client.delete(path)).status, 204);
      assert.equal((await client.delete(path)).status, 404);
    });

    it("lists them by priority", async () => {
      const client = new HttpClient(new Broker());
      for (const [name, priority] of [["a", 2], ["b", 0], ["c", 1]]) {
        await client.put(`/api/${resource}/%2F/${name}`, { ...BODY, priority });
      }
      const { json } = await client.get(`/api/${resource}?columns=name`);
      assert.deepEqual(json, [{ name: "b" }, { name: "c" }, { name: "a" }]);
    });

    it("tells when the virtual host does not exist", async () => {
      const client = new HttpClient(new Broker());
      const { status, json } = await client.put(`/api/${resource}/v/p`, BODY);
      assert.deepEqual([status, json], [404, { error: "not_found", reason: "vhost_not_found" }]);
      assert.equal((await client.get(`/api/${resource}/v`)).status, 404);
    });
  });
}

describe("the operators' policies of a broker that refuses their change by HTTP", () => {
  it("can be listed, and nothing else", async () => {
    const client = new HttpClient(new Broker({ management: { refusesOperatorPolicies: true } }));
    const path = "/api/operator-policies/%2F/p";
    for (const reply of [await client.put(path, BODY), await client.get(path), await client.delete(path)]) {
      const reason = "Broker settings disallow editing of operator policies.";
      assert.deepEqual([reply.status, reply.json], [405, { error: "method_not_allowed", reason }]);
    }
    assert.deepEqual((await client.get("/api/operator-policies")).json, []);
    assert.equal((await client.put("/api/policies/%2F/p", BODY)).status, 201);
  });
});

describe("the error of a policy's regular expression", () => {
  it("breaks its line where Erlang does", async () => {
    const { json } = await new HttpClient(new Broker()).put("/api/policies/%2F/p", { ...BODY, pattern: "[" });
    assert.equal(
      json.reason,
      "Validation failed\n\npattern should be regular expression but is invalid: " +
        `{"missing terminating ] for character class",\n${" ".repeat(54)}1}\n`,
    );
  });
});

describe("the policies of a user who is no administrator", () => {
  it("are those in virtual hosts that the user may open, and policymakers change them", async () => {
    const broker = await brokerOf("policymaker", "management");
    const admin = new HttpClient(broker);
    for (const vhost of ["a", "b"]) await admin.put(`/api/policies/${vhost}/p`, BODY);
    const maker = new HttpClient(broker, "policymaker:p");
    assert.equal((await maker.put("/api/policies/a/p", BODY)).status, 204);
    const elsewhere = await maker.put("/api/policies/b/p", BODY);
    assert.deepEqual([elsewhere.status, elsewhere.json], [404, { error: "not_found", reason: "Not Found" }]);
    assert.equal((await maker.put("/api/operator-policies/a/p", BODY)).status, 401);
    const reader = new HttpClient(broker, "management:p");
    assert.deepEqual((await reader.get("/api/policies?columns=vhost")).json, [{ vhost: "a" }]);
    for (const refused of [await reader.put("/api/policies/a/p", BODY), await reader.delete("/api/policies/a/p")]) {
      assert.deepEqual([refused.status, refused.json.reason], [401, "User not authorised to access object"]);
    }
  });
});

describe("the parameters of the management API", () => {
  it("are set with 201 or 204, listed by component and virtual host, and cleared", async () => {
    const client = new HttpClient(new Broker());
    const path = "/api/parameters/vhost-limits/%2F/limits";
    assert.equal((await client.put(path, { value: { "max-queues": 2 } })).status, 201);
    assert.equal((await client.put(path, { value: { "max-queues": 3 } })).status, 204);
    const parameter = { value: { "max-queues": 3 }, vhost: "/", component: "vhost-limits", name: "limits" };
    assert.deepEqual((await client.get(path)).json, parameter);
    for (const list of ["", "/vhost-limits", "/vhost-limits/%2F"]) {
      assert.deepEqual((await client.get(`/api/parameters${list}`)).json, [parameter], list);
    }
    assert.deepEqual((await client.get("/api/parameters/other")).json, []);
    assert.deepEqual((await client.get("/api/vhost-limits")).json, [{ vhost: "/", value: { "max-queues": 3 } }]);
    assert.equal((await client.delete(path)).status, 204);
    assert.equal((await client.delete(path)).status, 404);
  });

  it("contain policies only where these are asked for", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/policies/%2F/p", BODY);
    assert.deepEqual((await client.get("/api/parameters")).json, []);
    assert.equal((await client.get("/api/parameters/policy")).json[0].name, "p");
    const refused = await client.delete("/api/parameters/policy/%2F/p");
    assert.deepEqual([refused.status, refused.json.reason], [400, "policies may not be cleared using this method"]);
  });

  it("have any value where they are global", async () => {
    const client = new HttpClient(new Broker());
    for (const [at, value] of [{ a: [1, "b"] }, "text", 5, null, false].entries()) {
      assert.equal((await client.put("/api/global-parameters/g", { value })).status, at === 0 ? 201 : 204);
      assert.deepEqual((await client.get("/api/global-parameters/g")).json, { name: "g", value });
    }
    assert.deepEqual((await client.get("/api/global-parameters")).json, [{ name: "g", value: false }]);
    assert.equal((await client.delete("/api/global-parameters/g")).status, 204);
    assert.equal((await client.delete("/api/global-parameters/g")).status, 404);
  });
});

describe("the limits of the management API", () => {
  it("are set one by one, and cleared", async () => {
    const client = new HttpClient(new Broker());
    for (
      const [resource, owner, first, second] of [
        ["vhost-limits", "%2F", "max-queues", "max-connections"],
        ["user-limits", "guest", "max-channels", "max-connections"],
      ]
    ) {
      const path = `/api/${resource}/${owner}`;
      assert.deepEqual((await client.get(path)).json, []);
      assert.equal((await client.put(`${path}/${first}`, { value: 5 })).status, 204);
      assert.equal((await client.put(`${path}/${second}`, { value: -1 })).status, 204);
      const [{ value }] = (await client.get(`/api/${resource}`)).json;
      assert.deepEqual(value, { [first]: 5, [second]: -1 });
      assert.equal((await client.delete(`${path}/${first}`)).status, 204);
      assert.equal((await client.delete(`${path}/${first}`)).status, 204);
      assert.deepEqual((await client.get(path)).json[0].value, { [second]: -1 });
    }
  });

  it("are shown to those whom they are about, and to monitors", async () => {
    const broker = await brokerOf("management", "monitoring");
    const admin = new HttpClient(broker);
    await admin.put("/api/vhost-limits/b/max-queues", { value: 5 });
    await admin.put("/api/user-limits/management/max-channels", { value: 5 });
    const monitor = new HttpClient(broker, "monitoring:p");
    const other = new HttpClient(broker, "management:p");
    assert.equal((await monitor.get("/api/vhost-limits/b")).json.length, 1);
    assert.equal((await other.get("/api/vhost-limits/b")).status, 404);
    assert.deepEqual((await other.get("/api/vhost-limits")).json, []);
    assert.equal((await monitor.get("/api/user-limits/management")).json.length, 1);
    assert.equal((await other.get("/api/user-limits/management")).json.length, 1);
    assert.equal((await other.get("/api/user-limits/guest")).status, 401);
    assert.equal((await monitor.get("/api/user-limits")).json.reason, "Not administrator user");
  });

  it("tell when the virtual host or the user does not exist", async () => {
    const client = new HttpClient(new Broker());
    const reason = { error: "not_found", reason: "vhost_not_found" };
    assert.deepEqual((await client.put("/api/vhost-limits/v/max-queues", { value: 5 })).json, reason);
    assert.deepEqual((await client.delete("/api/vhost-limits/v/max-queues")).json, reason);
    assert.deepEqual((await client.delete("/api/user-limits/u/max-channels")).json, reason);
    assert.equal((await client.get("/api/user-limits/u")).status, 404);
  });
});
