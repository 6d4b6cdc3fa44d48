import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

/** Bodies of a write that are refused, each with the text of the reason, which names the field. */
interface BadInput {
  readonly write: string;
  readonly refused: readonly (readonly [body: unknown, reason: string | RegExp])[];
}

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
];

describe("a write of the management API with bad input", () => {
  for (const { write, refused } of BAD_INPUT) {
    const [method, path] = write.split(" ");
    it(`is refused with a reason that names the field, and changes nothing: ${write.slice(0, 80)}`, async () => {
      const broker = new Broker();
      const client = new HttpClient(broker);
      const before = await broker.exportDefinitions();
      for (const [body, expected] of refused) {
        const { status, json } = await client.request(method, path, JSON.stringify(body));
        const text = JSON.stringify(body).slice(0, 80);
        assert.equal(status, 400, text);
        assert.equal(json.error, "bad_request", text);
        if (typeof expected === "string") assert.equal(json.reason, expected, text);
        else assert.match(json.reason, expected, text);
        assert.equal(await broker.exportDefinitions(), before, text);
      }
      for (const body of ["[]", "{", '"{}"', '{"a":1,"a":1}']) {
        const { status, json } = await client.request(method, path, body);
        assert.equal(status, 400, body);
        assert.match(json.reason, /^not_json/, body);
      }
      assert.equal(await broker.exportDefinitions(), before);
    });
  }
});
