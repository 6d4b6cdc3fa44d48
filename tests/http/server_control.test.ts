import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

describe("control of a server over HTTP", () => {
  it("is left to the program that a broker is part of", async () => {
    const client = new HttpClient(new Broker());
    const { status, json } = await client.delete("/api/node");
    assert.equal(status, 501);
    assert.deepEqual(json, {
      error: "not_implemented",
      reason: "the program that this broker is part of controls it itself",
    });
  });

  it("is for administrators only", async () => {
    const broker = new Broker();
    await new HttpClient(broker).put("/api/users/m", { password: "m", tags: "monitoring" });
    const client = new HttpClient(broker, "m:m");
    assert.equal((await client.delete("/api/node")).status, 401);
    assert.equal((await client.put("/api/node/log-level", { level: "debug" })).status, 401);
  });
});
