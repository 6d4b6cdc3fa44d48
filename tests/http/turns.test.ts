import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { FakeClock } from "../fake_clock.ts";
import { HttpClient } from "./http_client.ts";

describe("a request that only reads", () => {
  it("leaves no time behind: a later turn has its own", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const { status } = await new HttpClient(broker).get("/api/health/checks/certificate-expiration/1/days");
    assert.equal(status, 200);
    clock.sleep(60_000);
    assert.equal(broker.node.timeMs, clock.time());
  });
});
