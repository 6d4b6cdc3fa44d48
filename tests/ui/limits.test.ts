import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { limitRows } from "../../ui/pages/limits/limits.ts";

describe("the limits of virtual hosts and users", () => {
  it("are shown one by one, in the order of their names", () => {
    const rows = limitRows("vhost", [
      { vhost: "b", value: { "max-queues": 10, "max-connections": 0 } },
      { vhost: "a", value: { "max-queues": 5 } },
    ]);
    assert.deepEqual(rows, [
      { owner: "b", name: "max-connections", value: 0 },
      { owner: "b", name: "max-queues", value: 10 },
      { owner: "a", name: "max-queues", value: 5 },
    ]);
  });

  it("leave a negative one out, which limits nothing", () => {
    assert.deepEqual(limitRows("user", [{ user: "guest", value: { "max-channels": -1 } }]), []);
  });
});
