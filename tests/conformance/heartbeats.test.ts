import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ChannelModel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { connect, openChannel, tuned, within } from "./client.ts";

let broker: BrokerUnderTest;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

describe("heartbeats", () => {
  it("have the client's interval", async () => {
    const connection = await connect(broker, { heartbeat: 7 });

    assert.equal(tuned(connection).heartbeat, 7);

    await connection.close();
  });

  it("keep an idle connection alive, and their absence ends one", async () => {
    const [beating, silent] = [await connect(broker, { heartbeat: 1 }), await connect(broker, { heartbeat: 1 })];
    const channel = await openChannel(beating);
    stopBeating(silent);
    const startedMs = performance.now();

    // amqplib itself ends a connection, with an error, when the broker's heartbeats don't come.
    await within("the silent connection to be dropped", new Promise<void>((r) => silent.once("close", () => r())));
    const silenceMs = performance.now() - startedMs;

    await channel.assertQueue("", { exclusive: true });
    await beating.close();
    assert(silenceMs >= 1000, `dropped after ${silenceMs} ms, before two intervals could have passed`);
  });

  function stopBeating(connection: ChannelModel): void {
    (connection.connection as unknown as { heartbeater: { clear(): void } }).heartbeater.clear();
  }
});
