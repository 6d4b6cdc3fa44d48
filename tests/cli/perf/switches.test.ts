import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parametersOf } from "../../../src/cli/perf/parameters.ts";
import { valueAt, type Varying } from "../../../src/cli/perf/load/varying.ts";
import { NO_EFFECT, parseSwitches, SWITCHES, usage, withEnvironment } from "../../../src/cli/perf/switches.ts";

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

  it("count the first time when they are given twice", () => {
    const { producers, consumers } = parse("-x 2 -x 3 -y 4");
    assert.deepEqual([producers, consumers], [2, 4]);
  });

  it("name brokers by URIs of AMQP, with TLS or without", () => {
    const places = ["amqp://a:b@one/v", "amqps://two", "amqps://[::1]:1"].map((uri) => {
      const [{ host, port, user, vhost, connect }] = parse(`-h ${uri}`).targets;
      return [host, port, user, vhost, connect !== undefined];
    });
    assert.deepEqual(places, [
      ["one", 5672, "a", "v", false],
      ["two", 5671, "guest", "/", true],
      ["::1", 1, "guest", "/", true],
    ]);
    assert.throws(
      () => parse("-h http://localhost"),
      /^PerfError: Wrong URI: http:\/\/localhost\. It should look like/,
    );
  });

  it("say for how long values are valid, which come in turn", () => {
    const { producerRate, bodyBytes, steps } = parse("-vr 100:2 50:1 -vs 4:1 -vs 30:1 -vl 0:1,5:1 -r 7");
    const during = (value: number | Varying) => [0, 1999, 2000, 2999, 3000].map((ms) => valueAt(value, ms));
    assert.deepEqual(during(producerRate), [100, 100, 50, 50, 100]);
    assert.deepEqual(during(bodyBytes), [12, 30, 12, 12, 30]);
    assert.deepEqual(during(steps!.latencyUs), [0, 5, 0, 0, 5]);
    for (const wrong of ["100", "100:", "-1:5", "1:0", "a:b", "1:2:3"]) {
      assert.throws(
        () => parse(`-vr=${wrong}`),
        new RegExp(`^PerfError: Invalid variable value definition: ${wrong}\\.`),
      );
    }
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

  it("have each the effect that the help tells of", () => {
    const read = new Set(["?", "v"]);
    class Noted extends Map<string, readonly string[]> {
      override get(name: string): readonly string[] | undefined {
        read.add(name);
        return super.get(name);
      }
      override has(name: string): boolean {
        read.add(name);
        return super.has(name);
      }
    }
    for (const given of [[], ["qp", "qpf", "qpt"], ["po"], ["mlb", "smssb", "ma", "ll"]]) {
      const values: Record<string, string> = { qpf: "1", qpt: "2", ma: "PT1S", ll: "balanced" };
      parametersOf(new Noted(given.map((name) => [name, [values[name] ?? "1"]])), new Date());
    }
    const ignored = SWITCHES.filter(({ short, help }) => help !== NO_EFFECT && !read.has(short));
    assert.deepEqual(ignored.map(({ long }) => long), []);
  });

  it("tell the interval of publishing, in seconds", () => {
    assert.deepEqual([parse("-P 0.5").producerRate, parse("-P 4").producerRate], [2, 0.25]);
    for (const [wrong, message] of [["x", "be a number"], ["=", "be a number"], ["0", "be positive"]]) {
      assert.throws(() => parse(`-P${wrong}`), new RegExp(`--publishing-interval: Must ${message}`), wrong);
    }
  });

  it("limit queues and streams", () => {
    const argumentsOf = (line: string) => parse(line).queueArguments;
    assert.deepEqual(argumentsOf("-mlb 2kb"), { "x-max-length-bytes": 2000 });
    assert.deepEqual(argumentsOf("-sq -mlb 0 -smssb 1MB -ma P1DT1H2M3S"), {
      "x-queue-type": "stream",
      "x-stream-max-segment-size-bytes": 1_000_000,
      "x-max-age": "90123s",
    });
    assert.deepEqual(argumentsOf("-ll balanced"), { "x-queue-leader-locator": "balanced" });
    for (
      const [wrong, message] of Object.entries({
        "-mlb 2xb": /Invalid value for -mlb: "2xb"/,
        "-mlb=": /Invalid value for -mlb: ""/,
        "-smssb 4gb": /cannot be more than 3 GB/,
        "-ma 10s": /'10s' is not a valid duration/,
        "-ma P": /'P' is not a valid duration/,
        "-ma PT": /'PT' is not a valid duration/,
        "-ll far": /'far' is not a valid queue leader locator strategy/,
      })
    ) assert.throws(() => parse(wrong), message, wrong);
  });

  it("are all in the help", () => {
    for (const { short, long } of SWITCHES) assert.ok(usage().includes(` -${short},--${long}`));
  });
});
