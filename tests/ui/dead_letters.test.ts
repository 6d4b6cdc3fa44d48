import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Binding, Message, Table } from "../../ui/api/types.ts";
import { deadLetterQueues, type DyingQueue } from "../../ui/pages/dead_letters/dead_letter_queues.ts";
import { deathsOf, filterFor, groupByDeath } from "../../ui/pages/dead_letters/deaths.ts";

const death = (reason: string, queue: string, time = 1) => ({
  count: 2,
  exchange: "shop",
  queue,
  reason,
  "routing-keys": ["order.new"],
  time,
});

const message = (headers?: Table): Message => ({
  payload: "a",
  payload_encoding: "string",
  payload_bytes: 1,
  exchange: "dead",
  routing_key: "order.new",
  redelivered: false,
  message_count: 0,
  properties: headers === undefined ? {} : { headers },
});

describe("dead letters", () => {
  it("tell their deaths by the header x-death", () => {
    const [last, first] = deathsOf(message({ "x-death": [death("rejected", "orders", 5), death("expired", "wait")] }));
    assert.deepEqual(last, {
      reason: "rejected",
      queue: "orders",
      exchange: "shop",
      routingKeys: ["order.new"],
      count: 2,
      timeMs: 5000,
    });
    assert.equal(first.queue, "wait");
  });

  it("are grouped by reason and queue of the last death, the largest group first", () => {
    const twice = [death("expired", "wait", 9), death("rejected", "orders")];
    const { groups, others } = groupByDeath([
      message({ "x-death": [death("rejected", "orders")] }),
      message({ "x-death": twice }),
      message({ "x-death": [death("expired", "wait", 7)] }),
      message(),
      message({ "x-death": "made by a client" }),
    ]);
    assert.deepEqual(
      groups.map(({ reason, queue, messages, latestMs }) => [reason, queue, messages.length, latestMs]),
      [["expired", "wait", 2, 9000], ["rejected", "orders", 1, 1000]],
    );
    assert.equal(others.length, 2);
  });

  it("are found again by address, headers and body", () => {
    const headers = { "x-death": [death("rejected", "orders")], id: 7 };
    assert.deepEqual(filterFor(message(headers)), {
      exchange: "dead",
      routing_key: "order.new",
      headers,
      payload: "a",
      payload_encoding: "string",
      payload_bytes: 1,
    });
  });
});

describe("queues of dead letters", () => {
  const queue = (name: string, queueArguments: Table = {}, policy: Table = {}, ready = 0): DyingQueue => ({
    name,
    vhost: "/",
    arguments: queueArguments,
    effective_policy_definition: policy,
    messages_ready: ready,
  });
  const binding = (source: string, destination: string, destination_type: Binding["destination_type"]): Binding => ({
    source,
    vhost: "/",
    destination,
    destination_type,
    routing_key: "",
    arguments: {},
    properties_key: "~",
  });
  const namesOf = (queues: readonly DyingQueue[], bindings: readonly Binding[]) =>
    deadLetterQueues(queues, bindings).map(({ name, sources }) => [name, ...sources]);

  it("are bound to the exchange of an argument or of a policy, also through other exchanges", () => {
    const queues = [
      queue("orders", { "x-dead-letter-exchange": "dead" }),
      queue("invoices", {}, { "dead-letter-exchange": "first" }),
      queue("graves", {}, {}, 3),
      queue("others"),
    ];
    const bindings = [
      binding("dead", "graves", "queue"),
      binding("first", "dead", "exchange"),
      binding("dead", "first", "exchange"),
      binding("elsewhere", "others", "queue"),
    ];
    assert.deepEqual(namesOf(queues, bindings), [["graves", "orders", "invoices"]]);
  });

  it("are named by the routing key when the exchange is the default one", () => {
    const queues = [
      queue("orders", { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graves" }),
      queue("graves"),
    ];
    assert.deepEqual(namesOf(queues, []), [["graves", "orders"]]);
  });
});
