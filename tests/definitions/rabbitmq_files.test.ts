import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { readJson } from "../../src/definitions/json/json_reader.ts";
import type { JsonObject, JsonValue } from "../../src/definitions/json/json_value.ts";

type Objects = Record<string, JsonValue>[];

/** Files written by RabbitMQ, filled by `fill_rabbitmq.ts`. */
const VERSIONS = ["3.10", "4.3"];

const open: Broker[] = [];

function newBroker(): Broker {
  const broker = new Broker({ defaults: { user: "nobody" } });
  open.push(broker);
  return broker;
}

const fixture = (version: string, file: string): string =>
  readFileSync(new URL(`fixtures/rabbitmq_${version}/${file}.json`, import.meta.url), "utf8");

function parse(text: string): JsonObject {
  const steps = readJson(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Returns a text that two values share exactly when they are equal. */
const canonical = (value: JsonValue): string =>
  JSON.stringify(
    value,
    (_, one) =>
      typeof one === "bigint"
        ? `integer ${one}`
        : typeof one !== "object" || one === null || Array.isArray(one)
        ? one
        : Object.fromEntries(Object.entries(one).sort(([a], [b]) => a < b ? -1 : 1)),
  );

const SHOP_LIMITS: JsonObject = { "max-connections": -1, "max-queues": 500 };

/** Members that HareMQ writes and some version of RabbitMQ does not, with the version's defaults. */
const IMPLIED: Record<string, (object: JsonObject) => JsonObject> = {
  vhosts: (vhost) => ({
    limits: vhost.name === "shop" ? SHOP_LIMITS : {},
    metadata: { description: "", tags: [], default_queue_type: "classic" },
    ...vhost,
  }),
  exchanges({ internal, ...exchange }) {
    return internal === true ? { ...exchange, internal } : exchange;
  },
  queues(queue) {
    const given = queue.arguments as JsonObject;
    const type = given["x-queue-type"] ?? "classic";
    return { ...queue, type, arguments: { ...given, "x-queue-type": type } };
  },
};

/** Returns whether an object exists in RabbitMQ only: those of a cluster, and an exchange for its log. */
const isOfRabbitmq = ({ name }: JsonObject): boolean =>
  name === "internal_cluster_id" || name === "amq.rabbitmq.log" || name === "guest" || name === "nobody";

/** Returns the sections of definitions, each as a sorted list of canonical objects. */
function sections(definitions: JsonObject): Record<string, string[]> {
  const lists = Object.entries(definitions).filter(([, value]) => Array.isArray(value)) as [string, Objects][];
  return Object.fromEntries(
    lists.map(([section, objects]) => [
      section,
      objects.filter((object) => !isOfRabbitmq(object) && object.user !== "nobody")
        .map((object) => canonical(IMPLIED[section]?.(object) ?? object)).sort(),
    ]),
  );
}

describe("definitions that RabbitMQ exported", () => {
  after(() => Promise.all(open.map((broker) => broker.close())));

  for (const version of VERSIONS) {
    it(`of version ${version} are imported, and exported unchanged`, async () => {
      const broker = newBroker();
      const file = fixture(version, "definitions");
      await broker.importDefinitions(file);
      assert.deepEqual(sections(parse(await broker.exportDefinitions())), sections(parse(file)));
    });

    it(`of version ${version} change nothing when they are imported again`, async () => {
      const broker = newBroker();
      const file = fixture(version, "definitions");
      await broker.importDefinitions(file);
      const before = await broker.exportDefinitions();
      const { declared } = broker.node.store;
      await broker.importDefinitions(file);
      assert.equal(broker.node.store.declared, declared);
      assert.equal(await broker.exportDefinitions(), before);
    });

    it(`of one virtual host of version ${version} are imported into another one`, async () => {
      const broker = newBroker();
      broker.vhost("copy");
      const file = fixture(version, "vhost");
      await broker.importDefinitions(file, { vhost: "copy" });
      // Version 3.10 has the virtual host of policies and parameters even here.
      const inFile = file.replaceAll('"vhost":"shop",', "").replaceAll(',"vhost":"shop"', "");
      assert.deepEqual(sections(parse(await broker.exportDefinitions("copy"))), sections(parse(inFile)));
    });
  }

  it("list what HareMQ leaves out or does not use", async () => {
    const { notices } = await newBroker().importDefinitions(fixture("4.3", "definitions"));
    const told = notices.map((notice) => notice.replace(/\[\d+\]/g, "[n]")).sort();
    assert.deepEqual(told, [
      "exchanges[n].name: exchanges of the broker's own are not imported",
      "global_parameters[n].name and 2 others: global parameters are kept, and have no effect in HareMQ",
      "parameters[n].component: parameters of the component 'federation-upstream' are kept, and have no effect in HareMQ",
      "parameters[n].component: parameters of the component 'federation-upstream-set' are kept, and have no effect in HareMQ",
      "parameters[n].component: parameters of the component 'shovel' are kept, and have no effect in HareMQ",
    ]);
  });

  it("let their users log in with their old passwords", async () => {
    const broker = newBroker();
    await broker.importDefinitions(fixture("3.10", "definitions"));
    const { passwordHash, hashingAlgorithm, tags } = broker.node.topology.users.users.get("rüben")!;
    const { verifyPassword } = await import("../../src/access/password.ts");
    assert.equal(verifyPassword(passwordHash, "пароль", hashingAlgorithm as "rabbit_password_hashing_sha256"), true);
    assert.deepEqual(tags, ["monitoring", "policymaker", "our own"]);
  });
});
