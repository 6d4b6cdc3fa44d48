import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareRecordings } from "./difference.ts";
import type { Recorded, Recording } from "./recording.ts";
import { shapeOf } from "./shape.ts";

describe("the shape of an answer", () => {
  it("keeps values and replaces those that vary by their types", () => {
    const text = '{"name":"q","messages":3,"rate":0.0,"memory":17,"pid":"<0.1.0>"}';
    assert.deepEqual(shapeOf(text, { replacements: new Map() }), {
      memory: "<integer>",
      messages: 3,
      name: "q",
      pid: "<string>",
      rate: "<float>",
    });
  });

  it("sorts objects of a list, unless their order is asked for", () => {
    const text = '[{"name":"b"},{"name":"a"}]';
    assert.deepEqual(shapeOf(text, { replacements: new Map() }), [{ name: "a" }, { name: "b" }]);
    assert.deepEqual(shapeOf(text, { replacements: new Map(), isOrdered: true }), [{ name: "b" }, { name: "a" }]);
  });
});

describe("the comparison of two recordings", () => {
  const recordingOf = (answer: Recorded): Recording => ({
    reads: { "GET /queues": answer },
    headers: [],
    access: {},
    badFields: {},
    writes: [],
  });
  const compare = (expected: Recorded, received: Recorded) =>
    compareRecordings(recordingOf(expected), recordingOf(received)).map(({ path, expected, received }) => [
      path,
      expected,
      received,
    ]);

  it("finds fields that are missing, added or different in objects of the same name", () => {
    const expected: Recorded = { status: 200, body: [{ vhost: "v", name: "q", a: 1, b: 2 }] };
    const received: Recorded = {
      status: 200,
      body: [{ vhost: "v", name: "q", b: 3, c: "x" }, { vhost: "v", name: "r" }],
    };
    assert.deepEqual(compare(expected, received), [
      ["body.[v/q].a", 1, undefined],
      ["body.[v/q].b", 2, 3],
      ["body.[v/q].c", undefined, "x"],
      ["body.[v/r]", undefined, { vhost: "v", name: "r" }],
    ]);
  });

  it("takes an integer where a float is expected, not a float where an integer is", () => {
    assert.deepEqual(compare({ status: 200, body: "<float>" }, { status: 200, body: "<integer>" }), []);
    assert.deepEqual(compare({ status: 200, body: "<integer>" }, { status: 200, body: "<float>" }), [
      ["body", "<integer>", "<float>"],
    ]);
  });

  it("compares nothing but statuses when these differ", () => {
    assert.deepEqual(compare({ status: 200, body: {} }, { status: 404, body: { error: "e" } }), [
      ["status", "200 {}", '404 {"error":"e"}'],
    ]);
  });
});
