import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareRecordings, describeDifference } from "./difference.ts";
import { explain } from "./explain.ts";
import { EXPLANATIONS } from "./explanations.ts";
import { startHareMQ } from "./haremq.ts";
import { readRecording, recordPairs } from "./recording.ts";
import { fillBroker } from "./scenario.ts";

describe("the management API with management.rates_mode = detailed", () => {
  it("answers about pairs as RabbitMQ 4.3 does, but for the explained differences", async () => {
    const haremq = await startHareMQ({ statistics: { ratesMode: "detailed" } });
    try {
      const traffic = await fillBroker(haremq.api, haremq.amqpUrl);
      const received = await recordPairs(haremq.api);
      await traffic.close();
      const [from43, from310] = await Promise.all(["4.3-detailed", "3.10-detailed"].map(async (version) => {
        return compareRecordings(await readRecording(version), received);
      }));
      const { unexplained } = explain(from43, from310, EXPLANATIONS);
      assert.deepEqual(unexplained.map(describeDifference), [], "differences without an explanation");
    } finally {
      await haremq.close();
    }
  });
});
