import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

describe("the rights of a user", () => {
  it("are told for queues and exchanges, which need not exist", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.put("/api/users/worker", { password: "secret", tags: "management" });
    await client.put("/api/permissions/%2F/worker", { configure: "^own", write: "^(own|amq.default)", read: ".*" });
    const rightsOf = async (path: string, user = "worker:secret") => {
      const headers = { authorization: `Basic ${btoa(user)}` };
      const request = new Request(`http://localhost/api/${path}/rights`, { headers });
      return await (await broker.fetch(request, { isLoopback: true })).json();
    };
    assert.deepEqual(await rightsOf("queues/%2F/own.q"), { configure: true, write: true, read: true });
    assert.deepEqual(await rightsOf("queues/%2F/other"), { configure: false, write: false, read: true });
    assert.deepEqual(await rightsOf("exchanges/%2F/amq.default"), { configure: false, write: true, read: true });
    await client.put("/api/users/watcher", { password: "secret", tags: "monitoring" });
    const none = { configure: false, write: false, read: false };
    assert.deepEqual(await rightsOf("queues/%2F/own.q", "watcher:secret"), none);
    assert.deepEqual(await rightsOf("exchanges/%2F/amq.topic", "guest:guest"), {
      configure: true,
      write: true,
      read: true,
    });
  });
});
