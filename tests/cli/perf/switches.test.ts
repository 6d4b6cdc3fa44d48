import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parametersOf } from "../../../src/cli/perf/parameters.ts";
import { parseSwitches, SWITCHES, usage, withEnvironment } from "../../../src/cli/perf/switches.ts";

const parse = (line: string) => parametersOf(parseSwitches(line.split(" ")), new Date(2026, 0, 2, 3, 4, 5, 6));

describe("the switches of rabbitmq-perf-test", () => {
  it("stand before their values in each of PerfTest's ways", () => {
    for (const line of ["-x 3", "-x3", "-x=3", "--producers 3", "--producers=3", "-producers 3"]) {
      assert.equal(parse(line).producers, 3, line);
    }
  });

  it("take several values where PerfTest does", () => {
    const { isDurable, isMandatory, queueArguments } = parse(
      "-f persistent -f mandatory -qa x-max-length=10,a=true b=c",
    );
    assert.deepEqual({ isDurable, isMandatory }, { isDurable: true, isMandatory: true });
    assert.deepEqual(queueArguments, { "x-max-length": 10, a: true, b: "c" });
  });

  it("have PerfTest's defaults", () => {
    const { id, exchange, producers, consumers, bodyBytes, confirmWindow, ackEvery, isAutoDelete } = parse("-z 1");
    assert.deepEqual(
      { id, exchange, producers, consumers, bodyBytes, confirmWindow, ackEvery, isAutoDelete },
      {
        id: "test-030405-006",
        exchange: "direct",
        producers: 1,
        consumers: 1,
        bodyBytes: 12,
        confirmWindow: 0,
        ackEvery: 1,
        isAutoDelete: true,
      },
    );
  });

  it("name the default exchange", () => {
    assert.equal(parse("-e amq.default").exchange, "");
    assert.equal(parse("-t fanout").exchange, "fanout");
  });

  it("make a sequence of queues", () => {
    assert.deepEqual(parse("-qp q-%03d -qpf 9 -qpt 10").queues, ["q-009", "q-010"]);
  });

  it("come from environment variables when they are not given", () => {
    const environment: Record<string, string> = {
      T_PRODUCERS: "4",
      T_CONSUMERS: "5",
      RABBITMQ_PERF_TEST_ENV_PREFIX: "T",
    };
    const { producers, consumers } = parametersOf(
      withEnvironment(parseSwitches(["-y", "6"]), (name) => environment[name]),
      new Date(),
    );
    assert.deepEqual([producers, consumers], [4, 6]);
  });

  it("read the virtual host of a URI", () => {
    assert.deepEqual(parse("-h amqp://a:b%40@[::1]:99/%2Fx").targets, [
      { host: "::1", port: 99, user: "a", password: "b@", vhost: "/x" },
    ]);
  });

  it("do nothing when they are about Java", () => {
    assert.deepEqual(parse("-hst 10 --nio-threads 3 -z 1"), parse("-z 1"));
  });

  it("are all in the help", () => {
    for (const { short, long } of SWITCHES) assert.ok(usage().includes(` -${short},--${long}`));
  });
});
