import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { DIFFERENCES } from "./differences.ts";
import { normalise } from "./normalise.ts";
import { readTranscript, RECORDED_PORTS, replay } from "./replay.ts";
import { type Entry, formatEntry } from "./transcript.ts";

const rabbitmq = readTranscript("rabbitmq_3.10");
const recorded = rabbitmq.map((entry) => normalise(entry, RECORDED_PORTS));
const different = readTranscript("haremq");
const reasons = new Map(DIFFERENCES.flatMap(({ because, commands }) => commands.map((command) => [command, because])));

const isEqual = (one: Entry, other: Entry): boolean => JSON.stringify(one) === JSON.stringify(other);

describe("HareMQ's commands, beside the recording of RabbitMQ's", () => {
  let entries: readonly Entry[] = [];
  let raw: readonly Entry[] = [];
  before(async () => {
    ({ entries, raw } = await replay());
  });

  it("write the same and exit alike, or differ as differences.ts explains", () => {
    assert.equal(entries.length, recorded.length);
    const expected = [...different];
    for (const [at, entry] of entries.entries()) {
      if (isEqual(entry, recorded[at])) continue;
      assert.ok(
        reasons.has(entry.command),
        `an unexplained difference:\n${formatEntry(entry)}\n${formatEntry(recorded[at])}`,
      );
      assert.equal(formatEntry(entry), formatEntry(expected.shift()!));
    }
    assert.deepEqual(expected, []);
  });

  it("explain no difference that there is not", () => {
    const commands = new Set(different.map(({ command }) => command));
    assert.deepEqual([...reasons.keys()].filter((command) => !commands.has(command)), []);
  });

  it("have all commands of RabbitMQ 3.10 in their overviews, with the same descriptions", () => {
    for (const [at, { stderr, command }] of rabbitmq.entries()) {
      if (!stderr.includes("Available commands:") || command.startsWith("rabbitmq-streams")) continue;
      const linesOf = (text: string) => text.split("\n").filter((line) => line.startsWith("   ")).map(words);
      const ours = new Set(linesOf(raw[at].stderr));
      assert.deepEqual(linesOf(stderr).filter((line) => !ours.has(line)), [], command);
    }
  });
});

const words = (line: string): string => line.trim().replaceAll(/ +/g, " ");
