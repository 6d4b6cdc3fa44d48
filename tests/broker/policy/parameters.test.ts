import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Node } from "../../../src/broker/node/node.ts";
import { ParameterError } from "../../../src/broker/policy/parameters.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import { FakeClock } from "../../fake_clock.ts";
import { newParameters } from "./new_parameters.ts";
import type { TopologyRecord } from "../../../src/store/topology_record.ts";

class RecordingStore extends MemoryStore {
  readonly records: TopologyRecord[] = [];
  override append(record?: TopologyRecord): void {
    super.append();
    this.records.push(record!);
  }
}

const key = { vhost: "/", component: "policy", name: "p" };

describe("runtime parameters", () => {
  it("are found by virtual host, component and name", () => {
    const parameters = newParameters();
    parameters.set({ ...key, value: { priority: 1 } });
    parameters.set({ ...key, name: "q", value: 2 });
    parameters.set({ ...key, vhost: "other", value: 3 });
    parameters.set({ ...key, component: "operator_policy", value: 4 });
    assert.deepEqual(parameters.get("/", "policy", "p"), { priority: 1 });
    assert.deepEqual(parameters.list("/", "policy").map(({ name }) => name), ["p", "q"]);
    assert.equal(parameters.get("other", "policy", "q"), undefined);
    assert.deepEqual(parameters.list("elsewhere", "policy"), []);
  });

  it("are stored as they were set last, and recovered", () => {
    const store = new RecordingStore();
    const parameters = newParameters(store);
    parameters.set({ ...key, value: { a: [1, "x", null] } });
    parameters.clear(key);
    assert.deepEqual(store.records, [
      { type: "parameter.set", ...key, value: '{"a":[1,"x",null]}' },
      { type: "parameter.cleared", ...key },
    ]);
    const recovered = newParameters(store);
    recovered.apply(key, '{"a":[1,"x",null]}');
    assert.deepEqual(recovered.get("/", "policy", "p"), { a: [1, "x", null] });
    assert.equal(store.records.length, 2);
  });

  it("do not change with the object that they were set from", () => {
    const parameters = newParameters();
    const value = { "max-length": 1 };
    parameters.set({ ...key, value });
    value["max-length"] = 2;
    assert.deepEqual(parameters.get("/", "policy", "p"), { "max-length": 1 });
  });

  it("can't be cleared when they do not exist", () => {
    const parameters = newParameters();
    assert.throws(() => parameters.clear(key), new ParameterError("Parameter does not exist"));
  });

  it("are refused when they are too long for a record of the store", () => {
    const store = new RecordingStore();
    const parameters = newParameters(store);
    assert.throws(() => parameters.set({ ...key, value: "x".repeat(300_000) }), ParameterError);
    assert.equal(parameters.get("/", "policy", "p"), undefined);
    assert.deepEqual(store.records, []);
  });

  it("are refused for an unknown virtual host", () => {
    const node = new Node({ clock: new FakeClock(), memoryHighWatermarkBytes: Infinity });
    const isRefused = (error: unknown) =>
      error instanceof ParameterError && error.message === "vhost 'v' does not exist";
    assert.throws(() => node.parameters.set({ ...key, vhost: "v", value: 1 }), isRefused);
    assert.throws(() => node.vhostLimits.set("v", { "max-queues": 1 }), isRefused);
    node.parameters.set({ ...key, vhost: "", value: 1 });
    assert.equal(node.parameters.get("", "policy", "p"), 1);
  });
});
