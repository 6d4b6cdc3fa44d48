import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ChannelError, preconditionFailed } from "../../../src/wire/error.ts";
import { fieldTable, type PlainTable } from "../../../src/wire/field_table.ts";
import { checkQueueArguments } from "../../../src/broker/queue/arguments.ts";

const check = (queueArguments: PlainTable) => checkQueueArguments(fieldTable(queueArguments), "queue 'q' in vhost '/'");

/** Returns the text with which `queue.declare` with these arguments is refused. */
function refusal(queueArguments: PlainTable): string {
  try {
    check(queueArguments);
  } catch (error) {
    return (error as ChannelError).replyText;
  }
  assert.fail("not refused");
}

const invalid = (explanation: string) => preconditionFailed(`invalid arg ${explanation}`).replyText;

describe("the arguments of queue.declare", () => {
  it("are refused by queues of a type without them, and accepted by those of another", () => {
    const refused: readonly (readonly [type: string, argument: string, value: PlainTable[string]])[] = [
      ["classic", "x-max-age", "1h"],
      ["classic", "x-delivery-limit", 3],
      ["quorum", "x-max-priority", 3],
      ["quorum", "x-queue-mode", "lazy"],
      ["stream", "x-message-ttl", 1000],
      ["stream", "x-expires", "not even a number"],
      ["stream", "x-max-length", 1],
      ["stream", "x-single-active-consumer", true],
    ];
    for (const [type, argument, value] of refused) {
      const text = `'${argument}' for queue 'q' in vhost '/' of queue type rabbit_${type}_queue`;
      assert.equal(refusal({ "x-queue-type": type, [argument]: value }), invalid(text));
    }
  });

  it("are those of a classic queue when no type is given", () => {
    assert.equal(
      refusal({ "x-max-age": "1h" }),
      invalid("'x-max-age' for queue 'q' in vhost '/' of queue type rabbit_classic_queue"),
    );
    check({ "x-max-priority": 3 });
    check({ "x-queue-type": "", "x-max-priority": 3 });
  });

  it("are accepted when no type of queue has them", () => {
    for (const type of ["classic", "quorum", "stream"]) check({ "x-queue-type": type, "x-made-up": 3 });
  });

  it("are refused for an invalid value before they are refused for the type", () => {
    assert.equal(
      refusal({ "x-max-age": "1h", "x-expires": -1 }),
      invalid("'x-expires' for queue 'q' in vhost '/': {value_negative,-1}"),
    );
  });

  it("are refused for the type in alphabetical order", () => {
    assert.equal(
      refusal({ "x-stream-max-segment-size-bytes": 1, "x-max-age": "1h", "x-delivery-limit": 3 }),
      invalid("'x-delivery-limit' for queue 'q' in vhost '/' of queue type rabbit_classic_queue"),
    );
  });

  it("must have a known type", () => {
    assert.equal(
      refusal({ "x-queue-type": "nope" }),
      invalid(`'x-queue-type' for queue 'q' in vhost '/': "unsupported queue type 'nope'"`),
    );
    assert.equal(
      refusal({ "x-queue-type": 1 }),
      invalid("'x-queue-type' for queue 'q' in vhost '/': {unacceptable_type,signedint}"),
    );
  });

  it("accept an age of a number above 0 and a unit", () => {
    for (const age of ["1Y", "2M", "3D", "4h", "5m", "600s"]) check({ "x-queue-type": "stream", "x-max-age": age });
    for (const age of ["1w", "0s", "1", "h", "-1h", "1.5h", "1H", ""]) {
      assert.equal(
        refusal({ "x-queue-type": "stream", "x-max-age": age }),
        invalid("'x-max-age' for queue 'q' in vhost '/': invalid_max_age"),
      );
    }
    assert.equal(
      refusal({ "x-queue-type": "stream", "x-max-age": 3 }),
      invalid("'x-max-age' for queue 'q' in vhost '/': {unacceptable_type,signedint}"),
    );
  });
});
