import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { type BadInput, WITHOUT_BODY } from "./bad_input.ts";
import { HttpClient } from "./http_client.ts";
import { OBJECTS_BAD_INPUT } from "./objects_bad_input.ts";

const tooLong = "x".repeat(256);

const BAD_INPUT: readonly BadInput[] = [
  {
    write: "PUT /api/vhosts/v",
    refused: [
      [{ description: 5 }, "description: a text is expected here: received a number"],
      [{ tags: 5 }, "tags: a list, or a text with commas, is expected here: received a number"],
      [{ tags: [{}] }, "tags: a list of texts is expected here: received an object in it"],
      [{ default_queue_type: 5 }, "default_queue_type: a text is expected here: received a number"],
      [{ default_queue_type: "" }, "default_queue_type must not be an empty string"],
      [{ default_queue_type: "mirrored" }, "mirrored is not a valid queue type"],
      [{ description: "x".repeat(256 * 1024) }, "Exceeded HTTP request body size limit"],
      [{ tracing: null }, "tracing: true or false is expected here: received null"],
      [{ tracing: "maybe" }, "tracing: true or false is expected here: received a text"],
    ],
  },
  { write: `PUT /api/vhosts/${tooLong}`, refused: [[{}, "vhost: a name has no more than 255 bytes"]] },
  {
    write: "PUT /api/users/u",
    refused: [
      [{}, "tags_not_present"],
      [{ tags: 5 }, "tags: a list, or a text with commas, is expected here: received a number"],
      [{ tags: Array.from({ length: 33 }, String) }, "tags: a user has no more than 32 tags"],
      [{ tags: ["x".repeat(256 * 1024)] }, "Exceeded HTTP request body size limit"],
      [{ tags: null }, "tags: a text is expected here: received null"],
      [{ tags: "", password: null }, "password: a text is expected here: received null"],
      [{ tags: "", password: 5 }, "password: a text is expected here: received a number"],
      [{ tags: "", password: "a", password_hash: "b" }, "both_password_and_password_hash_are_provided"],
      [{ tags: "", password_hash: "!" }, "password_hash: this is no base64"],
      [{ tags: "", password_hash: "", hashing_algorithm: "md4" }, /^hashing_algorithm: this is one of rabbit_pass/],
      [{ tags: "", limits: { "max-connections": "5" } }, /^limits: max-connections should be a number/],
      [{ tags: "", limits: { x: 5 } }, /^limits: Unrecognised terms/],
      [{ tags: "", permissions: { v: {} } }, "permissions.v: vhost 'v' does not exist"],
      [{ tags: "", permissions: { "/": {} } }, 'permissions["/"].configure: this key is missing'],
    ],
  },
  {
    write: "POST /api/users/bulk-delete",
    refused: [
      [{}, "[{key_missing,users}]"],
      [{ users: "guest" }, "users: a list of names is expected here"],
      [{ users: ["guest", 5] }, "users: a list of names is expected here"],
    ],
  },
  {
    write: "PUT /api/permissions/%2F/guest",
    refused: [
      [{}, "[{key_missing,configure},{key_missing,write},{key_missing,read}]"],
      [{ configure: "", read: "" }, "[{key_missing,write}]"],
      [{ configure: 5, write: "", read: "" }, "configure: a text is expected here: received a number"],
      [{ configure: "", write: "(", read: "" }, /^write: invalid regular expression '\('/],
    ],
  },
  {
    write: "PUT /api/topic-permissions/%2F/guest",
    refused: [
      [{}, "[{key_missing,exchange},{key_missing,write},{key_missing,read}]"],
      [{ exchange: 5, write: "", read: "" }, "exchange: a text is expected here: received a number"],
      [{ exchange: tooLong, write: "", read: "" }, "exchange: this has no more than 255 bytes"],
      [{ exchange: "x", write: 5, read: "" }, "write: a text is expected here: received a number"],
      [{ exchange: "x", write: "", read: "(" }, /^read: invalid regular expression '\('/],
    ],
  },
  ...["policies", "operator-policies"].map((resource): BadInput => ({
    write: `PUT /api/${resource}/%2F/p`,
    refused: [
      [{}, "[{key_missing,pattern},{key_missing,definition}]"],
      [{ pattern: "" }, "[{key_missing,definition}]"],
      [{ pattern: 5, definition: { expires: 1 } }, /pattern should be a binary but was 5/],
      [{ pattern: "(", definition: { expires: 1 } }, /pattern should be regular expression but is invalid/],
      [{ pattern: "", definition: 5 }, /definition must be a dictionary/],
      [{ pattern: "", definition: {} }, /no policy provided/],
      [{ pattern: "", definition: { expires: 0 } }, /0 is not a valid queue expiry/],
      [{ pattern: "", definition: { x: 1 } }, /are not recognised policy settings/],
      [{ pattern: null, definition: { expires: 1 } }, /pattern should be a binary but was null/],
      [{ pattern: "", definition: { expires: 1 }, priority: null }, /priority should be a number, actually was null/],
      [{ pattern: "", definition: { expires: 1 }, "apply-to": null }, /apply-to 'null' unrecognised/],
      [{ pattern: "", definition: { expires: 1 }, priority: "high" }, /priority should be a number/],
      [{ pattern: "", definition: { expires: 1 }, "apply-to": "x" }, /apply-to 'x' unrecognised/],
      [{ pattern: "", definition: { "max-length": 2n ** 60n } }, /^definition.max-length: an integer takes 53 bits/],
    ],
  })),
  {
    write: "PUT /api/parameters/vhost-limits/%2F/limits",
    refused: [
      [{}, "[{key_missing,value}]"],
      [{ value: 5 }, "Validation failed\n\nlimits not a list 5\n"],
      [{ value: { "max-queues": "5" } }, /max-queues should be a number/],
      [{ value: { x: 5 } }, /Unrecognised terms \[\{<<"x">>,5\}\] in limits/],
    ],
  },
  {
    write: "PUT /api/parameters/operator_policy/%2F/p",
    refused: [[{}, "[{key_missing,value}]"], [{ value: { pattern: "" } }, /Key "definition" not found in p/]],
  },
  {
    write: "PUT /api/parameters/policy/%2F/p",
    refused: [[{ value: {} }, "policies may not be set using this method"]],
  },
  {
    write: "PUT /api/parameters/shovel/%2F/s",
    refused: [[{ value: {} }, "Validation failed\n\ncomponent shovel not found\n"]],
  },
  {
    write: "PUT /api/global-parameters/g",
    refused: [
      [{}, "[{key_missing,value}]"],
      [{ value: { n: 2n ** 60n } }, "value.n: an integer takes 53 bits at most here: received 1152921504606846976"],
      [{ value: "x".repeat(256 * 1024) }, /no more than|no longer than/],
    ],
  },
  ...["max-queues", "max-connections"].map((name): BadInput => ({
    write: `PUT /api/vhost-limits/%2F/${name}`,
    refused: [
      [{}, "[{key_missing,value}]"],
      [{ value: null }, `Validation failed\n\n${name} should be a number, actually was null\n`],
      [{ value: "5" }, `Validation failed\n\n${name} should be a number, actually was <<"5">>\n`],
      [{ value: 1.5 }, `Validation failed\n\n${name} should be a number, actually was 1.5\n`],
    ],
  })),
  { write: "PUT /api/vhost-limits/%2F/x", refused: [[{ value: 5 }, /Unrecognised terms \[\{<<"x">>,5\}\] in limits/]] },
  {
    write: "PUT /api/user-limits/guest/max-channels",
    refused: [
      [{}, "[{key_missing,value}]"],
      [{ value: [] }, "max-channels should be a number, actually was []"],
    ],
  },
  {
    write: "PUT /api/user-limits/guest/x",
    refused: [[{ value: 5 }, 'Unrecognised terms [{<<"x">>,5}] in user-limits']],
  },
  { write: "PUT /api/user-limits/nobody/max-channels", refused: [[{ value: 5 }, "user 'nobody' does not exist"]] },
  {
    write: "PUT /api/cluster-name",
    refused: [
      [{}, "[{key_missing,name}]"],
      [{ name: 5 }, "name: a text is expected here: received a number"],
      [{ name: "" }, "name: a name is not empty"],
    ],
  },
  {
    write: "POST /api/definitions",
    refused: [
      [{ users: 5 }, "users: a list is expected here: received a number"],
      [{ queues: [5] }, "queues[0]: an object is expected here: received a number"],
      [{ queues: [{ name: "q", vhost: "/", durable: 1 }] }, /^queues\[0\]\.durable: true or false is expected here/],
    ],
  },
  {
    write: "POST /api/definitions/%2F",
    refused: [[{ bindings: [{ source: "", destination: "x" }] }, /^bindings\[0\]\.destination_type: /]],
  },
  {
    write: "POST /api/all-configuration",
    refused: [[{ users: [{ name: "u", tags: 5 }] }, /^users\[0\]\.tags: a list, or a text with commas/]],
  },
  {
    write: "PUT /api/topic-permissions/%2F/guest/amq.topic",
    refused: [[{ exchange: "amq.topic", write: "" }, "[{key_missing,read}]"]],
  },
  {
    write: "POST /api/queues/quorum/%2F/q/replicas/add",
    refused: [
      [{}, "[{key_missing,node}]"],
      [{ node: 5 }, "node: a text is expected here: received a number"],
      [{ node: "other@host" }, "Node is not a cluster member"],
    ],
  },
  {
    write: "POST /api/queues/quorum/replicas/on/haremq@localhost/grow",
    refused: [
      [{}, "[{key_missing,vhost_pattern},{key_missing,queue_pattern},{key_missing,strategy}]"],
      [{ vhost_pattern: 5, queue_pattern: "", strategy: "all" }, /^vhost_pattern: a text is expected here/],
    ],
  },
  {
    write: "PUT /api/node/log-level",
    refused: [[{}, "[{key_missing,level}]"], [{ level: 5 }, "level: a text is expected here: received a number"]],
  },
  {
    write: "PUT /api/node/settings/heartbeat",
    refused: [
      [{}, "[{key_missing,value}]"],
      [{ value: 5 }, "value: a text is expected here: received a number"],
      [{ value: ["guest", 5] }, "value: a text is expected here: received a list"],
    ],
  },
  {
    write: "PUT /api/node/listeners",
    refused: [[{}, "[{key_missing,suspended}]"], [
      { suspended: "yes" },
      "suspended: true or false is expected here: received a text",
    ]],
  },
  ...["memory", "disk"].map((resource): BadInput => ({
    write: `PUT /api/node/limits/${resource}`,
    refused: [
      [{}, "either relative or absolute is needed"],
      [{ relative: 0.5, absolute: 5 }, "either relative or absolute is needed"],
      [{ relative: "0.5" }, "relative must be a number of at least 0"],
      [{ absolute: -1 }, "absolute must be a number of at least 0"],
    ],
  })),
  ...OBJECTS_BAD_INPUT,
];

/** Writes JSON with large integers as numbers. */
const writeJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member) => typeof member === "bigint" ? `#${member}#` : member).replace(
    /"#(\d+)#"/g,
    "$1",
  );

describe("the writes of the management API", () => {
  it("are all tested with bad input", () => {
    const patterns = ROUTES.filter(({ method }) => method === "PUT" || method === "POST")
      .map(({ method, path }) => `${method} ${path}`)
      .filter((write) => !WITHOUT_BODY.includes(write));
    const untested = patterns.filter((pattern) => {
      const expression = new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+")}$`);
      return !BAD_INPUT.some(({ write }) => expression.test(write));
    });
    assert.deepEqual(untested, []);
  });
});

describe("a write of the management API with bad input", () => {
  for (const { write, given = [], refused } of BAD_INPUT) {
    const [method, path] = write.split(" ");
    it(`is refused with a reason that names the field, and changes nothing: ${write.slice(0, 80)}`, async () => {
      const broker = new Broker();
      const client = new HttpClient(broker);
      for (const path of given) await client.put(path);
      const before = await broker.exportDefinitions();
      for (const [body, expected] of refused) {
        const { status, json } = await client.request(method, path, writeJson(body));
        const text = writeJson(body).slice(0, 80);
        assert.equal(status, 400, text);
        assert.equal(json.error, "bad_request", text);
        if (typeof expected === "string") assert.equal(json.reason, expected, text);
        else assert.match(json.reason, expected, text);
        assert.equal(await broker.exportDefinitions(), before, text);
      }
      for (const body of ["[]", "{", '"{}"', '{"a":1,"a":1}']) {
        const { status, json } = await client.request(method, path, body);
        assert.equal(status, 400, body);
        assert.match(json.reason, /^not_json|no JSON|stands twice/, body);
      }
      assert.equal(await broker.exportDefinitions(), before);
    });
  }
});
