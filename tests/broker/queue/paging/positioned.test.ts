import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Positioned } from "../../../../src/broker/queue/paging/positioned.ts";
import { numbered } from "../../numbered.ts";

/** Makes `count` messages, each at ten times its number, of which `takenCount` have been taken out again. */
function row(count: number, takenCount = 0): Positioned {
  const positioned = new Positioned();
  for (let message = 0; message < count; message++) positioned.push(numbered(message), message * 10);
  for (let taken = 0; taken < takenCount; taken++) positioned.shift();
  return positioned;
}

function all(positioned: Positioned): [message: number, position: number][] {
  const found: [number, number][] = [];
  positioned.forEach((message, position) => found.push([message, position]));
  return found;
}

describe("messages with their positions", () => {
  it("leave in the order in which they came, however many there were", () => {
    const positioned = row(5000, 3000);
    positioned.push(numbered(7), 1);
    assert.deepEqual([positioned.count, positioned.first, positioned.position], [2001, 3000, 30_000]);
    const taken: number[] = [];
    positioned.takeAll((message) => taken.push(message));
    assert.deepEqual(taken, [...Array.from({ length: 2000 }, (_, i) => 3000 + i), 7]);
    assert.equal(positioned.count, 0);
  });

  it("are found by equality, among the first of those that are left", () => {
    const positioned = row(4, 1);
    positioned.push(numbered(2), 99);
    assert.deepEqual([...positioned.indexesOf(numbered(2), 2)], [[20, 1]]);
    assert.deepEqual([...positioned.indexesOf(numbered(2), 10)], [[20, 1], [99, 3]]);
    assert.deepEqual([...positioned.indexesOf(numbered(0), 10)], []);
  });

  it("can be replaced by others", () => {
    const positioned = row(5, 1);
    positioned.replace(1, numbered(22));
    assert.deepEqual(all(positioned), [[1, 10], [22, 20], [3, 30], [4, 40]]);
    positioned.replaceFrom(2, (message, position) => numbered(message + position));
    assert.deepEqual(all(positioned), [[1, 10], [22, 20], [33, 30], [44, 40]]);
  });
});
