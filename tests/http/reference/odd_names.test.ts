import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareRecordings, describeDifference } from "./difference.ts";
import { explain } from "./explain.ts";
import { startHareMQ } from "./haremq.ts";
import { ODD_NAMES_EXPLANATIONS } from "./odd/explanations.ts";
import { RawApi } from "./odd/raw_api.ts";
import { recordOddNames } from "./odd/record_odd_names.ts";
import { readRecording } from "./recording.ts";

describe("the management API with odd names, pages and filters", () => {
  it("answers every request as RabbitMQ 4.3 does, but for the explained differences", async () => {
    const haremq = await startHareMQ({}, "never");
    try {
      const received = await recordOddNames(new RawApi(haremq.origin));
      const [from43, from310] = await Promise.all(["4.3-odd-names", "3.10-odd-names"].map(async (version) => {
        return compareRecordings(await readRecording(version), received);
      }));
      const { unexplained, unused } = explain(from43, from310, ODD_NAMES_EXPLANATIONS);
      assert.deepEqual(unexplained.map(describeDifference), [], "differences without an explanation");
      assert.deepEqual(unused.map(({ reason }) => reason), [], "explanations of nothing");
    } finally {
      await haremq.close();
    }
  });
});
