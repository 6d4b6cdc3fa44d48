import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readJsonItems } from "../../../src/cli/ctl/json_items.ts";

async function read(text: string, chunkBytes: number) {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunkBytes) controller.enqueue(bytes.slice(at, at + chunkBytes));
      controller.close();
    },
  });
  const items = [];
  for await (const batch of readJsonItems(body)) items.push(...batch);
  return items;
}

describe("a JSON array that is read bit by bit", () => {
  const items = [{ name: 'quote " and \\ and ] and } and ü', list: [1, [2], { a: "[{" }] }, {}, { last: null }];

  it("yields its objects, wherever chunks end", async () => {
    const text = JSON.stringify(items, null, 1);
    for (const chunkBytes of [1, 2, 3, 7, 64, 1000]) assert.deepEqual(await read(text, chunkBytes), items);
  });

  it("may be empty", async () => {
    assert.deepEqual(await read("[]", 1), []);
  });

  it("is refused when it ends early", async () => {
    await assert.rejects(read('[{"a":1},{"b"', 3), SyntaxError);
    await assert.rejects(read("", 3), SyntaxError);
  });
});
