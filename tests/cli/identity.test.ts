import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { plainTable, type PlainValue } from "../../src/wire/field_table.ts";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

async function propertiesOf(text: string, environment: Readonly<Record<string, string>> = {}) {
  const file = `${folder}/haremq.conf`;
  writeFileSync(file, text);
  const haremq = Haremq.with(environment, "--port", "0", "--config", file);
  const client = await RawClient.connect(await haremq.address());
  const { serverProperties } = await client.logIn();
  client.drop();
  return plainTable(serverProperties) as Readonly<Record<string, PlainValue>>;
}

describe("what clients are told of the server", () => {
  it("is the node's name in RABBITMQ_NODENAME as the cluster's, with the machine's where there is none in it", async () => {
    const environment = { RABBITMQ_NODENAME: "rabbit" };
    const { cluster_name, product, version } = await propertiesOf("compat = 3.13\n", environment);
    assert.equal(cluster_name, `rabbit@${hostname().replace(/\..*/, "")}`);
    assert.deepEqual([product, version], ["RabbitMQ", "3.13.7"]);
  });

  it("is what the configuration says of cluster and product", async () => {
    const text = "cluster_name = c1\nnodename = n@h\nproduct.name = Hare\nproduct.version = 9.9\ncompat = 4.3\n";
    const { cluster_name, product, version } = await propertiesOf(text);
    assert.deepEqual([cluster_name, product, version], ["c1", "Hare", "9.9"]);
  });
});
