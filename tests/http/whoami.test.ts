import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

describe("the login of the management API", () => {
  it("tells who is logged in", async () => {
    const client = new HttpClient(new Broker());
    const reply = await client.get("/api/whoami");
    assert.equal(reply.status, 200);
    assert.deepEqual(reply.json, { name: "guest", tags: ["administrator"], is_internal_user: true });
  });

  it("asks a client without credentials for some", async () => {
    const client = new HttpClient(new Broker(), null);
    const reply = await client.get("/api/whoami");
    assert.equal(reply.status, 401);
    assert.equal(reply.headers.get("www-authenticate"), 'Basic realm="RabbitMQ Management"');
    assert.deepEqual(reply.json, { error: "not_authorized", reason: "Not_Authorized" });
  });

  it("refuses a wrong password, an unknown user, and one without a management tag", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "plain", password: "secret" });
    for (
      const [user, error, reason] of [
        ["guest:wrong", "not_authorized", "Not_Authorized"],
        ["nobody:guest", "not_authorized", "Not_Authorized"],
        ["plain:secret", "not_authorised", "Not management user"],
      ]
    ) {
      const reply = await new HttpClient(broker, user).get("/api/whoami");
      assert.deepEqual([reply.status, reply.json], [401, { error, reason }], user);
    }
  });

  it("refuses a user who may log in from this machine only, with RabbitMQ's reason", async () => {
    const lines: string[] = [];
    const broker = new Broker({ log: (_, line) => lines.push(line) });
    const headers = { authorization: `Basic ${btoa("guest:guest")}` };
    const request = new Request("http://localhost/api/whoami", { headers });
    const reason = "User can only log in via localhost";
    // Without a peer the client may be anywhere.
    for (const peer of [{ isLoopback: false, host: "192.0.2.1" }, undefined]) {
      const response = await broker.fetch(request, peer);
      assert.equal(response.status, 401);
      assert.deepEqual(await response.json(), { error: "not_authorised", reason });
    }
    assert.ok(lines.includes("HTTP access denied: user 'guest' - User can only log in via localhost"));
  });

  it("refuses a malformed header as a bad request", async () => {
    const client = new HttpClient(new Broker(), null);
    for (const authorization of ["Digest abc", "Basic", "Basic ###", `Basic ${btoa("guest")}`]) {
      const { status } = await client.request("GET", "/api/whoami", undefined, { authorization });
      assert.equal(status, 400, authorization);
    }
  });

  it("refuses passwords where only tokens are accepted, and asks for none", async () => {
    const broker = new Broker({ management: { isBasicAuthDisabled: true } });
    const basic = await new HttpClient(broker).get("/api/whoami");
    assert.equal(basic.status, 401);
    assert.deepEqual(basic.json, { error: "not_authorised", reason: "HTTP access denied: basic auth disabled" });
    const none = await new HttpClient(broker, null).get("/api/whoami");
    assert.equal(none.status, 401);
    assert.equal(none.headers.has("www-authenticate"), false);
  });

  it("is needed for the page about the API where that is configured", async () => {
    const open = new Broker();
    assert.equal((await new HttpClient(open, null).get("/api/index.html")).status, 200);
    const broker = new Broker({ management: { hidesReference: true } });
    assert.equal((await new HttpClient(broker, null).get("/api/index.html")).status, 401);
    assert.equal((await new HttpClient(broker).get("/api/index.html")).status, 200);
  });

  it("answers an unknown path with 404", async () => {
    const reply = await new HttpClient(new Broker()).get("/api/nothing");
    assert.deepEqual([reply.status, reply.json], [404, { error: "Object Not Found", reason: "Not Found" }]);
  });
});
