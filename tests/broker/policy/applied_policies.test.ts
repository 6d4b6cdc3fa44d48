import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { EMPTY_TABLE, fieldTable } from "../../../src/wire/field_table.ts";
import { Node } from "../../../src/broker/node/node.ts";
import type { PolicyDeclaration } from "../../../src/broker/policy/policy.ts";
import type { AnyQueue } from "../../../src/broker/queue/any_queue.ts";
import type { VirtualHost } from "../../../src/broker/topology/vhost.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import type { Recovered } from "../../../src/store/recovered.ts";
import type { TopologyRecord } from "../../../src/store/topology_record.ts";
import { FakeClock } from "../../fake_clock.ts";

/** A clock that advances by a millisecond each time it is read. */
class BusyClock extends FakeClock {
  #looks = 0;
  override now(): number {
    return super.now() + this.#looks++;
  }
}

/** Recovered state of a queue without messages. */
const EMPTY_QUEUE = {
  queueId: 1,
  count: 0,
  nextPosition: 0,
  deliveredUpTo: 0,
  deliveryCounts: new Map(),
  bodyBytes: 0,
  hasTimes: false,
};

function newVirtualHost(clock = new FakeClock()): VirtualHost {
  return new Node({ clock, memoryHighWatermarkBytes: Infinity }).addVirtualHost("test");
}

function declareQueue(
  vhost: VirtualHost,
  name: string,
  queueArguments: Record<string, number | string> = {},
): AnyQueue {
  const properties = { durable: false, autoDelete: false, owner: null };
  return vhost.declareQueue({ name, ...properties, arguments: fieldTable(queueArguments) });
}

function declareExchange(vhost: VirtualHost, name: string, exchangeArguments: Record<string, string> = {}) {
  const properties = { type: "direct", durable: false, autoDelete: false, internal: false };
  return vhost.declareExchange({ name, ...properties, arguments: fieldTable(exchangeArguments) });
}

const policy = (name: string, declaration: Partial<PolicyDeclaration> = {}): PolicyDeclaration => ({
  name,
  pattern: "",
  definition: { "max-length": 5 },
  ...declaration,
});

const policyOf = (thing: Pick<AnyQueue, "effectivePolicy">) => thing.effectivePolicy.policy?.name;

describe("a policy", () => {
  it("applies to existing queues, and to those declared later", () => {
    const vhost = newVirtualHost();
    const before = declareQueue(vhost, "a-1");
    const other = declareQueue(vhost, "b-1");
    vhost.policies.users.set(policy("p", { pattern: "^a" }));
    const after = declareQueue(vhost, "a-2");
    assert.deepEqual([before, other, after].map(policyOf), ["p", undefined, "p"]);
    assert.deepEqual([before, other, after].map(({ settings }) => settings.maxLength), [5, undefined, 5]);
  });

  it("applies with its last change, and no longer once it is cleared", () => {
    const vhost = newVirtualHost();
    const queue = declareQueue(vhost, "q", { "x-max-length": 100 });
    vhost.policies.users.set(policy("p"));
    vhost.policies.users.set(policy("p", { definition: { expires: 1000, "max-length": 7 } }));
    assert.deepEqual([queue.settings.maxLength, queue.settings.expiresMs], [7, 1000]);
    vhost.policies.users.clear("p");
    assert.deepEqual([queue.settings.maxLength, queue.settings.expiresMs, policyOf(queue)], [
      100,
      undefined,
      undefined,
    ]);
  });

  it("yields to one with a higher priority, and applies again when that is cleared", () => {
    const vhost = newVirtualHost();
    const queue = declareQueue(vhost, "q");
    vhost.policies.users.set(policy("low", { definition: { "max-length": 1, expires: 9 } }));
    vhost.policies.users.set(policy("high", { definition: { "max-length": 2 }, priority: 1 }));
    assert.deepEqual([policyOf(queue), queue.settings.maxLength, queue.settings.expiresMs], ["high", 2, undefined]);
    vhost.policies.users.clear("high");
    assert.deepEqual([policyOf(queue), queue.settings.maxLength, queue.settings.expiresMs], ["low", 1, 9]);
  });

  it("of an operator applies together with that of a user, and the lower limit counts", () => {
    const vhost = newVirtualHost();
    const queue = declareQueue(vhost, "q");
    vhost.policies.users.set(policy("p", { definition: { "max-length": 10, "message-ttl": 5 } }));
    vhost.policies.operators.set(policy("o", { definition: { "max-length": 3, "message-ttl": 50 } }));
    assert.deepEqual(queue.effectivePolicy.definition, { "max-length": 3, "message-ttl": 5 });
    assert.equal(queue.effectivePolicy.operatorPolicy?.name, "o");
    assert.deepEqual([queue.settings.maxLength, queue.settings.messageTtlMs], [3, 5]);
  });

  it("sets the alternate exchange of exchanges declared without one, and changes their routes", () => {
    const vhost = newVirtualHost();
    const exchange = declareExchange(vhost, "x");
    const declared = declareExchange(vhost, "y", { "alternate-exchange": "own" });
    const version = vhost.topologyVersion;
    vhost.policies.users.set(policy("p", { definition: { "alternate-exchange": "other" }, applyTo: "exchanges" }));
    assert.deepEqual([exchange.alternateExchange, declared.alternateExchange], ["other", "own"]);
    assert.ok(vhost.topologyVersion > version);
    assert.equal(declareExchange(vhost, "z").alternateExchange, "other");
    vhost.policies.users.clear("p");
    assert.deepEqual([exchange.alternateExchange, declared.alternateExchange], [undefined, "own"]);
  });

  it("applies only in its own virtual host", () => {
    const node = new Node({ clock: new FakeClock(), memoryHighWatermarkBytes: Infinity });
    const [a, b] = ["a", "b"].map((name) => node.addVirtualHost(name));
    a.policies.users.set(policy("p"));
    assert.deepEqual([a, b].map((vhost) => policyOf(declareQueue(vhost, "q"))), ["p", undefined]);
  });

  it("does not apply to queues for direct reply-to", () => {
    const vhost = newVirtualHost();
    const queue = vhost.addReplyQueue("amq.rabbitmq.reply-to.x", EMPTY_TABLE);
    vhost.policies.users.set(policy("p"));
    assert.equal(policyOf(queue), undefined);
  });

  it("that removes an expiry keeps an unused queue", async () => {
    const clock = new FakeClock();
    const vhost = newVirtualHost(clock);
    const queue = declareQueue(vhost, "q");
    const doomed = declareQueue(vhost, "doomed", { "x-expires": 1000 });
    vhost.policies.users.set(policy("p", { definition: { expires: 1000 } }));
    await clock.advance(999);
    vhost.policies.users.clear("p");
    await clock.advance(5000);
    assert.deepEqual([queue.isDeleted, doomed.isDeleted], [false, true]);
  });

  it("has no effect when it is set without a change", () => {
    const vhost = newVirtualHost();
    vhost.policies.users.set(policy("p"));
    const version = vhost.topologyVersion;
    const set = vhost.policies.users.get("p");
    vhost.policies.users.set(policy("p"));
    assert.equal(vhost.policies.users.get("p"), set);
    assert.equal(vhost.topologyVersion, version);
  });

  it("is recovered before the queues that it applies to, and left out when it can't be read", () => {
    const value = '{"pattern":"^q","definition":{"max-length":5},"priority":0,"apply-to":"all"}';
    const key = { type: "parameter.set", vhost: "/", value } as const;
    const queue = { vhost: "/", queue: "q", queueId: 1, autoDelete: false, arguments: EMPTY_TABLE };
    const topology: TopologyRecord[] = [
      { ...key, component: "policy", name: "p" },
      { ...key, component: "operator_policy", name: "o", value: value.replace("5", "3") },
      { ...key, component: "policy", name: "newer", value: value.replace("max-length", "wonders") },
      { type: "queue.declared", ...queue },
    ];
    class RecoveredStore extends MemoryStore {
      override readonly recovered: Recovered = {
        topology,
        queues: [EMPTY_QUEUE],
        lastQueueId: 1,
      };
    }
    const reports: string[] = [];
    const report = (line: string) => reports.push(line);
    const node = new Node({
      clock: new FakeClock(),
      store: new RecoveredStore(),
      memoryHighWatermarkBytes: Infinity,
      report,
    });
    const { queues, policies } = node.vhosts.get("/")!;
    assert.equal(queues.get("q")!.settings.maxLength, 3);
    assert.deepEqual(policies.users.list().map(({ name }) => name), ["p"]);
    assert.match(reports.join(), /^the policy newer of vhost '\/' is left out: Validation failed.*wonders/s);
  });
});

describe("a change of policies", () => {
  it("for many queues takes several turns", async () => {
    const clock = new BusyClock();
    const vhost = newVirtualHost(clock);
    const queues = Array.from({ length: 50 }, (_, i) => declareQueue(vhost, `q-${i}`));
    const applied = () => queues.filter((queue) => policyOf(queue) === "p").length;
    vhost.policies.users.set(policy("p"));
    assert.ok(applied() < 50);
    const done = vhost.policies.whenApplied();
    await clock.advance(1000);
    await done;
    assert.equal(applied(), 50);
  });

  it("leaves each queue with the last of several changes, whenever they come", async () => {
    const names = ["a", "b", "c"];
    const change = fc.record({
      name: fc.constantFrom(...names),
      maxLength: fc.option(fc.nat(5)),
      priority: fc.nat(2),
      pattern: fc.constantFrom("", "^q-1", "[02468]$"),
      turns: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const clock = new BusyClock();
        const vhost = newVirtualHost(clock);
        const { users } = vhost.policies;
        for (let i = 0; i < 30; i++) declareQueue(vhost, `q-${i}`);
        for (const { name, maxLength, priority, pattern, turns } of changes) {
          if (maxLength !== null) {
            users.set(policy(name, { pattern, priority, definition: { "max-length": maxLength } }));
          } else if (users.get(name) !== undefined) users.clear(name);
          await clock.advance(turns * 3);
          declareQueue(vhost, `q-new-${vhost.queues.size}`);
        }
        const done = vhost.policies.whenApplied();
        await clock.advance(100_000);
        await done;
        for (const queue of vhost.queues.values()) {
          const found = users.find("classic", queue.name);
          assert.equal(queue.effectivePolicy.policy, found);
          assert.equal(queue.settings.maxLength, found?.definition["max-length"]);
        }
      }),
      { numRuns: 20 },
    );
  });
});
