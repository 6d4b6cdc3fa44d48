import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

const POLICY = { pattern: "", definition: { expires: 1000 } };
const PATTERNS = { configure: "", write: "", read: "" };

/** Writes, each with the events that it leads to. */
const WRITES: readonly (readonly [write: string, body: unknown, events: readonly string[]])[] = [
  ["PUT /api/vhosts/v", {}, ["exchange.created", "vhost.created", "permission.created"]],
  ["PUT /api/vhosts/v", { description: "d" }, ["vhost.updated"]],
  ["POST /api/vhosts/v/deletion/protection", {}, ["vhost.updated"]],
  ["DELETE /api/vhosts/v/deletion/protection", undefined, ["vhost.updated"]],
  ["PUT /api/users/u", { tags: "management", password: "p" }, ["user.created", "user.tags.set"]],
  ["PUT /api/users/u", { tags: "", password: "other" }, ["user.password.changed", "user.tags.set"]],
  ["PUT /api/permissions/v/u", PATTERNS, ["permission.created"]],
  ["PUT /api/topic-permissions/v/u", { exchange: "x", ...PATTERNS }, ["topic.permission.created"]],
  ["PUT /api/policies/v/p", POLICY, ["policy.set"]],
  ["PUT /api/operator-policies/v/p", POLICY, ["parameter.set", "policy.set"]],
  ["PUT /api/vhost-limits/v/max-queues", { value: 5 }, ["parameter.set", "vhost.limits.set"]],
  ["PUT /api/user-limits/u/max-channels", { value: 5 }, ["user.limits.set"]],
  ["PUT /api/global-parameters/g", { value: 5 }, ["parameter.set"]],
  ["PUT /api/cluster-name", { name: "n" }, ["parameter.set"]],
  [
    "POST /api/definitions/v",
    { queues: [{ name: "q", durable: true, auto_delete: false, arguments: {} }] },
    ["queue.created"],
  ],
  ["DELETE /api/policies/v/p", undefined, ["policy.cleared"]],
  ["DELETE /api/operator-policies/v/p", undefined, ["parameter.cleared", "operator.policy.cleared"]],
  ["DELETE /api/parameters/vhost-limits/v/limits", undefined, ["parameter.cleared", "vhost.limits.cleared"]],
  ["DELETE /api/user-limits/u/max-channels", undefined, ["user.limits.cleared"]],
  ["DELETE /api/global-parameters/g", undefined, ["parameter.cleared"]],
  ["DELETE /api/topic-permissions/v/u", undefined, ["topic.permission.deleted"]],
  ["DELETE /api/permissions/v/u", undefined, ["permission.deleted"]],
  ["POST /api/users/bulk-delete", { users: ["u"] }, ["user.deleted"]],
  ["DELETE /api/vhosts/v", undefined, ["vhost.deleted"]],
];

describe("the events of a write of the management API", () => {
  it("have the user of the request as their actor", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "root", password: "p", tags: ["administrator"] });
    const client = new HttpClient(broker, "root:p");
    for (const [write, body, expected] of WRITES) {
      const events: { readonly name: string; readonly user: string }[] = [];
      broker.node.events = {
        node: broker.node.name,
        pidOf: () => "",
        notify: (name, _facts, user = "rmq-internal") => void events.push({ name, user }),
      };
      const [method, path] = write.split(" ");
      const { status, text } = await client.request(
        method,
        path,
        body === undefined ? undefined : JSON.stringify(body),
      );
      assert.ok(status < 300, `${write}: ${status} ${text}`);
      const names = new Set(events.map(({ name }) => name));
      for (const name of expected) assert.ok(names.has(name as never), `${write}: ${name} is not among ${[...names]}`);
      assert.deepEqual([...new Set(events.map(({ user }) => user))], ["root"], write);
    }
  });
});
