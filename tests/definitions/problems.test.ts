import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { Broker, DefinitionsError } from "../../mod.ts";

const brokers: Broker[] = [];
after(() => Promise.all(brokers.map((broker) => broker.close())));

function newBroker(options: ConstructorParameters<typeof Broker>[0] = {}): Broker {
  const broker = new Broker(options);
  brokers.push(broker);
  return broker;
}

/** Returns the text of the error for refused definitions. */
async function refusal(definitions: string | object, broker = newBroker()): Promise<string> {
  const before = await broker.exportDefinitions();
  const error = await broker.importDefinitions(definitions).then(() => undefined, (error) => error);
  assert.ok(error instanceof DefinitionsError, String(error));
  assert.equal(await broker.exportDefinitions(), before);
  return error.message;
}

const queue = (more: object) => ({ queues: [{ vhost: "/", name: "q", ...more }] });
const bind = (more: object) => ({
  queues: [{ vhost: "/", name: "q" }],
  bindings: [{
    vhost: "/",
    source: "amq.topic",
    destination: "q",
    destination_type: "queue",
    routing_key: "",
    ...more,
  }],
});

const REFUSED: readonly (readonly [definitions: object | string, message: string | RegExp])[] = [
  [
    queue({ arguments: { "x-max-length": -1 } }),
    "queues[0].arguments.x-max-length: invalid arg 'x-max-length' for queue 'q' in vhost '/': {value_negative,-1}",
  ],
  [
    queue({ arguments: { "x-max-age": "1D" } }),
    "queues[0].arguments.x-max-age: invalid arg 'x-max-age' for queue 'q' in vhost '/' of queue type rabbit_classic_queue",
  ],
  [
    queue({ durable: false, arguments: { "x-queue-type": "quorum" } }),
    "queues[0]: invalid property 'non-durable' for queue 'q' in vhost '/'",
  ],
  [queue({ name: 5 }), "queues[0].name: a text is expected here: received a number"],
  [queue({ name: "" }), "queues[0].name: a name is not empty"],
  [queue({ name: "я".repeat(128) }), "queues[0].name: this has no more than 255 bytes"],
  [queue({ durable: "yes" }), "queues[0].durable: true or false is expected here: received a text"],
  [queue({ vhost: "no" }), 'queues[0].vhost: Please create virtual host "no" prior to importing definitions.'],
  [
    { queues: [{ name: "q" }] },
    "queues[0].vhost: this key is missing: definitions of a single virtual host have to be imported into one",
  ],
  [{ queues: {} }, "queues: a list is expected here: received an object"],
  [{ queues: ["q"] }, "queues[0]: an object is expected here: received a text"],
  [
    queue({ arguments: { list: [{ ["n".repeat(256)]: 1 }] } }),
    `queues[0].arguments.list[0].${"n".repeat(256)}: a name has no more than 255 bytes`,
  ],
  [queue({ arguments: { text: "x".repeat(50_000) } }), "queues[0].arguments: arguments take no more than 131072 bytes"],
  [bind({ source: "no" }), "bindings[0].source: no exchange 'no' in vhost '/'"],
  [bind({ destination: "no" }), "bindings[0].destination: no queue 'no' in vhost '/'"],
  [bind({ destination_type: "list" }), 'bindings[0].destination_type: this is "queue" or "exchange"'],
  [
    bind({ source: "amq.headers", arguments: { "x-match": "some" } }),
    'bindings[0]: Invalid x-match field value <<"some">>; expected all, any, all-with-x, or any-with-x',
  ],
  [
    { exchanges: [{ vhost: "/", name: "x", type: "drect" }] },
    "exchanges[0].type: unknown exchange type 'drect'",
  ],
  [
    { exchanges: [{ vhost: "/", name: "x", type: "fanout", arguments: { "alternate-exchange": 1 } }] },
    "exchanges[0].arguments.alternate-exchange: the name of an exchange is expected here",
  ],
  [
    { exchanges: [{ vhost: "/", name: "x", type: "x-delayed-message", arguments: {} }] },
    "exchanges[0].arguments: Invalid argument, 'x-delayed-type' must be an existing exchange type",
  ],
  [
    { policies: [{ vhost: "/", name: "p", pattern: "(", definition: { "max-length": 1 } }] },
    /^policies\[0\]\.pattern: pattern should be regular expression but is invalid/,
  ],
  [
    { policies: [{ vhost: "/", name: "p", pattern: "", definition: { "max-length": -1 } }] },
    "policies[0].definition: -1 is not a valid maximum length",
  ],
  [
    { parameters: [{ vhost: "/", component: "vhost-limits", name: "limits", value: { "max-queues": "5" } }] },
    'parameters[0].value.max-queues: max-queues should be a number, actually was <<"5">>',
  ],
  [
    { parameters: [{ vhost: "/", component: "operator_policy", name: "o", value: { pattern: "", definition: {} } }] },
    "parameters[0].value.definition: no policy provided",
  ],
  [
    { parameters: [{ vhost: "/", component: "policy", name: "p", value: {} }] },
    "parameters[0].component: policies may not be set using this method",
  ],
  [{ users: [{ name: "u" }] }, "users[0].tags: this key is missing"],
  [
    { users: [{ name: "u", tags: "", password: "a", password_hash: "" }] },
    "users[0]: both password and password_hash are provided",
  ],
  [{ users: [{ name: "u", tags: "", password_hash: "я" }] }, "users[0].password_hash: this is no base64"],
  [
    { users: [{ name: "u", tags: "", password_hash: "", hashing_algorithm: "rot13" }] },
    /^users\[0\]\.hashing_algorithm: this is one of rabbit_password_hashing_sha256, /,
  ],
  [
    { users: [{ name: "u", tags: [], limits: { "max-channels": "many" } }] },
    'users[0].limits: max-channels should be a number, actually was <<"many">>',
  ],
  [
    { users: [{ name: "u", tags: "", permissions: { v: { configure: "", write: "", read: "" } } }] },
    "users[0].permissions.v: vhost 'v' does not exist",
  ],
  [
    { users: [{ name: "u", tags: "", permissions: { "/": { configure: "", write: "" } } }] },
    'users[0].permissions["/"].read: this key is missing',
  ],
  [
    { permissions: [{ user: "no", vhost: "/", configure: "", write: "", read: "" }] },
    "permissions[0].user: user 'no' does not exist",
  ],
  [
    { permissions: [{ user: "guest", vhost: "/", configure: "[", write: "", read: "" }] },
    /^permissions\[0\]\.configure: invalid regular expression '\[': /,
  ],
  [
    { vhosts: [{ name: "v", metadata: { default_queue_type: "lifo" } }] },
    "vhosts[0].metadata.default_queue_type: lifo is not a valid queue type",
  ],
  [
    '{"parameters":[{"vhost":"/","component":"c","name":"n","value":{"a":[9007199254740993]}}]}',
    "parameters[0].value.a[0]: an integer takes 53 bits at most here: received 9007199254740993",
  ],
];

describe("definitions that are wrong", () => {
  for (const [definitions, message] of REFUSED) {
    it(`are refused with ${message}`, async () => {
      const said = await refusal(definitions);
      if (typeof message === "string") assert.equal(said, message);
      else assert.match(said, message);
    });
  }

  it("are reported all at once, and change nothing", async () => {
    const definitions = {
      users: [{ name: "new", tags: "" }],
      vhosts: [{ name: "new" }],
      exchanges: [{ vhost: "new", name: "x", type: "fanout" }, { vhost: "new", name: "y", type: "list" }],
      bindings: [{ vhost: "new", source: "x", destination: "q", destination_type: "queue", routing_key: "" }],
    };
    assert.equal(
      await refusal(definitions),
      "exchanges[1].type: unknown exchange type 'list'\nbindings[0].destination: no queue 'q' in vhost 'new'",
    );
  });

  it("are listed up to a readable number", async () => {
    const lines = (await refusal({ queues: Array.from({ length: 10_000 }, () => 1) })).split("\n");
    assert.equal(lines.length, 21);
    assert.equal(lines[20], "and 80 more problems");
  });

  it("are refused when limits would be exceeded", async () => {
    const broker = newBroker({ vhostMax: 2, clusterExchangeLimit: 8 });
    const queues = ["a", "b", "c"].map((name) => ({ vhost: "/", name }));
    const limits = [{ vhost: "/", component: "vhost-limits", name: "limits", value: { "max-queues": 2 } }];
    assert.match(
      await refusal({ parameters: limits, queues }, broker),
      /^queues: Adding 3 queue\(s\) to virtual host "\/"/,
    );
    assert.match(await refusal({ vhosts: [{ name: "a" }, { name: "b" }] }, broker), /^vhosts\[1\].name: .*limit of 2/);
    const exchanges = ["a", "b"].map((name) => ({ vhost: "/", name, type: "fanout" }));
    assert.match(await refusal({ exchanges }, broker), /^exchanges\[1\]: exchange limit of 8 is reached/);
  });

  it("never show passwords", async () => {
    const passwords = {
      credential_validator: { validation_backend: "rabbit_credential_validator_min_password_length" },
    };
    const broker = newBroker({ passwords } as ConstructorParameters<typeof Broker>[0]);
    const said = await refusal({ users: [{ name: "u", tags: "", password: "s3cr" }] }, broker);
    assert.equal(said, "users[0].password: minimum required password length is 5");
  });
});

describe("definitions with objects that HareMQ does not have", () => {
  const notices = async (definitions: object, broker = newBroker()) =>
    (await broker.importDefinitions(definitions)).notices;

  it("are imported without them, with a notice", async () => {
    const definitions = {
      shovels: [],
      exchanges: [{ vhost: "/", name: "x", type: "x-rtopic", policy: "p" }],
      queues: [{ vhost: "/", name: "q", node: "rabbit@a" }, { vhost: "/", name: "amq.gen-1" }],
      bindings: [
        { vhost: "/", source: "x", destination: "q", destination_type: "queue", routing_key: "" },
        { vhost: "/", source: "amq.topic", destination: "amq.gen-1", destination_type: "queue", routing_key: "" },
        { vhost: "/", source: "", destination: "q", destination_type: "queue", routing_key: "q" },
      ],
    };
    const broker = newBroker();
    assert.deepEqual(await notices(definitions, broker), [
      "shovels: this key is unknown and ignored",
      "exchanges[0].type: HareMQ has no exchanges of type 'x-rtopic': they are left out, with their bindings",
      "exchanges[0].policy: 'policy' is not a key of exchanges and ignored",
      "queues[0].node: 'node' is not a key of queues and ignored",
      "queues[1].name: queues with names of the server's are not imported, nor are their bindings",
      "bindings[0].source and another one: bindings of what is not imported are left out",
      "bindings[2].source: bindings of the default exchange are not imported: every queue has its own",
    ]);
    assert.deepEqual([...broker.node.vhosts.get("/")!.queues.keys()], ["q"]);
  });

  it("do not change existing exchanges and queues", async () => {
    const broker = newBroker();
    broker.vhost("/").queue("q", { durable: false });
    const told = await notices({
      queues: [{ vhost: "/", name: "q", arguments: { "x-max-length": 1 } }],
      exchanges: [{ vhost: "/", name: "x", type: "fanout" }, { vhost: "/", name: "x", type: "direct" }],
    }, broker);
    assert.deepEqual(told, [
      "exchanges[1]: an exchange of this name exists and stays as it is",
      "queues[0]: a queue of this name exists and stays as it is",
    ]);
    assert.equal(broker.node.vhosts.get("/")!.queue("q", null).isDurable, false);
    assert.equal(broker.node.vhosts.get("/")!.exchange("x").type, "fanout");
  });

  it("report the number of notices beyond a hundred", async () => {
    const parameters = Array.from(
      { length: 150 },
      (_, at) => ({ vhost: "/", component: `c${at}`, name: "n", value: 1 }),
    );
    const told = await notices({ parameters });
    assert.equal(told.length, 101);
    assert.equal(told[100], "and 50 more notices");
  });
});
