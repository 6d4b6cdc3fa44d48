import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE, fieldTable } from "../../../src/wire/field_table.ts";
import { Binding, type Destination } from "../../../src/broker/exchange/binding.ts";
import { localRandom } from "../../../src/broker/exchange/local_random.ts";
import { TestHost } from "../queue/host.ts";
import { addTo, exchange, matchesOf, routerOf, TestExchangeHost } from "./bound.ts";

const queues = new TestHost();

function check(destination: Destination, key: string): void {
  const start = exchange("x-local-random");
  localRandom.checkBinding!(new Binding(start, destination, key, EMPTY_TABLE), EMPTY_TABLE);
}

describe("an x-local-random exchange", () => {
  it("gives a message to a randomly chosen queue, whatever its key", () => {
    const host = new TestExchangeHost();
    const router = routerOf(localRandom, {}, host);
    for (const name of ["a", "b"]) addTo(router, queues.queue({ name }), "");
    host.randomNumbers.push(0.4, 0.6);
    assert.deepEqual([...host.randomNumbers].map(() => matchesOf(router, { routingKeys: ["key"] })), [["a"], ["b"]]);
  });

  it("accepts bindings to classic queues without a key", () => {
    assert.doesNotThrow(() => check(queues.queue(), ""));
    const typed = queues.queue({ arguments: fieldTable({ "x-queue-type": "classic" }) });
    assert.doesNotThrow(() => check(typed, ""));
  });

  it("refuses all others", () => {
    const quorum = queues.queue({ arguments: fieldTable({ "x-queue-type": "quorum" }) });
    assert.throws(
      () => check(queues.queue(), "k"),
      /PRECONDITION_FAILED - Non empty binding 'k' key not permitted/,
    );
    assert.throws(() => check(exchange("fanout"), ""), /PRECONDITION_FAILED - Destination not found/);
    assert.throws(
      () => check(quorum, ""),
      /PRECONDITION_FAILED - Queue type rabbit_quorum_queue not valid for this exchange type/,
    );
  });
});
