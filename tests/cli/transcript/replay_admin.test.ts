import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { ADMIN_DIFFERENCES } from "./admin_differences.ts";
import { ADMIN_SCENES } from "./admin_invocations.ts";
import { normalise } from "./normalise.ts";
import { ADMIN_RECORDED_PORTS, readTranscript, replay } from "./replay.ts";
import { type Entry, formatEntry } from "./transcript.ts";

const recorded = readTranscript("rabbitmqadmin_3.10").map((entry) => normalise(entry, ADMIN_RECORDED_PORTS));
const different = readTranscript("haremq_admin");
const explained = new Set(ADMIN_DIFFERENCES.flatMap(({ commands }) => commands));

describe("rabbitmqadmin, beside the recording of RabbitMQ's", () => {
  let entries: readonly Entry[] = [];
  before(async () => {
    ({ entries } = await replay(ADMIN_SCENES));
  });

  it("is recorded with all commands of the scenes, in order", () => {
    assert.deepEqual(recorded.map(({ command }) => command), ADMIN_SCENES.flatMap(({ commands }) => commands));
  });

  it("writes the same and exits alike, or differs as admin_differences.ts explains", () => {
    assert.equal(entries.length, recorded.length);
    const expected = [...different];
    for (const [at, entry] of entries.entries()) {
      const [ours, theirs] = [entry, recorded[at]].map(formatEntry);
      if (ours === theirs) continue;
      assert.ok(explained.has(entry.command), `an unexplained difference:\n${ours}\n${theirs}`);
      assert.equal(ours, formatEntry(expected.shift()!));
    }
    assert.deepEqual(expected, []);
  });

  it("explains no difference that there is not", () => {
    assert.deepEqual(new Set(different.map(({ command }) => command)), explained);
  });
});
