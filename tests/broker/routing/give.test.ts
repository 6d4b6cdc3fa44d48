import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "../../../src/broker/message/messages.ts";
import { type LateReceipt, type Receipt, REFUSED, TAKEN, UNROUTED } from "../../../src/broker/message/receipt.ts";
import type { Target } from "../../../src/broker/message/target.ts";
import { CONSTRAINED, DURABLE, ELSEWHERE, give, needsOf } from "../../../src/broker/routing/give.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { SlowStore } from "../../slow_store.ts";
import { TestHost } from "../queue/host.ts";

/** Content header of a persistent message. */
const PERSISTENT = Uint8Array.of(0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 2);

class Broker extends TestHost {
  declare readonly store: SlowStore;

  constructor() {
    const store = new SlowStore();
    store.listen({ durable: () => this.safe(), readable: () => {}, pressure: () => {}, fenced: () => {} });
    super(store);
  }

  persistent(): Message {
    return this.messages.create(cachedViewOf(Uint8Array.of(0, 0)), PERSISTENT, 0, PERSISTENT.length, 0);
  }

  give(message: Message, ...targets: Target[]): Receipt {
    return give(this, message, targets, needsOf(this, targets));
  }
}

/** A queue in another process: what it is given waits for an answer. */
class Remote {
  readonly sent: LateReceipt[] = [];
  readonly target: Target;

  constructor(broker: Broker) {
    const queue = broker.queue();
    const remote = { send: (_message: unknown, receipt: LateReceipt) => this.sent.push(receipt) };
    this.target = new Proxy(queue, {
      get: (of, name) => name === "remote" ? remote : name === "host" ? remote : Reflect.get(of, name, of),
    });
  }
}

function outcomeOf(broker: Broker, receipt: Receipt): { isTaken?: boolean } {
  const outcome: { isTaken?: boolean } = {};
  const settle = (isTaken: boolean) => outcome.isTaken = isTaken;
  if (typeof receipt !== "number") receipt.whenSettled(settle);
  else if (receipt <= broker.store.durable) settle(receipt !== REFUSED);
  else broker.whenDurable(receipt, () => settle(true));
  return outcome;
}

describe("the needs of a message for some targets", () => {
  it("are one bit each", () => {
    const [broker, other] = [new Broker(), new Broker()];
    const limited = broker.queue({ arguments: fieldTable({ "x-max-length": 1 }) });
    assert.equal(needsOf(broker, []), 0);
    assert.equal(needsOf(broker, [broker.queue()]), 0);
    assert.equal(needsOf(broker, [broker.queue(), broker.queue({ durable: true })]), DURABLE);
    assert.equal(needsOf(broker, [limited]), CONSTRAINED);
    assert.equal(needsOf(broker, [broker.queue(), other.queue()]), ELSEWHERE);
  });
});

describe("a receipt", () => {
  it("of a message without targets reports that, and the message is released", () => {
    const broker = new Broker();
    assert.equal(broker.give(broker.message()), UNROUTED);
    assert.equal(broker.messages.count, 0);
  });

  it("of a transient message is settled at once", () => {
    const broker = new Broker();
    assert.equal(broker.give(broker.message(), broker.queue({ durable: true }), broker.queue()), TAKEN);
    assert.deepEqual(broker.store.records, []);
  });

  it("of a persistent message is the position of its one record, with all durable queues", () => {
    const broker = new Broker();
    const queues = [1, 2, 3].map(() => broker.queue({ durable: true }));
    broker.give(broker.persistent(), queues[0]);
    assert.equal(broker.give(broker.persistent(), ...queues, broker.queue()), 2);
    const [, record] = broker.store.records;
    assert.ok(record.type === "enqueued");
    assert.deepEqual([record.queueIds, record.positions], [queues.map(({ id }) => id), [1, 0, 0]]);
    const outcome = outcomeOf(broker, 2);
    broker.store.sync(1);
    assert.deepEqual(outcome, {});
    broker.store.sync(2);
    assert.deepEqual(outcome, { isTaken: true });
  });

  it("reports that one of several queues refuses, even if the others have the message", () => {
    const broker = new Broker();
    const full = broker.queue({ arguments: fieldTable({ "x-max-length": 0, "x-overflow": "reject-publish" }) });
    const other = broker.queue({ durable: true });
    assert.equal(broker.give(broker.persistent(), full, other), REFUSED);
    assert.deepEqual([full.readyCount, other.readyCount], [0, 1]);
  });

  it("waits for each log of the message, and each log gets it once", () => {
    const [broker, second] = [new Broker(), new Broker()];
    const queues = [broker, second, broker, second].map((owner) => owner.queue({ durable: true }));
    // Both share these in one process.
    Object.assign(second, { messages: broker.messages });
    const receipt = broker.give(broker.persistent(), ...queues);
    assert.deepEqual([broker.store.types(), second.store.types()], [["enqueued"], ["enqueued"]]);
    const outcome = outcomeOf(broker, receipt);
    second.store.sync();
    assert.deepEqual(outcome, {});
    broker.store.sync();
    assert.deepEqual(outcome, { isTaken: true });
    assert.deepEqual(queues.map(({ readyCount }) => readyCount), [1, 1, 1, 1]);
  });

  it("waits for a target in another process, which may answer late", () => {
    const broker = new Broker();
    const remote = new Remote(broker);
    const queue = broker.queue({ durable: true });
    const outcome = outcomeOf(broker, broker.give(broker.persistent(), remote.target, queue));
    broker.store.sync();
    assert.deepEqual(outcome, {});
    remote.sent[0].taken();
    assert.deepEqual(outcome, { isTaken: true });
    assert.equal(queue.readyCount, 1);
  });

  it("is a refusal when a target in another process refuses, or is gone", () => {
    const broker = new Broker();
    const [first, second] = [new Remote(broker), new Remote(broker)];
    const outcome = outcomeOf(broker, broker.give(broker.message(), first.target, second.target));
    first.sent[0].refused();
    assert.deepEqual(outcome, {});
    second.sent[0].taken();
    assert.deepEqual(outcome, { isTaken: false });
    assert.equal(broker.messages.count, 0);
  });
});
