import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { QUEUE_ARGUMENTS } from "../../../src/broker/queue/argument_table.ts";
import { definitionOf, settingsOf } from "../../../src/broker/queue/settings.ts";

describe("the settings of a queue", () => {
  it("are each set by one argument, which has a policy key unless a plugin brings it", () => {
    const making = [...QUEUE_ARGUMENTS.values()].filter(({ setting }) => setting !== undefined);
    assert.deepEqual(making.map(({ setting }) => setting).sort(), Object.keys(settingsOf(new Map())).sort());
    assert.ok(making.every(({ policy, isOfPlugin }) => policy !== undefined || isOfPlugin));
  });

  it("come from the arguments of the queue", () => {
    const asked = fieldTable({
      "x-message-ttl": 5,
      "x-overflow": "reject-publish",
      "x-max-age": "2h",
      "x-message-deduplication": true,
    });
    assert.deepEqual(settingsOf(definitionOf(asked)), {
      ...settingsOf(new Map()),
      messageTtlMs: 5,
      overflow: "reject-publish",
      messageDeduplication: true,
      maxAgeMs: 2 * 3600 * 1000,
    });
  });

  it("are one shared object when the arguments set none", () => {
    const asked = fieldTable({ "x-queue-type": "quorum", "x-unknown": 1 });
    assert.equal(settingsOf(definitionOf(asked)), settingsOf(new Map()));
  });
});
