import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readServerEvents, type ServerEvent } from "../../ui/api/server_events.ts";
import { addEvents, KEPT_MAX, NOTHING_SEEN } from "../../ui/pages/tap/sample.ts";

const message = (payload: string): ServerEvent => ({ name: "message", data: { payload } });
const counts = (passed: number, shown: number): ServerEvent => ({ name: "counts", data: { passed, shown } });

describe("the live tap", () => {
  it("shows the newest messages first, and counts those that went by unseen", () => {
    const first = addEvents(NOTHING_SEEN, [message("a"), message("b"), counts(2, 2)]);
    const next = addEvents(first, [message("c"), counts(10, 3)]);
    assert.deepEqual(next.messages.map(({ id, message }) => [id, message.payload]), [[3, "c"], [2, "b"], [1, "a"]]);
    assert.deepEqual([first.unseen, next.unseen, next.count], [0, 7, 3]);
  });

  it("keeps a bounded number of messages, and counts all", () => {
    const seen = addEvents(NOTHING_SEEN, Array.from({ length: KEPT_MAX + 5 }, (_, at) => message(`${at}`)));
    assert.deepEqual([seen.messages.length, seen.count], [KEPT_MAX, KEPT_MAX + 5]);
  });

  it("tells why the broker has ended it", () => {
    const closed = { name: "closed", data: { reason: "it was deleted" } };
    assert.equal(addEvents(NOTHING_SEEN, [closed]).ended, "it was deleted");
  });
});

describe("server-sent events", () => {
  it("are read across chunks, also when a character is cut", async () => {
    const bytes = new TextEncoder().encode(
      'id: 1\nevent: message\ndata: {"payload":"é"}\n\nid: 2\nevent: counts\ndata: 1\n\n',
    );
    const cuts = [bytes.slice(0, 10), bytes.slice(10, 42), bytes.slice(42)];
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const cut of cuts) controller.enqueue(cut);
        controller.close();
      },
    });
    const events: ServerEvent[] = [];
    for await (const some of readServerEvents(body)) events.push(...some);
    assert.deepEqual(events, [{ name: "message", data: { payload: "é" } }, { name: "counts", data: 1 }]);
  });
});
