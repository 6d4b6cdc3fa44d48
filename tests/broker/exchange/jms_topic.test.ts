import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChannelError } from "../../../src/wire/error.ts";
import { fieldTable, type PlainTable } from "../../../src/wire/field_table.ts";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { jmsTopic } from "../../../src/broker/exchange/jms_topic.ts";
import { add, exchange, matchesOf, routerOf } from "./bound.ts";

const colour = (name: string): PlainTable => ({ rjms_erlang_selector: `{'=',{'ident',<<"colour">>},<<"${name}">>}.` });

describe("an x-jms-topic exchange", () => {
  it("sends a message to the bindings whose selectors match, whatever the keys", () => {
    const router = routerOf(jmsTopic);
    add(router, "blue", "a", colour("blue"));
    const binding = add(router, "blue too", "b", colour("blue"));
    add(router, "green", "c", colour("green"));
    const blue = { routingKeys: ["c"], headers: fieldTable({ colour: "blue" }) };
    assert.deepEqual(matchesOf(router, blue), ["blue", "blue too"]);
    assert.deepEqual(matchesOf(router, {}), []);
    router.remove(binding);
    assert.deepEqual(matchesOf(router, blue), ["blue"]);
    assert.equal(router.dependsOnMessage, true);
  });

  it("refuses a binding with an invalid selector or none", () => {
    const start = exchange("x-jms-topic", "x");
    const refusal = (bindingArguments: PlainTable) => {
      try {
        const binding = new Binding(start, exchange("fanout", "q"), "", fieldTable(bindingArguments));
        jmsTopic.checkBinding!(binding, start.arguments);
      } catch (error) {
        assert.ok(error instanceof ChannelError);
        return [error.code, error.message];
      }
    };
    assert.equal(refusal(colour("blue")), undefined);
    assert.deepEqual(
      refusal({ rjms_erlang_selector: "{'and'}" }),
      [406, "PRECONDITION_FAILED - invalid JMS selector: invalid_term"],
    );
    const none = [406, "PRECONDITION_FAILED - cannot parse selector 'error' binding destination 'q' to exchange 'x'"];
    assert.deepEqual(refusal({}), none);
    assert.deepEqual(refusal({ rjms_erlang_selector: 5 }), none);
  });
});
