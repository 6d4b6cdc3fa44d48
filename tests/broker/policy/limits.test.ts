import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newParameters } from "./new_parameters.ts";
import { userLimits, virtualHostLimits } from "../../../src/broker/policy/limits.ts";
import { ParameterError } from "../../../src/broker/policy/parameters.ts";

const refused = (problem: string) => new ParameterError(`Validation failed\n\n${problem}\n`);

describe("limits of virtual hosts", () => {
  it("are infinite when none or a negative one is set", () => {
    const limits = virtualHostLimits(newParameters());
    assert.equal(limits.of("/", "max-queues"), Infinity);
    limits.set("/", { "max-queues": -1, "max-connections": 0 });
    assert.deepEqual([limits.of("/", "max-queues"), limits.of("/", "max-connections")], [Infinity, 0]);
    assert.equal(limits.of("other", "max-connections"), Infinity);
  });

  it("are set and cleared one by one, or all together", () => {
    const limits = virtualHostLimits(newParameters());
    limits.setOne("/", "max-queues", 1);
    limits.setOne("/", "max-connections", 2);
    assert.deepEqual(limits.get("/"), { "max-queues": 1, "max-connections": 2 });
    limits.clear("/", "max-queues");
    assert.deepEqual(limits.get("/"), { "max-connections": 2 });
    limits.setOne("/", "max-queues", 1);
    limits.clear("/");
    assert.deepEqual(limits.get("/"), {});
    limits.clear("/");
    limits.clear("/", "max-queues");
  });

  it("are stored as RabbitMQ stores them", () => {
    const parameters = newParameters();
    virtualHostLimits(parameters).set("a", { "max-queues": 1 });
    assert.deepEqual(parameters.get("a", "vhost-limits", "limits"), { "max-queues": 1 });
  });

  it("are refused in RabbitMQ's words", () => {
    const limits = virtualHostLimits(newParameters());
    assert.throws(
      () => limits.set("/", { "max-queues": "1", "max-channels": 1 }),
      refused(
        'Unrecognised terms [{<<"max-channels">>,1}] in limits\nmax-queues should be a number, actually was <<"1">>',
      ),
    );
    assert.throws(
      () => limits.set("/", { "max-queues": 1.5 }),
      refused("max-queues should be a number, actually was 1.5"),
    );
    assert.deepEqual(limits.get("/"), {});
  });
});

describe("limits of users", () => {
  it("are for connections and channels, and belong to no virtual host", () => {
    const parameters = newParameters();
    const limits = userLimits(parameters, (name) => name === "guest");
    limits.set("guest", { "max-connections": 1, "max-channels": 2 });
    assert.deepEqual([limits.of("guest", "max-channels"), limits.of("other", "max-channels")], [2, Infinity]);
    assert.deepEqual(parameters.list("", "user-limits").map(({ name }) => name), ["guest"]);
    assert.throws(() => limits.set("guest", { "max-queues": 1 }), /Unrecognised terms/);
    assert.throws(() => limits.set("other", { "max-channels": 1 }), /^ParameterError: user 'other' does not exist$/);
  });
});
