import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { startServer } from "../../src/cli/server.ts";
import type { Config } from "../../src/config/config.ts";
import { runtime } from "../../src/runtime/current.ts";
import { HttpClient } from "../http/http_client.ts";

let dataDir: string;

before(async () => {
  dataDir = await mkdtemp(`${tmpdir()}/haremq-test-`);
});

after(() => rm(dataDir, { recursive: true }));

/** Starts a server on the folder, reads its parameters, the overview's tags and the identifier in metrics, and ends it. */
async function readFrom(config: Config) {
  const anyPort = { tcp: { ip: "127.0.0.1", port: 0 } };
  const listeners = { listeners: [{ host: "127.0.0.1", port: 0 }], management: anyPort, prometheus: anyPort };
  const all = { ...listeners, diskFreeLimit: { bytes: 0 }, ...config };
  const server = await startServer(runtime, { logLevel: "none", dataDir, sync: "always", config: all });
  try {
    const client = new HttpClient(server.broker);
    const overview = (await client.get("/api/overview")).json;
    const parameters = (await client.get("/api/global-parameters?sort=name")).json;
    const metrics = await (await server.broker.fetchMetrics(new Request("http://localhost/metrics"))).text();
    return {
      parameters,
      tags: overview.cluster_tags,
      nodeTags: overview.node_tags,
      identifier: /rabbitmq_cluster_permanent_id="([^"]*)"/.exec(metrics)?.[1],
      exported: (await client.get("/api/definitions")).json.global_parameters,
    };
  } finally {
    await server.close();
  }
}

describe("the global parameters of a server", () => {
  it("are the identifier that it keeps, and its configured tags", async () => {
    const first = await readFrom({});
    const [, { value: id }] = first.parameters;
    assert.match(id, /^rabbitmq-cluster-id-[\w-]{22}$/);
    const withTags = (value: unknown) => [{ name: "cluster_tags", value }, { name: "internal_cluster_id", value: id }];
    assert.deepEqual(first, {
      parameters: withTags([]),
      tags: {},
      nodeTags: {},
      identifier: id,
      exported: [{ name: "cluster_tags", value: [] }],
    });
    const clusterTags = { region: "eu", role: "test" };
    assert.deepEqual(await readFrom({ clusterTags, nodeTags: { zone: "b" } }), {
      parameters: withTags(clusterTags),
      tags: clusterTags,
      nodeTags: { zone: "b" },
      identifier: id,
      exported: [{ name: "cluster_tags", value: clusterTags }],
    });
    assert.deepEqual(await readFrom({}), first);
  });
});
