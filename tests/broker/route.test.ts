import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE, fieldTable } from "../../src/amqp/field_table.ts";
import type { Exchange } from "../../src/broker/exchange/exchange.ts";
import { findRoute } from "../../src/broker/route.ts";
import { addTo, exchange } from "./exchange/bound.ts";
import { TestHost } from "./queue/host.ts";

const host = new TestHost();
const queueNames = (start: Exchange, key = ""): string[] => findRoute(start, key).queues.map(({ name }) => name).sort();

describe("a route", () => {
  it("names each queue once, however many bindings lead to it", () => {
    const [start, middle] = [exchange("topic"), exchange("fanout")];
    const queue = host.queue({ name: "q" });
    for (const key of ["a.b", "a.*", "#", "a.#"]) addTo(start.router, queue, key);
    addTo(start.router, middle, "#");
    addTo(middle.router, queue, "");
    assert.deepEqual(queueNames(start, "a.b"), ["q"]);
  });

  it("goes through exchanges that are bound to exchanges, each by its own rules", () => {
    const [start, byTopic, byKey] = [exchange("fanout"), exchange("topic"), exchange("direct")];
    addTo(start.router, byTopic, "");
    addTo(byTopic.router, byKey, "a.*");
    addTo(byKey.router, host.queue({ name: "far" }), "a.b");
    addTo(start.router, host.queue({ name: "near" }), "whatever");
    assert.deepEqual(queueNames(start, "a.b"), ["far", "near"]);
    assert.deepEqual(queueNames(start, "a.c"), ["near"]);
    assert.deepEqual(queueNames(start, "b"), ["near"]);
  });

  it("ends where exchanges are bound in a circle, and where one is bound to itself", () => {
    const ring = Array.from({ length: 5 }, (_, index) => exchange("fanout", `ring ${index}`));
    ring.forEach((each, index) => {
      addTo(each.router, ring[(index + 1) % ring.length], "");
      addTo(each.router, each, "");
      addTo(each.router, host.queue({ name: `q${index}` }), "");
    });
    for (const start of ring) assert.deepEqual(queueNames(start), ["q0", "q1", "q2", "q3", "q4"]);
  });

  it("visits an exchange once, where a thousand ways lead to it", () => {
    let visits = 0;
    let layer = [exchange("fanout")];
    const [start] = layer;
    for (let depth = 0; depth < 10; depth++) {
      const next = [exchange("fanout"), exchange("fanout")];
      for (const each of layer) for (const destination of next) addTo(each.router, destination, "");
      layer = next;
    }
    const end = exchange("fanout");
    for (const each of layer) addTo(each.router, end, "");
    end.router.route = () => visits++;
    findRoute(start, "");
    assert.equal(visits, 1);
  });

  it("depends on headers exactly when a headers exchange is asked", () => {
    const [start, byHeaders] = [exchange("direct"), exchange("headers")];
    addTo(start.router, byHeaders, "with");
    addTo(start.router, host.queue({ name: "plain" }), "without");
    addTo(byHeaders.router, host.queue({ name: "q" }), "", { a: 1 });
    assert.equal(findRoute(start, "without").dependsOnHeaders, false);
    assert.equal(findRoute(start, "with").dependsOnHeaders, true);
    assert.equal(findRoute(byHeaders, "").dependsOnHeaders, true);
    const found = (a: number) => findRoute(start, "with", () => fieldTable({ a })).queues.map(({ name }) => name);
    assert.deepEqual([found(1), found(2)], [["q"], []]);
    assert.deepEqual(findRoute(start, "with", () => EMPTY_TABLE).queues, []);
  });
});
