import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE, type FieldTable, fieldTable } from "../../../src/wire/field_table.ts";
import type { Exchange } from "../../../src/broker/exchange/exchange.ts";
import { findLastingRoute, findRoute } from "../../../src/broker/routing/route.ts";
import type { Target } from "../../../src/broker/message/target.ts";
import { addTo, exchange, messageOf } from "../exchange/bound.ts";
import { TestHost } from "../queue/host.ts";

const host = new TestHost();
const namesOf = (queues: readonly Target[] | undefined) => queues?.map(({ name }) => name).sort();
const NO_OTHERS = new Map<string, Exchange>();
const byName = (...exchanges: Exchange[]) => new Map(exchanges.map((each) => [each.name, each]));
const queueNames = (start: Exchange, key = "", exchanges = NO_OTHERS) =>
  namesOf(findLastingRoute(exchanges, start, key));
const plain = (routingKey: string, headers: FieldTable = EMPTY_TABLE) =>
  messageOf({ routingKeys: [routingKey], headers });

describe("a route", () => {
  it("names each queue once, however many bindings lead to it", () => {
    const [start, middle] = [exchange("topic"), exchange("fanout")];
    const queue = host.queue({ name: "q" });
    for (const key of ["a.b", "a.*", "#", "a.#"]) addTo(start.router, queue, key);
    addTo(start.router, middle, "#");
    addTo(middle.router, queue, "");
    assert.deepEqual(queueNames(start, "a.b"), ["q"]);
  });

  it("goes through exchanges bound to exchanges, by the rules of each", () => {
    const [start, byTopic, byKey] = [exchange("fanout"), exchange("topic"), exchange("direct")];
    addTo(start.router, byTopic, "");
    addTo(byTopic.router, byKey, "a.*");
    addTo(byKey.router, host.queue({ name: "far" }), "a.b");
    addTo(start.router, host.queue({ name: "near" }), "whatever");
    assert.deepEqual(queueNames(start, "a.b"), ["far", "near"]);
    assert.deepEqual(queueNames(start, "a.c"), ["near"]);
    assert.deepEqual(queueNames(start, "b"), ["near"]);
  });

  it("ends when exchanges are bound in a circle, or to themselves", () => {
    const ring = Array.from({ length: 5 }, (_, index) => exchange("fanout", `ring ${index}`));
    ring.forEach((each, index) => {
      addTo(each.router, ring[(index + 1) % ring.length], "");
      addTo(each.router, each, "");
      addTo(each.router, host.queue({ name: `q${index}` }), "");
    });
    for (const start of ring) assert.deepEqual(queueNames(start), ["q0", "q1", "q2", "q3", "q4"]);
  });

  it("visits an exchange once, even if a thousand ways lead to it", () => {
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
    findLastingRoute(NO_OTHERS, start, "");
    assert.equal(visits, 1);
  });

  it("can be cached exactly when no exchange on it must see each message", () => {
    const [start, byHeaders] = [exchange("direct"), exchange("headers")];
    addTo(start.router, byHeaders, "with");
    addTo(start.router, host.queue({ name: "plain" }), "without");
    addTo(byHeaders.router, host.queue({ name: "q" }), "", { a: 1 });
    assert.deepEqual(queueNames(start, "without"), ["plain"]);
    assert.equal(findLastingRoute(NO_OTHERS, start, "with"), undefined);
    assert.equal(findLastingRoute(NO_OTHERS, byHeaders, ""), undefined);
    const found = (a: number) => namesOf(findRoute(NO_OTHERS, start, plain("with", fieldTable({ a }))));
    assert.deepEqual([found(1), found(2)], [["q"], []]);
    assert.deepEqual(findRoute(NO_OTHERS, start, plain("with")), []);
  });
});

describe("an alternate exchange", () => {
  /** Makes exchanges of one type, each the alternate of the one before. */
  function row(type: string, length: number): Exchange[] {
    const exchanges = Array.from({ length }, (_, i) => exchange(type, `row-${i}`));
    for (let i = 1; i < length; i++) exchanges[i - 1].alternateExchange = exchanges[i].name;
    return exchanges;
  }

  it("receives what its exchange can't route, and nothing else", () => {
    const [start, alternate] = row("direct", 2);
    addTo(start.router, host.queue({ name: "wanted" }), "key");
    for (const key of ["key", "other"]) addTo(alternate.router, host.queue({ name: `unrouted ${key}` }), key);
    const all = byName(start, alternate);
    assert.deepEqual(queueNames(start, "key", all), ["wanted"]);
    assert.deepEqual(queueNames(start, "other", all), ["unrouted other"]);
    assert.deepEqual(queueNames(start, "neither", all), []);
  });

  it("is used in the middle of a route too, for what that exchange can't route", () => {
    const [first, middle, alternate] = [exchange("fanout", "first"), ...row("direct", 2)];
    addTo(first.router, middle, "");
    addTo(first.router, host.queue({ name: "beside" }), "");
    addTo(alternate.router, host.queue({ name: "unrouted" }), "key");
    assert.deepEqual(queueNames(first, "key", byName(first, middle, alternate)), ["beside", "unrouted"]);
  });

  it("is not used when its exchange leads to another one, even if that leads nowhere", () => {
    const [start, alternate] = row("fanout", 2);
    addTo(start.router, exchange("fanout", "dead end"), "");
    addTo(alternate.router, host.queue({ name: "unrouted" }), "");
    assert.deepEqual(queueNames(start, "", byName(start, alternate)), []);
  });

  it("may have an alternate exchange itself, and a circle of them ends", () => {
    const exchanges = row("direct", 4);
    exchanges[3].alternateExchange = "row-1";
    assert.deepEqual(queueNames(exchanges[0], "key", byName(...exchanges)), []);
    addTo(exchanges[3].router, host.queue({ name: "last" }), "key");
    assert.deepEqual(queueNames(exchanges[0], "key", byName(...exchanges)), ["last"]);
  });

  it("that does not exist, or is the default one, receives nothing", () => {
    const [start] = row("direct", 2);
    const defaultExchange = exchange("fanout", "");
    addTo(defaultExchange.router, host.queue({ name: "key" }), "");
    assert.deepEqual(queueNames(start, "key", byName(start)), []);
    start.alternateExchange = "";
    assert.deepEqual(queueNames(start, "key", byName(start, defaultExchange)), []);
  });

  it("that must see each message prevents caching, but only when it is used", () => {
    const [start] = row("direct", 2);
    const alternate = exchange("headers", "row-1");
    addTo(start.router, host.queue({ name: "q" }), "key");
    addTo(alternate.router, host.queue({ name: "unrouted" }), "", { a: 1 });
    const all = byName(start, alternate);
    assert.deepEqual(queueNames(start, "key", all), ["q"]);
    assert.equal(findLastingRoute(all, start, "other"), undefined);
    assert.deepEqual(namesOf(findRoute(all, start, plain("other", fieldTable({ a: 1 })))), ["unrouted"]);
  });
});
