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

  it("answers an unknown path with 404", async () => {
    const reply = await new HttpClient(new Broker()).get("/api/nothing");
    assert.deepEqual([reply.status, reply.json], [404, { error: "Object Not Found", reason: "Not Found" }]);
  });
});
