import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { compareRecordings, type Difference } from "./difference.ts";
import { explain } from "./explain.ts";
import { EXPLANATIONS } from "./explanations.ts";
import { startHareMQ } from "./haremq.ts";
import { record, type Recording } from "./recording.ts";
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

async function readRecording(version: string): Promise<Recording> {
  return JSON.parse(await readFile(new URL(`rabbitmq-${version}.json`, import.meta.url), "utf8"));
}

function describeDifference({ request, path, expected, received }: Difference): string {
  return `${request}: ${path}: ${JSON.stringify(expected)} in RabbitMQ 4.3, ${JSON.stringify(received)} here`;
}
