import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareRecordings, describeDifference } from "./difference.ts";
import { explain } from "./explain.ts";
import { EXPLANATIONS } from "./explanations.ts";
import { startHareMQ } from "./haremq.ts";
import { readRecording, record } from "./recording.ts";
import { fillBroker } from "./scenario.ts";

describe("the management API beside RabbitMQ's", () => {
  it("answers every request as RabbitMQ 4.3 does, but for the explained differences", async () => {
    const haremq = await startHareMQ();
    try {
      const traffic = await fillBroker(haremq.api, haremq.amqpUrl);
      const received = await record(haremq.api);
      await traffic.close();
      const [from43, from310] = await Promise.all(["4.3", "3.10"].map(async (version) => {
        return compareRecordings(await readRecording(version), received);
      }));
      const { unexplained, unused } = explain(from43, from310, EXPLANATIONS);
      assert.deepEqual(unexplained.map(describeDifference), [], "differences without an explanation");
      assert.deepEqual(unused.map(({ reason }) => reason), [], "explanations of nothing");
    } finally {
      await haremq.close();
    }
  });
});
