/** A right write, whose fields are left out and made wrong one by one. */
export interface RightWrite {
  readonly method: "PUT" | "POST";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Path of the object that is deleted again when a wrong write was taken. */
  readonly undo?: string;
}

export const RIGHT_WRITES: readonly RightWrite[] = [
  {
    method: "PUT",
    path: "/exchanges/ref/bad",
    body: { type: "direct", durable: true, auto_delete: false, internal: false, arguments: {} },
    undo: "/exchanges/ref/bad",
  },
  {
    method: "PUT",
    path: "/queues/ref/bad",
    body: { durable: true, auto_delete: false, arguments: {} },
    undo: "/queues/ref/bad",
  },
  {
    method: "POST",
    path: "/bindings/ref/e/with-alternate/q/fast",
    body: { routing_key: "bad", arguments: {} },
    undo: "/bindings/ref/e/with-alternate/q/fast/bad",
  },
  {
    method: "POST",
    path: "/exchanges/ref/direct/publish",
    body: { properties: {}, routing_key: "nowhere", payload: "text", payload_encoding: "string" },
  },
  {
    method: "POST",
    path: "/queues/ref/auto-delete/get",
    body: { count: 1, ackmode: "ack_requeue_true", encoding: "auto" },
  },
  { method: "POST", path: "/queues/ref/classic/actions", body: { action: "sync" } },
  {
    method: "PUT",
    path: "/vhosts/ref-bad",
    body: { description: "", tags: "", tracing: false },
    undo: "/vhosts/ref-bad",
  },
  { method: "PUT", path: "/users/ref-bad", body: { password: "p", tags: "" }, undo: "/users/ref-bad" },
  {
    method: "PUT",
    path: "/permissions/ref%2Fother/ref-none",
    body: { configure: "", write: "", read: "" },
    undo: "/permissions/ref%2Fother/ref-none",
  },
  {
    method: "PUT",
    path: "/topic-permissions/ref/ref-none",
    body: { exchange: "topic", write: "", read: "" },
    undo: "/topic-permissions/ref/ref-none",
  },
  {
    method: "PUT",
    path: "/policies/ref/bad",
    body: { pattern: "^bad", definition: { "max-length": 1 }, priority: 0, "apply-to": "all" },
    undo: "/policies/ref/bad",
  },
  {
    method: "PUT",
    path: "/operator-policies/ref/bad",
    body: { pattern: "^bad", definition: { "max-length": 1 }, priority: 0, "apply-to": "queues" },
    undo: "/operator-policies/ref/bad",
  },
  { method: "PUT", path: "/global-parameters/ref-bad", body: { value: 1 }, undo: "/global-parameters/ref-bad" },
  {
    method: "PUT",
    path: "/vhost-limits/ref%2Fother/max-queues",
    body: { value: 1 },
    undo: "/vhost-limits/ref%2Fother/max-queues",
  },
  {
    method: "PUT",
    path: "/user-limits/ref-none/max-connections",
    body: { value: 1 },
    undo: "/user-limits/ref-none/max-connections",
  },
  { method: "POST", path: "/users/bulk-delete", body: { users: [] } },
];

const WRONG_VALUES: readonly unknown[] = [null, true, 1, 1.5, "text", ["a"], { a: 1 }];

/** Returns bodies that differ from a right one in one field each, by a description. */
export function wrongBodies(body: Readonly<Record<string, unknown>>): [string, Record<string, unknown>][] {
  const bodies: [string, Record<string, unknown>][] = [["right", body]];
  for (const [field, right] of Object.entries(body)) {
    const { [field]: _left, ...rest } = body;
    bodies.push([`without ${field}`, rest]);
    for (const value of WRONG_VALUES) {
      const isSameKind = typeof value === typeof right && Array.isArray(value) === Array.isArray(right) &&
        Number.isInteger(value) === Number.isInteger(right) && value !== null;
      if (!isSameKind) bodies.push([`${field}: ${JSON.stringify(value)}`, { ...body, [field]: value }]);
    }
  }
  return bodies;
}
