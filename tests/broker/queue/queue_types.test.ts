import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldTable } from "../../../src/wire/field_table.ts";
import type { QueueDeclaration } from "../../../src/broker/queue/queue_host.ts";
import {
  checkDeletionConditions,
  checkGettable,
  checkQueueProperties,
  checkServerNamed,
  withDefaultQueueType,
} from "../../../src/broker/queue/queue_types.ts";

function declaration(type: string, properties: Partial<QueueDeclaration> = {}): QueueDeclaration {
  const queueArguments = fieldTable({ "x-queue-type": type });
  return { name: "q", durable: true, autoDelete: false, owner: null, arguments: queueArguments, ...properties };
}

const isRefusedWith = (text: string) => ({ code: 406, replyText: `PRECONDITION_FAILED - ${text}` });

describe("quorum queues and streams", () => {
  for (const type of ["quorum", "stream"]) {
    it(`of type ${type} are durable, shared and not deleted with a consumer`, () => {
      const refused = (properties: Partial<QueueDeclaration>, property: string) =>
        assert.throws(
          () => checkQueueProperties(declaration(type, properties), "queue 'q' in vhost '/'"),
          isRefusedWith(`invalid property '${property}' for queue 'q' in vhost '/'`),
        );
      refused({ durable: false }, "non-durable");
      refused({ owner: {} }, "exclusive-owner");
      refused({ autoDelete: true }, "auto-delete");
      refused({ durable: false, owner: {}, autoDelete: true }, "auto-delete");
      assert.doesNotThrow(() => checkQueueProperties(declaration(type), "queue 'q' in vhost '/'"));
    });

    it(`of type ${type} have a name from the client`, () => {
      assert.throws(
        () => checkServerNamed(declaration(type)),
        isRefusedWith(`Cannot declare a server-named queue for type rabbit_${type}_queue`),
      );
    });
  }

  it("differ from classic queues in that", () => {
    const classic = declaration("classic", { durable: false, owner: {}, autoDelete: true });
    assert.doesNotThrow(() => checkQueueProperties(classic, "queue 'q'"));
    assert.doesNotThrow(() => checkServerNamed(classic));
  });
});

describe("a quorum queue", () => {
  const queueOf = (type: string, singleActive: boolean) => ({
    arguments: fieldTable({ "x-queue-type": type, "x-single-active-consumer": singleActive }),
  });

  it("with a single active consumer leaves nothing for basic.get", () => {
    assert.throws(() => checkGettable(queueOf("quorum", true), "queue 'q' in vhost '/'"), {
      code: 405,
      replyText: "RESOURCE_LOCKED - cannot obtain access to locked queue 'q' in vhost '/'. basic.get operations are " +
        "not supported by quorum queues with single active consumer",
    });
    for (const other of [queueOf("quorum", false), queueOf("classic", true)]) {
      assert.doesNotThrow(() => checkGettable(other, "queue 'q' in vhost '/'"));
    }
  });

  it("is deleted without conditions", () => {
    const deletable = (type: string) => ({
      ...queueOf(type, false),
      readyCount: 0,
      isStream: false,
      consumers: new Set(),
    });
    const refused = (ifUnused: boolean, ifEmpty: boolean, flag: string) =>
      assert.throws(
        () => checkDeletionConditions(deletable("quorum"), { ifUnused, ifEmpty }, "queue 'q' in vhost '/'"),
        {
          code: 540,
          replyText: "NOT_IMPLEMENTED - cannot delete queue 'q' in vhost '/'. queue.delete operations with " +
            `${flag} flag set are not supported by quorum queues`,
        },
      );
    refused(true, false, "if-unused");
    refused(false, true, "if-empty");
    refused(true, true, "if-unused");
    assert.doesNotThrow(() => checkDeletionConditions(deletable("quorum"), {}, "queue 'q' in vhost '/'"));
    const both = { ifUnused: true, ifEmpty: true };
    assert.doesNotThrow(() => checkDeletionConditions(deletable("classic"), both, "queue 'q' in vhost '/'"));
  });
});

describe("a declaration without a type", () => {
  const untyped = {
    name: "q",
    durable: true,
    autoDelete: false,
    owner: null,
    arguments: fieldTable({ "x-expires": 1 }),
  };
  const typeOf = ({ arguments: declared }: QueueDeclaration) => declared.get("x-queue-type")?.value;

  it("gets the default one in its arguments", () => {
    for (const type of ["classic", "quorum", "stream"] as const) {
      const typed = withDefaultQueueType(untyped, type);
      assert.deepEqual(typed, { ...untyped, arguments: fieldTable({ "x-expires": 1, "x-queue-type": type }) });
    }
    assert.equal(typeOf(withDefaultQueueType({ ...untyped, arguments: fieldTable({}) }, "quorum")), "quorum");
  });

  it("gets the classic one when it can't have the default one", () => {
    for (const properties of [{ durable: false }, { autoDelete: true }, { owner: {} }]) {
      assert.equal(typeOf(withDefaultQueueType({ ...untyped, ...properties }, "quorum")), "classic");
    }
  });

  it("is one that has no type in its arguments", () => {
    const typed = declaration("stream");
    assert.equal(withDefaultQueueType(typed, "quorum"), typed);
    const empty = declaration("");
    assert.equal(withDefaultQueueType(empty, "quorum"), empty);
  });
});
