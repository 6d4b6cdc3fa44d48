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

describe("the server properties", () => {
  it("name the cluster by RABBITMQ_NODENAME, with the machine's name as host where it has none", async () => {
    const environment = { RABBITMQ_NODENAME: "rabbit" };
    const { cluster_name, product, version } = await propertiesOf("compat = 3.13\n", environment);
    assert.equal(cluster_name, `rabbit@${hostname().replace(/\..*/, "")}`);
    assert.deepEqual([product, version], ["RabbitMQ", "3.13.7"]);
  });

  it("have the cluster and product names in the configuration", async () => {
    const text = "cluster_name = c1\nnodename = n@h\nproduct.name = Hare\nproduct.version = 9.9\ncompat = 4.3\n";
    const { cluster_name, product, version } = await propertiesOf(text);
    assert.deepEqual([cluster_name, product, version], ["c1", "Hare", "9.9"]);
  });
});
