import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteWriter } from "../../../../src/wire/byte_writer.ts";
import { fieldTable } from "../../../../src/wire/field_table.ts";
import { PropertiesView, writeContentHeader } from "../../../../src/wire/properties.ts";
import { CONSTRAINED, give, needsOf } from "../../../../src/broker/routing/give.ts";
import type { Fetched } from "../../../../src/broker/queue/delivery.ts";
import type { Queue } from "../../../../src/broker/queue/queue.ts";
import { quorumQueue } from "../../../../src/broker/queue/quorum/quorum_queue.ts";
import { cachedViewOf } from "../../../../src/wire/copy.ts";
import { SMALL, TestStore } from "../../../store/test_store.ts";
import { TestHost } from "../host.ts";

const DELIVERY_LIMIT = 3;
const BODY_BYTES = 100;
/** Id of a queue that fills the journal. */
const FILLER = 1000;

/** A message of the model. */
interface Modelled {
  readonly number: number;
  readonly priority: number;
  acquired: number;
  failed: number;
}

/** A model of a quorum queue, as simple as possible. */
class Model {
  readonly #fresh: Modelled[] = [];
  readonly #returned: Modelled[] = [];
  #published = 0;

  get count(): number {
    return this.#fresh.length + this.#returned.length;
  }

  publish(priority: number): number {
    const number = this.#published++;
    this.#fresh.push({ number, priority, acquired: 0, failed: 0 });
    return number;
  }

  take(): Modelled {
    if (this.#returned.length > 0) return this.#returned.shift()!;
    const highest = Math.max(...this.#fresh.map(({ priority }) => priority));
    return this.#fresh.splice(this.#fresh.findIndex(({ priority }) => priority === highest), 1)[0];
  }

  return(message: Modelled, hasFailed: boolean): void {
    message.acquired++;
    if (hasFailed) message.failed++;
    if (message.failed <= DELIVERY_LIMIT) this.#returned.push(message);
  }
}

class Test {
  readonly kept: TestStore;
  readonly host: TestHost;
  readonly queue: Queue;

  private constructor(kept: TestStore) {
    this.kept = kept;
    this.host = new TestHost(kept.store);
    const declaration = { name: "q", durable: true, autoDelete: false, owner: null };
    const queueArguments = fieldTable({ "x-queue-type": "quorum", "x-delivery-limit": DELIVERY_LIMIT });
    const id = this.host.nextQueueId();
    this.queue = quorumQueue(id, { ...declaration, arguments: queueArguments }, this.host.vhost, this.host);
  }

  static async open(): Promise<Test> {
    const kept = await TestStore.open(undefined, SMALL);
    kept.declare(1);
    kept.declare(FILLER);
    return new Test(kept);
  }

  publish(number: number, priority: number): void {
    const header = new ByteWriter();
    writeContentHeader(header, BODY_BYTES, { priority });
    const { messages } = this.host;
    const message = messages.create(cachedViewOf(Uint8Array.of(0, 0)), header.written(), 0, header.length, BODY_BYTES);
    messages.write(message, 0, new TextEncoder().encode(`${number}`.padEnd(BODY_BYTES)), 0, BODY_BYTES);
    give(this.host, message, [this.queue], needsOf(this.host, [this.queue]) | CONSTRAINED);
    this.host.endTurn();
  }

  /** Takes the next message, and checks that it is the expected one. */
  async take(expected: Modelled): Promise<Fetched> {
    await this.queue.readNext();
    const taken = this.queue.fetch()!;
    const { messages } = this.host;
    assert.equal(parseInt(new TextDecoder().decode(messages.body(taken.shown))), expected.number);
    const { headers } = new PropertiesView(messages.header(taken.shown)).toObject();
    const count = (name: string) => Number(headers?.get(name)?.value ?? 0);
    assert.deepEqual([count("x-acquired-count"), count("x-delivery-count")], [expected.acquired, expected.failed]);
    if (taken.shown !== taken.message) messages.release(taken.shown);
    this.queue.forget(taken.message, taken.position);
    return taken;
  }

  /** Makes the store able to read everything back. */
  async relieve(): Promise<void> {
    this.kept.enqueue(FILLER, "filler".repeat(500));
    await this.kept.flush();
    await this.kept.relieve();
    this.host.storedSequences.forEach((row, id) => row.leaveMemory(this.kept.store.readableUpTo(id)));
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("publish" as const), priority: fc.integer({ min: 3, max: 5 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("take" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom("requeue", "fail", "settle", "reject"), which: fc.nat() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("relieve" as const) }) },
);

describe("a quorum queue, whatever is done with it,", () => {
  it("delivers each message in order, with the number of its returns", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 200, size: "max" }), async (steps) => {
        const test = await Test.open();
        const { queue, host } = test;
        const model = new Model();
        const out: { taken: Fetched; modelled: Modelled }[] = [];
        for (const step of steps) {
          if (step.do === "publish") test.publish(model.publish(step.priority), step.priority);
          else if (step.do === "relieve") await test.relieve();
          else if (step.do === "take") {
            if (model.count === 0) continue;
            const modelled = model.take();
            out.push({ taken: await test.take(modelled), modelled });
          } else if ("which" in step && out.length > 0) {
            const [{ taken, modelled }] = out.splice(step.which % out.length, 1);
            queue[step.do as "requeue" | "fail" | "settle" | "reject"](taken.message, taken.position);
            if (step.do === "requeue" || step.do === "fail") model.return(modelled, step.do === "fail");
            host.endTurn();
          }
          assert.deepEqual([queue.readyCount, queue.unackedCount], [model.count, out.length]);
        }
        while (model.count > 0) {
          const { message, position } = await test.take(model.take());
          queue.settle(message, position);
        }
        for (const { taken } of out) queue.settle(taken.message, taken.position);
        assert.equal(host.messages.count, 0);
        await test.relieve();
        assert.deepEqual(await test.kept.bodies(1), []);
      }),
      { numRuns: 25 },
    );
  });
});
