import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { SCENES } from "./invocations.ts";
import { formatTranscript, parseTranscript } from "./transcript.ts";

const recorded = readFileSync(new URL("./rabbitmq_3.10.transcript", import.meta.url), "utf8");

describe("the transcript of RabbitMQ's commands", () => {
  it("has all commands of the scenes, in order", () => {
    const commands = SCENES.flatMap(({ commands }) => commands);
    assert.deepEqual(parseTranscript(recorded).map(({ command }) => command), commands);
    assert.ok(commands.length >= 150);
  });

  it("is read and written without a change", () => {
    assert.equal(formatTranscript(parseTranscript(recorded)), recorded);
  });

  it("keeps text without a final newline, and empty lines", () => {
    const entry = { command: "x", stdout: "a\n\n> b", stderr: "\n$ c\n", exitCode: 64 };
    assert.deepEqual(parseTranscript(formatTranscript([entry])), [entry]);
  });
});
