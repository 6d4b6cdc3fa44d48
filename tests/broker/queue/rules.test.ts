import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteWriter } from "../../../src/wire/byte_writer.ts";
import type { FieldTable, FieldValue } from "../../../src/wire/field_table.ts";
import { PropertiesView, writeContentHeader } from "../../../src/wire/properties.ts";
import { REFUSED } from "../../../src/broker/message/receipt.ts";
import { CONSTRAINED, DURABLE, give } from "../../../src/broker/routing/give.ts";
import type { Message } from "../../../src/broker/message/messages.ts";
import { Node } from "../../../src/broker/node/node.ts";
import type { Fetched } from "../../../src/broker/queue/delivery.ts";
import { UnackedTotals, unackedTotals } from "../../../src/broker/session/unacked_totals.ts";
import { Queue } from "../../../src/broker/queue/queue.ts";
import { openFileStore } from "../../../src/store/file_store.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { SMALL } from "../../store/test_store.ts";
import { type ModelMessage, ModelQueue, type ModelRules } from "./rules_model.ts";

type Operation =
  | { readonly type: "publish"; readonly priority: number; readonly expirationMs: number; readonly bytes: number }
  | { readonly type: "get" | "ack" | "reject" | "requeue"; readonly which: number }
  | { readonly type: "advance" | "restart"; readonly ms: number }
  | { readonly type: "purge" };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("publish" as const),
      priority: fc.nat(5),
      expirationMs: fc.oneof(fc.constant(Infinity), fc.nat(30)),
      bytes: fc.nat(20),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constantFrom("get", "ack", "reject", "requeue"), which: fc.nat(100) }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("restart" as const), ms: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("purge" as const) }) },
);

/** Size of every body in a trial with a store. In bytes. */
const STORED_BODY_BYTES = 9;

/**
 * Returns the operation with a message that does not expire. While the head is read from disk, to die for the limit, another
 * message may expire and make room: the model, which reads nothing, would let both die.
 */
const withoutExpiry = (operation: Operation): Operation =>
  operation.type === "publish" ? { ...operation, expirationMs: Infinity } : operation;

/** Makes all bodies equally long, as the bytes of messages on disk are known for whole blocks only. */
const ofSameBytes = (operation: Operation): Operation =>
  operation.type === "publish" ? { ...operation, bytes: STORED_BODY_BYTES } : operation;

const orNone = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const rules: fc.Arbitrary<ModelRules> = fc.record({
  maxPriority: fc.constantFrom(0, 1, 3, 5),
  ttlMs: orNone(fc.nat(30)),
  maxLength: orNone(fc.nat(6)),
  maxBytes: orNone(fc.nat(60)),
  overflow: fc.constantFrom("drop-head", "reject-publish", "reject-publish-dlx"),
});

function argumentsOf({ maxPriority, ttlMs, maxLength, maxBytes, overflow }: ModelRules): FieldTable {
  const integer = (value: number | undefined): FieldValue | undefined =>
    value === undefined ? undefined : { type: "I", value };
  const text = (value: string): FieldValue => ({ type: "S", value });
  const all: Record<string, FieldValue | undefined> = {
    "x-max-priority": maxPriority === 0 ? undefined : integer(maxPriority),
    "x-message-ttl": integer(ttlMs),
    "x-max-length": integer(maxLength),
    "x-max-length-bytes": integer(maxBytes),
    "x-overflow": text(overflow),
    "x-dead-letter-exchange": text(""),
    "x-dead-letter-routing-key": text("dead"),
  };
  return new Map(Object.entries(all).filter((entry): entry is [string, FieldValue] => entry[1] !== undefined));
}

interface Held extends Fetched {
  readonly model: ModelMessage;
}

/** A broker with one queue under test and one for dead letters, beside the model. */
class Trial {
  readonly model: ModelQueue;
  readonly #clock = new FakeClock();
  readonly #files = new MemoryFiles();
  readonly #isStored: boolean;
  readonly #rules: ModelRules;
  #node!: Node;
  #held: Held[] = [];
  #lastId = 0;

  constructor(rules: ModelRules, isStored: boolean) {
    this.model = new ModelQueue(rules);
    this.#rules = rules;
    this.#isStored = isStored;
  }

  async start(): Promise<void> {
    const after = (delayMs: number, callback: () => void) => this.#clock.after(delayMs, callback);
    const store = this.#isStored
      ? await openFileStore({ ...SMALL, files: this.#files, after, diskFreeLimitBytes: 0 })
      : undefined;
    this.#node = new Node({
      clock: this.#clock,
      store,
      memoryHighWatermarkBytes: 1e9,
      report: (line) => assert.fail(line),
    });
    const vhost = this.#node.addVirtualHost("/");
    const declare = (name: string, queueArguments: FieldTable) =>
      vhost.declareQueue({ name, durable: true, autoDelete: false, owner: null, arguments: queueArguments });
    declare("q", argumentsOf(this.#rules));
    declare("dead", new Map());
    this.#node.endTurn();
  }

  #queue(name: string): Queue {
    const queue = this.#node.vhosts.get("/")!.queues.get(name);
    assert(queue instanceof Queue);
    return queue;
  }

  async run(operations: readonly Operation[]): Promise<void> {
    await this.start();
    for (const operation of operations) {
      await this.#do(operation);
      this.#node.endTurn();
      if (this.#isStored) await this.#rest();
      this.#node.checkBetweenTurns(this.#held.map(({ message }) => ({ message, queue: this.#queue("q") })));
      assert.equal(this.#queue("q").readyCount, this.model.ready.length, `ready after ${JSON.stringify(operation)}`);
      assert.equal(this.#queue("dead").readyCount, this.model.dead.length, `dead after ${JSON.stringify(operation)}`);
      this.#checkTotals(JSON.stringify(operation));
    }
    await this.#checkAll();
    await this.#node.store.close();
  }

  /** All messages are persistent. */
  #checkTotals(operation: string): void {
    const queue = this.#queue("q");
    const { ready, readyInMemory } = queue.totals;
    const { messages } = this.#node;
    const totals = unackedTotals((visit) => this.#held.forEach(({ message }) => visit(message, queue)), messages);
    const { all: unacked, inMemory: unackedInMemory } = totals.get(queue) ?? new UnackedTotals();
    for (
      const [name, found, expected] of [["ready", ready, this.model.ready], [
        "unacked",
        unacked,
        this.model.held,
      ]] as const
    ) {
      const bytes = expected.reduce((sum, message) => sum + message.bytes, 0);
      const { count, persistentCount, persistentBytes } = found;
      const all = { count: expected.length, bytes, persistentCount: expected.length, persistentBytes: bytes };
      assert.deepEqual(
        { count, bytes: found.bytes, persistentCount, persistentBytes },
        all,
        `${name} after ${operation}`,
      );
    }
    for (const [all, inMemory] of [[ready, readyInMemory], [unacked, unackedInMemory]]) {
      assert.ok(inMemory.count >= 0 && inMemory.count <= all.count, `in memory after ${operation}`);
      assert.ok(inMemory.bytes >= 0 && inMemory.bytes <= all.bytes, `bytes in memory after ${operation}`);
      if (!this.#isStored) assert.equal(inMemory.count, all.count);
    }
  }

  /** Resolves when all waiting for the disk is over. */
  async #rest(): Promise<void> {
    for (let i = 0; i < 3; i++) await settled();
  }

  async #do(operation: Operation): Promise<void> {
    const nowMs = this.#clock.time();
    const queue = this.#queue("q");
    switch (operation.type) {
      case "publish": {
        const { priority, expirationMs, bytes } = operation;
        const id = this.#lastId++;
        const message = this.#message(id, priority, expirationMs, bytes);
        const isTaken = give(this.#node, message, [queue], DURABLE | CONSTRAINED) !== REFUSED;
        assert.equal(isTaken, this.model.publish(id, priority, expirationMs, bytes, nowMs));
        return;
      }
      case "get": {
        const taken = await this.#take(queue);
        const model = this.model.take(nowMs);
        assert.equal(taken && this.#idOf(taken.message), model?.id);
        if (taken === undefined) return;
        queue.forget(taken.message, taken.position);
        this.#held.push({ ...taken, model: model! });
        return;
      }
      case "advance":
        this.model.advance(nowMs, nowMs + operation.ms);
        return await this.#clock.advance(operation.ms);
      case "purge":
        assert.equal(queue.purge(), this.model.purge());
        return;
      case "restart":
        return await this.#restart(operation.ms);
      default: {
        if (this.#held.length === 0) return;
        const [{ message, position, model }] = this.#held.splice(operation.which % this.#held.length, 1);
        if (operation.type === "ack") {
          queue.settle(message, position);
          this.model.settle(model);
        } else if (operation.type === "reject") {
          queue.reject(message, position);
          this.model.reject(model);
        } else {
          queue.requeue(message, position);
          this.model.requeue(model, nowMs);
        }
      }
    }
  }

  async #restart(ms: number): Promise<void> {
    if (!this.#isStored) return;
    await this.#node.store.close();
    this.#node.schedule.close();
    this.#held = [];
    await this.#clock.advance(ms);
    this.model.restart(this.#clock.time());
    await this.start();
    await this.#rest();
  }

  async #take(queue: Queue): Promise<Fetched | undefined> {
    for (let reading = queue.readNext(); reading !== undefined; reading = queue.readNext()) await reading;
    return queue.fetch();
  }

  #message(id: number, priority: number, expirationMs: number, bytes: number): Message {
    const address = new ByteWriter();
    address.shortstr("");
    address.shortstr("q");
    const header = new ByteWriter();
    const expiration = expirationMs === Infinity ? undefined : String(expirationMs);
    writeContentHeader(header, bytes, { deliveryMode: 2, priority, expiration, messageId: String(id) });
    const { messages } = this.#node;
    const message = messages.create(cachedViewOf(address.written()), header.written(), 0, header.length, bytes);
    messages.write(message, 0, new Uint8Array(bytes), 0, bytes);
    return message;
  }

  #idOf(message: Message): number {
    return Number(new PropertiesView(this.#node.messages.header(message)).messageId);
  }

  /** Takes everything out of both queues, and compares. */
  async #checkAll(): Promise<void> {
    const queue = this.#queue("q");
    for (const { message, position } of this.#held) queue.settle(message, position);
    while (this.model.ready.length > 0) {
      await this.#do({ type: "get", which: 0 });
      this.#node.endTurn();
      if (this.#isStored) await this.#rest();
      const { message, position } = this.#held.pop()!;
      queue.settle(message, position);
    }
    const dead = this.#queue("dead");
    const found: { id: number; reason: string }[] = [];
    for (let taken = await this.#take(dead); taken !== undefined; taken = await this.#take(dead)) {
      const { headers, expiration } = new PropertiesView(this.#node.messages.header(taken.message));
      assert.equal(expiration, undefined);
      found.push({ id: this.#idOf(taken.message), reason: String(headers?.get("x-first-death-reason")?.value) });
      dead.settle(taken.message, taken.position);
    }
    const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
    // Messages that died together, in several priorities or read back from disk, may be dead-lettered in another order.
    assert.deepEqual(
      this.#isStored ? found.sort(byId) : found,
      this.#isStored ? this.model.dead.sort(byId) : this.model.dead,
    );
    assert.equal(this.#node.messages.count, 0, "messages are held that nobody has");
  }
}

describe("a queue with lifetimes, limits, dead letters and priorities", () => {
  it("behaves like a naive model", async () => {
    await fc.assert(
      fc.asyncProperty(
        rules,
        fc.array(operation, { maxLength: 60 }),
        (rules, operations) => new Trial(rules, false).run(operations),
      ),
      { numRuns: 300 },
    );
  });

  it("behaves like it when it is stored, leaves memory and comes back after restarts", async () => {
    await fc.assert(
      fc.asyncProperty(
        rules,
        fc.array(operation, { maxLength: 60 }),
        (rules, operations) => new Trial(rules, true).run(operations.map(ofSameBytes)),
      ),
      { numRuns: 60 },
    );
  });

  it("behaves like it with bodies of any size when it is stored and not restarted", async () => {
    const limited = rules.map((rules) => ({ ...rules, maxBytes: rules.maxBytes ?? 40 }));
    await fc.assert(
      fc.asyncProperty(
        limited,
        fc.array(operation.filter(({ type }) => type !== "restart"), { minLength: 10, maxLength: 60 }),
        (rules, operations) => new Trial(rules, true).run(operations),
      ),
      { numRuns: 60 },
    );
  });

  it("counts the bytes of messages that are not in memory", async () => {
    const limited = fc.record({
      maxPriority: fc.constantFrom(0, 1),
      ttlMs: fc.constant(undefined),
      maxLength: fc.constant(undefined),
      maxBytes: fc.integer({ min: STORED_BODY_BYTES, max: 4 * STORED_BODY_BYTES }),
      overflow: fc.constantFrom("drop-head" as const, "reject-publish" as const, "reject-publish-dlx" as const),
    });
    const restart = fc.constant({ type: "restart" as const, ms: 0 });
    const oftenRestarted = fc.oneof({ weight: 3, arbitrary: operation }, { weight: 1, arbitrary: restart });
    await fc.assert(
      fc.asyncProperty(
        limited,
        fc.array(oftenRestarted, { minLength: 10, maxLength: 40 }),
        (rules, operations) => new Trial(rules, true).run(operations.map(ofSameBytes).map(withoutExpiry)),
      ),
      { numRuns: 60 },
    );
  });
});
