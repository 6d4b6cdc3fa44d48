import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

const node = "haremq@localhost";

describe("replicas of quorum queues over HTTP", () => {
  it("are one for each queue, which nothing changes", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/qq", { durable: true, arguments: { "x-queue-type": "quorum" } });
    await client.put("/api/queues/%2F/c", { durable: true });
    await client.put("/api/queues/%2F/s", { durable: true, arguments: { "x-queue-type": "stream" } });
    const unavailable = (reason: string) => ({ error: "service_unavailable", reason });
    const bad = (reason: string) => ({ error: "bad_request", reason });
    for (
      const [method, path, body, status, json] of [
        ["GET", "%2F/qq/status", undefined, 200, [
          { "Node Name": node, "Raft State": "leader", Membership: "voter" },
        ]],
        ["GET", "%2F/c/status", undefined, 503, { status: "failed", reason: "classic_queue_not_supported" }],
        ["POST", "%2F/qq/replicas/add", { node }, 204, undefined],
        ["POST", "%2F/qq/replicas/add", {}, 400, bad("[{key_missing,node}]")],
        ["POST", "%2F/qq/replicas/add", { node: "x" }, 400, bad("Node is not a cluster member")],
        ["POST", "%2F/c/replicas/add", { node }, 503, unavailable("classic_queue_not_supported")],
        ["POST", "%2F/none/replicas/add", { node }, 503, unavailable("not_found")],
        ["DELETE", "%2F/qq/replicas/delete", { node }, 503, unavailable("last_node")],
        ["DELETE", "%2F/s/replicas/delete", { node }, 503, unavailable("not_quorum_queue")],
        ["POST", `replicas/on/${node}/grow`, { vhost_pattern: ".*", queue_pattern: ".*", strategy: "all" }, 204],
        [
          "POST",
          `replicas/on/${node}/grow`,
          { vhost_pattern: ".*", queue_pattern: ".*", strategy: "some" },
          400,
          bad("Invalid strategy value"),
        ],
        ["DELETE", `replicas/on/${node}/shrink`, undefined, 202, undefined],
      ] as const
    ) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const reply = await client.request(method, `/api/queues/quorum/${path}`, text);
      assert.deepEqual([reply.status, reply.json], [status, json], `${method} ${path}`);
    }
  });
});
