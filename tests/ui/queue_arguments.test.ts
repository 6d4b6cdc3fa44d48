import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { QUEUE_ARGUMENTS as BROKERS_ARGUMENTS } from "../../src/broker/queue/argument_table.ts";
import { en } from "../../ui/pages/queues/en.ts";
import { QUEUE_ARGUMENTS, queueArguments } from "../../ui/pages/queues/queue_arguments.ts";

describe("the arguments of queues on the page", () => {
  it("are those of the broker that have an effect", () => {
    const effective = [...BROKERS_ARGUMENTS]
      .filter(([name, { help }]) => name !== "x-queue-type" && !help.startsWith("Checked and kept, without effect"))
      .map(([name]) => name);
    assert.deepEqual(QUEUE_ARGUMENTS.map(({ name }) => name).sort(), effective.sort());
  });

  it("are offered for the types that take them", () => {
    for (const { name, types } of QUEUE_ARGUMENTS) {
      const taken = BROKERS_ARGUMENTS.get(name)!.types.filter((type) =>
        // A stream takes it without an effect.
        name !== "x-message-deduplication" || type !== "stream"
      );
      assert.deepEqual([...types], [...taken], name);
    }
    assert.ok(queueArguments("stream", en).every(({ help }) => help !== undefined));
  });

  it("have the help of the documentation", () => {
    for (const { name } of QUEUE_ARGUMENTS) {
      assert.equal(en.argumentHelp[name], BROKERS_ARGUMENTS.get(name)!.help.replaceAll("`", ""), name);
    }
  });
});
