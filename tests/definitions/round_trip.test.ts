import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Broker } from "../../mod.ts";
import type { Json } from "../../src/wire/json.ts";

type JsonMap = { readonly [name: string]: Json };
type Objects = readonly JsonMap[];

const name = fc.oneof(
  fc.constantFrom("a", "b", "$c", "д", "__proto__", "constructor", "x y", "/"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
).filter((name) => !name.startsWith("amq.") && new TextEncoder().encode(name).length < 256);
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 });
const text = fc.string({ unit: "grapheme", maxLength: 12 });

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Number.isInteger(one)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
/** Arguments without a meaning for exchanges, queues and bindings. */
const free = fc.dictionary(name.map((name) => `free ${name}`), value as fc.Arbitrary<Json>, {
  maxKeys: 4,
  noNullPrototype: true,
});

function queueArguments(type: string): fc.Arbitrary<JsonMap> {
  const known: Record<string, fc.Arbitrary<Json>> = { "x-max-length-bytes": fc.nat() };
  if (type === "stream") known["x-max-age"] = fc.constantFrom("1Y", "5m");
  else known["x-overflow"] = fc.constantFrom("drop-head", "reject-publish");
  const asked = fc.record(known, { requiredKeys: [] }) as fc.Arbitrary<JsonMap>;
  return fc.tuple(free, asked).map(([free, asked]) => ({ ...free, ...asked, "x-queue-type": type }));
}

const queue = (vhost: string) => (name: string): fc.Arbitrary<JsonMap> =>
  fc.constantFrom("classic", "quorum", "stream").chain((type) =>
    fc.record({
      name: fc.constant(name),
      vhost: fc.constant(vhost),
      type: fc.constant(type),
      durable: type === "classic" ? fc.boolean() : fc.constant(true),
      auto_delete: type === "classic" ? fc.boolean() : fc.constant(false),
      arguments: queueArguments(type),
    })
  );

const exchange = (vhost: string) => (name: string): fc.Arbitrary<JsonMap> =>
  fc.record({
    name: fc.constant(name),
    vhost: fc.constant(vhost),
    type: fc.constantFrom("direct", "topic", "fanout", "x-random", "x-modulus-hash"),
    durable: fc.boolean(),
    auto_delete: fc.boolean(),
    arguments: free,
  }).chain((exchange) => fc.boolean().map((internal): JsonMap => internal ? { ...exchange, internal } : exchange));

const policy = (vhost: string) => (name: string): fc.Arbitrary<JsonMap> =>
  fc.record({
    vhost: fc.constant(vhost),
    name: fc.constant(name),
    pattern: fc.constantFrom("", "^a", ".*", "д$"),
    "apply-to": fc.constantFrom("all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams"),
    definition: fc.record({ "max-length": fc.nat(), "message-ttl": fc.nat() }, { requiredKeys: ["max-length"] }),
    priority: fc.integer(),
  }) as fc.Arbitrary<JsonMap>;

const parameter = (vhost: string) => (name: string): fc.Arbitrary<JsonMap> =>
  fc.record({
    value: value as fc.Arbitrary<Json>,
    vhost: fc.constant(vhost),
    component: fc.constantFrom("shovel", "constructor", "federation-upstream"),
    name: fc.constant(name),
  });

const each = (names: readonly string[], make: (name: string) => fc.Arbitrary<JsonMap>): fc.Arbitrary<Objects> =>
  fc.tuple(...names.map(make));

interface Vhost {
  readonly name: string;
  readonly exchanges: Objects;
  readonly queues: Objects;
  readonly policies: Objects;
  readonly parameters: Objects;
  readonly bindings: Objects;
}

function bindingsIn(vhost: string, exchanges: Objects, queues: Objects): fc.Arbitrary<Objects> {
  const ends = [
    ...exchanges.map(({ name }) => ({ destination: name, destination_type: "exchange" })),
    ...queues.map(({ name }) => ({ destination: name, destination_type: "queue" })),
  ];
  const binding = fc.record({
    source: fc.constantFrom("amq.topic", ...exchanges.map(({ name }) => name as string)),
    vhost: fc.constant(vhost),
    end: fc.constantFrom(...ends),
    routing_key: text,
    arguments: free,
  }).map(({ end, ...binding }): JsonMap => ({ ...binding, ...end }));
  return fc.uniqueArray(binding, { maxLength: 5, selector: canonical });
}

const vhost = (name: string): fc.Arbitrary<Vhost> =>
  fc.tuple(names, names, names, names).chain(([ofExchanges, ofQueues, ofPolicies, ofParameters]) =>
    fc.tuple(
      each(ofExchanges, exchange(name)),
      each(ofQueues, queue(name)),
      each(ofPolicies, policy(name)),
      each(ofParameters, parameter(name)),
    )
  ).chain(([exchanges, queues, policies, parameters]) =>
    bindingsIn(name, exchanges, queues).map((bindings) => ({
      name,
      exchanges,
      queues,
      policies,
      parameters,
      bindings,
    }))
  );

const user = (name: string): fc.Arbitrary<JsonMap> =>
  fc.record({
    name: fc.constant(name),
    password_hash: fc.uint8Array({ minLength: 36, maxLength: 36 }).map((hash) => btoa(String.fromCharCode(...hash))),
    hashing_algorithm: fc.constant("rabbit_password_hashing_sha256"),
    tags: fc.array(name === "a" ? fc.constant("administrator") : fc.constantFrom("monitoring", "ours"), {
      maxLength: 2,
    }),
    limits: fc.record({ "max-channels": fc.integer(), "max-connections": fc.integer() }, { requiredKeys: [] }),
  }) as fc.Arbitrary<JsonMap>;

const pattern = fc.constantFrom("", ".*", "^a\\.", "{username}");

const definitions: fc.Arbitrary<JsonMap> = fc.tuple(names, names).chain(([ofVhosts, ofUsers]) =>
  fc.record({
    users: each(ofUsers, user),
    vhosts: fc.tuple(...ofVhosts.map(vhost)),
    metadata: fc.tuple(...ofVhosts.map(() =>
      fc.record({
        description: text,
        tags: fc.array(fc.constantFrom("one", "two")),
        default_queue_type: fc.constantFrom("classic", "quorum", "stream"),
      })
    )),
    permissions: fc.array(
      fc.record({
        user: fc.constantFrom(...ofUsers),
        vhost: fc.constantFrom(...ofVhosts),
        configure: pattern,
        write: pattern,
        read: pattern,
      }),
      { maxLength: 1 },
    ),
    topic_permissions: fc.array(
      fc.record({
        user: fc.constantFrom(...ofUsers),
        vhost: fc.constantFrom(...ofVhosts),
        exchange: name,
        write: pattern,
        read: pattern,
      }),
      { maxLength: 1 },
    ),
    global_parameters: names.chain((all) =>
      each(all, (one) => fc.record({ name: fc.constant(one), value: value as fc.Arbitrary<Json> }))
    ),
  })
).map(({ vhosts, metadata, ...others }): JsonMap => ({
  ...others,
  vhosts: vhosts.map(({ name }, at) => ({ name, limits: {}, metadata: metadata[at] })),
  exchanges: vhosts.flatMap(({ exchanges }) => exchanges),
  queues: vhosts.flatMap(({ queues }) => queues),
  policies: vhosts.flatMap(({ policies }) => policies),
  parameters: vhosts.flatMap(({ parameters }) => parameters),
  bindings: vhosts.flatMap(({ bindings }) => bindings),
}));

/** Returns a text that two values share exactly when they are equal. */
function canonical(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value === 0 ? 0 : value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = value as JsonMap;
  return `{${Object.keys(members).sort().map((key) => `${JSON.stringify(key)}:${canonical(members[key])}`).join()}}`;
}

/** Returns whether a broker has an object from the start, which definitions need not have. */
const isFromTheStart = (section: string, { name, user, vhost }: JsonMap): boolean =>
  section === "vhosts" && name === "from the start" || section === "users" && name === "nobody" ||
  section === "permissions" && user === "nobody" && vhost === "from the start";

function sections(definitions: JsonMap): Record<string, string[]> {
  const lists = Object.entries(definitions).filter(([, value]) => Array.isArray(value)) as [string, Objects][];
  return Object.fromEntries(
    lists.map(([section, objects]) => [
      section,
      objects.filter((object) => !isFromTheStart(section, object)).map(canonical).sort(),
    ]),
  );
}

const newBroker = () => new Broker({ defaults: { vhost: "from the start", user: "nobody" } });

describe("exported definitions", () => {
  it("are what was imported, and can be imported again without changes", async () => {
    const property = fc.asyncProperty(definitions, async (definitions) => {
      const [first, second] = [newBroker(), newBroker()];
      try {
        await first.importDefinitions(definitions);
        const exported = await first.exportDefinitions();
        assert.deepEqual(sections(JSON.parse(exported)), sections(definitions));
        await second.importDefinitions(exported);
        assert.equal(await second.exportDefinitions(), exported);
      } finally {
        await Promise.all([first.close(), second.close()]);
      }
    });
    await fc.assert(property, { numRuns: 30 });
  });
});
