import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, ChannelError, ConnectionError, type EmbeddedTransaction } from "../../mod.ts";
import { settled } from "../fake_clock.ts";
import { SlowStore } from "../slow_store.ts";

const hasCode = (code: number) => (error: unknown): boolean =>
  (error instanceof ChannelError || error instanceof ConnectionError) && error.code === code;

describe("a transaction of a program", () => {
  it("publishes everything when it is complete and safe", async () => {
    const store = new SlowStore();
    const vhost = new Broker({ store }).vhost("/");
    const [a, b] = [vhost.queue("a"), vhost.queue("b")];
    store.sync();
    let isDone = false;
    const done = vhost.transaction(async (transaction) => {
      transaction.publish({ routingKey: "a", body: "1", properties: { deliveryMode: 2 } });
      await settled();
      transaction.publish({ routingKey: "b", body: "2" });
      assert.deepEqual([a.messageCount, b.messageCount], [0, 0]);
    }).then(() => isDone = true);
    while (b.messageCount === 0) await settled();
    assert.deepEqual([a.messageCount, isDone], [1, false]);
    store.sync();
    await done;
  });

  it("publishes nothing when it fails, or one of its messages is wrong", async () => {
    const vhost = new Broker().vhost("/");
    const queue = vhost.queue("q");
    const fails = (fill: (transaction: EmbeddedTransaction) => void, expected: (error: unknown) => boolean) =>
      assert.rejects(vhost.transaction(fill), expected);
    await fails((transaction) => {
      transaction.publish({ routingKey: "q", body: "x" });
      throw new Error("changed my mind");
    }, (error) => (error as Error).message === "changed my mind");
    await fails((transaction) => {
      transaction.publish({ routingKey: "q", body: "x" });
      transaction.publish({ exchange: "nowhere", body: "x" });
    }, hasCode(404));
    assert.equal(queue.messageCount, 0);
    assert.equal(vhost.queue("q").consumerCount, 0);
  });

  it("fails when a queue refuses a message, or it has too many", async () => {
    const vhost = new Broker().vhost("/");
    vhost.queue("full", { arguments: { "x-max-length": 0, "x-overflow": "reject-publish" } });
    await assert.rejects(vhost.transaction((all) => all.publish({ routingKey: "full", body: "x" })), hasCode(506));
    await assert.rejects(
      vhost.transaction((all) => {
        for (let i = 0; i <= 100_000; i++) all.publish({ body: "" });
      }),
      hasCode(506),
    );
    await assert.rejects(
      vhost.transaction((all) => {
        for (let i = 0; i < 5; i++) all.publish({ body: new Uint8Array(16 * 1024 * 1024) });
      }),
      hasCode(506),
    );
  });
});
