import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parametersOf } from "../../../src/cli/perf/parameters.ts";
import { REFUSED_SWITCHES } from "../../../src/cli/perf/refused_switches.ts";
import { valueAt, Varying } from "../../../src/cli/perf/load/varying.ts";
import { ALWAYS, NO_EFFECT, SWITCHES } from "../../../src/cli/perf/switch_table.ts";
import { parseSwitches, usage, usageWithVariables, withEnvironment } from "../../../src/cli/perf/switches.ts";

/** Names of all switches of PerfTest 2.26, by its source. */
const PERF_TEST_SWITCHES = `
  ? help d id h uri H uris t type e exchange u queue k routing-key K random-routing-key sb skip-binding-queues i
  interval r rate R consumer-rate x producers y consumers S slow-start X producer-channel-count Y
  consumer-channel-count m ptxsize n ctxsize c confirm ct confirm-timeout a autoack A multi-ack-every q qos Q
  global-qos s size z time C pmessages D cmessages f flag M framemax b heartbeat p predeclared B body T
  body-content-type o output-file ad auto-delete ms use-millis qa queue-args L consumer-latency udsc
  use-default-ssl-context se sasl-external v version qp queue-pattern qpf queue-pattern-from qpt queue-pattern-to
  hst heartbeat-sender-threads mp message-properties rkcs routing-key-cache-size E exclusive P publishing-interval
  prsd producer-random-start-delay pst producer-scheduler-threads niot nio-threads niotp nio-thread-pool mh
  metrics-help env environment-variables dcr disable-connection-recovery ctp consumers-thread-pools st
  shutdown-timeout sst servers-startup-timeout sul servers-up-limit vr variable-rate vs variable-size vl
  variable-latency po polling pi polling-interval na nack re requeue jb json-body bfc body-field-count bc body-count
  ca consumer-args cri connection-recovery-interval qf queue-file sni server-name-indication qq quorum-queue sq
  stream-queue ew exit-when csd consumer-start-delay em exposed-metrics mf metrics-format mlb max-length-bytes smssb
  stream-max-segment-size-bytes ll leader-locator ma max-age sco stream-consumer-offset ei expected-instances isn
  instance-sync-namespace ist instance-sync-timeout o2uri oauth2-token-endpoint o2id oauth2-client-id o2sec
  oauth2-client-secret o2gr oauth2-grant-type o2p oauth2-parameters verbose verbose-full tsbs tcp-send-buffer-size
  trbs tcp-receive-buffer-size tnd tcp-no-delay cal connection-allocation nty netty ntyt netty-threads ntyep
  netty-epoll ntykq netty-kqueue mt metrics-tags mcla metrics-command-line-arguments mpx metrics-prefix mc
  metrics-client mcl metrics-class-loader mjm metrics-jvm-memory mjgc metrics-jvm-gc mjp metrics-processor mjt
  metrics-jvm-thread mda metrics-datadog mdk metrics-datadog-api-key mds metrics-datadog-step-size mdak
  metrics-datadog-application-key mdh metrics-datadog-host-tag mdd metrics-datadog-descriptions mdu
  metrics-datadog-uri mjx metrics-jmx mpr metrics-prometheus mpe metrics-prometheus-endpoint mpp
  metrics-prometheus-port
`;

/** Files by name, whose text is their bytes. */
const TEXTS: Readonly<Record<string, string>> = { queues: "one\n two \n\n", 1: "body" };
const FILES = {
  readTextFile(path: string): string {
    if (TEXTS[path] === undefined) throw new Error("no such file");
    return TEXTS[path];
  },
  readFile: (path: string): Uint8Array => new TextEncoder().encode(FILES.readTextFile(path)),
};

const parse = (line: string) => parametersOf(parseSwitches(line.split(" ")), new Date(2026, 0, 2, 3, 4, 5, 6), FILES);

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

  it("are given by environment variables too, which go first", () => {
    const environment: Record<string, string> = {
      T_PRODUCERS: "4",
      T_CONSUMERS: "5",
      T_AUTOACK: "false",
      T_EXCLUSIVE: "True",
      RABBITMQ_PERF_TEST_ENV_PREFIX: "T",
    };
    const given = parseSwitches(["-y", "6", "-a"]);
    const lookUp = (name: string) => environment[name];
    const { producers, consumers, ackEvery, isExclusive } = parametersOf(
      withEnvironment(given, lookUp),
      new Date(),
      FILES,
    );
    assert.deepEqual([producers, consumers, ackEvery, isExclusive], [4, 5, 1, true]);
    environment.T_METRICS_JMX = "true";
    assert.throws(
      () => withEnvironment(given, lookUp),
      /^PerfError: The option -mjx\/--metrics-jmx of PerfTest/,
    );
  });

  it("read the virtual host of a URI", () => {
    assert.deepEqual(parse("-h amqp://a:b%40@[::1]:99/%2Fx").targets, [
      { host: "::1", port: 99, user: "a", password: "b@", vhost: "/x", frameMax: 0, heartbeatSeconds: 0 },
    ]);
    const [{ user, password }] = parse("-h amqp://:token@localhost").targets;
    assert.deepEqual([user, password], ["", "token"]);
  });

  it("do nothing when they are about Java", () => {
    assert.deepEqual(parse("-hst 10 --nio-threads 3 -z 1"), parse("-z 1"));
  });

  it("have each the effect that the help tells of", () => {
    const read = new Set(["?", "v", "env"]);
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
    for (const given of [[], ["qp", "qpf", "qpt"], ["po"], ["B"], ["mlb", "smssb", "ma", "ll"], ["mpr"]]) {
      const values: Record<string, string> = { qpf: "1", qpt: "2", ma: "PT1S", mlb: "2", ll: "balanced" };
      parametersOf(new Noted(given.map((name) => [name, [values[name] ?? "1"]])), new Date(), FILES);
    }
    const ignored = SWITCHES.filter(({ short, help }) => help !== NO_EFFECT && help !== ALWAYS && !read.has(short));
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
    const offset = parse("-sco 2022-06-03T07:45:54Z").consumerArguments["x-stream-offset"];
    assert.deepEqual(offset, new Date("2022-06-03T07:45:54Z"));
    assert.deepEqual(argumentsOf("-ll balanced"), { "x-queue-leader-locator": "balanced" });
    for (
      const [wrong, message] of Object.entries({
        "-mlb 2xb": /'2xb' is not a valid byte capacity, valid example values: 100gb, 50mb$/,
        "-mlb=": /'' is not a valid byte capacity/,
        "-mlb 2mb -smssb 2mb": /Max length bytes must be greater than stream max segment size$/,
        "-ma PT0S": /'PT0S' is not a valid duration, it must be positive$/,
        "-sco yesterday": /'yesterday' is not a valid stream offset value\.$/,
        "-smssb 4gb": /cannot be more than 3 GB/,
        "-ma 10s": /'10s' is not a valid duration/,
        "-ma P": /'P' is not a valid duration/,
        "-ma PT": /'PT' is not a valid duration/,
        "-ll far": /'far' is not a valid queue leader locator strategy/,
      })
    ) assert.throws(() => parse(wrong), message, wrong);
  });

  it("take the start of a long name, and short names behind one dash", () => {
    assert.equal(parse("--multi-ack 3").ackEvery, 3);
    assert.throws(
      () => parse("--producer 3"),
      /Reason: Ambiguous option: '--producer' {2}\(could be: 'producer-random-start-delay', 'producers',/,
    );
    const { isPredeclared, ackEvery, timeLimitSeconds } = parse("-paz5");
    assert.deepEqual([isPredeclared, ackEvery, timeLimitSeconds], [true, 0, 5]);
    assert.throws(() => parse("-aG"), /Unrecognized option: G/);
    assert.equal(parse("word -x 4").producers, 4);
  });

  it("are refused with a reason when they are PerfTest's and can't work", () => {
    for (const { short, long, takes } of REFUSED_SWITCHES) {
      const value = takes === "nothing" ? "" : " 1";
      for (const line of [`-${short}${value}`, `--${long}${value}`]) {
        assert.throws(() => parse(line), new RegExp(`--${long} of PerfTest is not supported here: .{30,}\\.$`), line);
      }
    }
  });

  it("are each of PerfTest's, once", () => {
    const names = [...SWITCHES, ...REFUSED_SWITCHES].flatMap(({ short, long }) =>
      short === long ? [long] : [short, long]
    );
    assert.equal(new Set(names).size, names.length);
    for (const name of PERF_TEST_SWITCHES.trim().split(/\s+/)) assert.ok(names.includes(name), name);
  });

  it("read the names of queues from a file", () => {
    const { queues, isSequence } = parse("-qf queues");
    assert.deepEqual([queues, isSequence], [["one", "two"], true]);
    assert.throws(() => parse("-qf none"), /^PerfError: Queue file none does not exist or is not readable$/);
    assert.throws(() => parse("-qf queues -u one -qp q%d"), /^PerfError: Too many ways to list queues/);
  });

  it("tell how fast producers are, and that they wait before they begin", () => {
    const start = (line: string) => parse(line).producerStartDelayMaxSeconds;
    assert.deepEqual([start("-x 1"), start("-r 5"), start("-P 1"), start("-vr 1:1"), start("-prsd 3")], [
      0,
      1,
      1,
      1,
      3,
    ]);
    assert.deepEqual([parse("-r 0.5").producerRate, parse("-r -1").producerRate], [0.5, 0]);
    assert.equal(valueAt(parse("-r 0").producerRate, 1000), 0);
    assert.ok(parse("-r 0").producerRate instanceof Varying);
  });

  it("make JSON of random fields and values", () => {
    const { all, areRandom, contentType } = parse("-jb -s 3000 -bc 7 -bfc 10").ownBodies!;
    assert.deepEqual([all.length, areRandom, contentType], [7, true, "application/json"]);
    for (const body of all) {
      assert.ok(body.length >= 3000 && body.length < 3300, `${body.length}`);
      const fields = Object.entries(JSON.parse(new TextDecoder().decode(body)));
      assert.ok(fields.length <= 10 && fields.every(([name]) => /^[a-z]{5,30}$/.test(name)));
    }
    assert.throws(() => parse("-jb -bc 0"), /bodies should be greater than 0/);
    assert.throws(() => parse("-jb -s 100000000"), /take too much memory/);
  });

  it("are all in the help", () => {
    for (const { short, long } of SWITCHES) assert.ok(usage().includes(` -${short},--${long}`));
    assert.match(usageWithVariables(), /^ PRODUCER_CHANNEL_COUNT {3,}channels per producer, default is 1$/m);
    assert.doesNotMatch(usageWithVariables(), /^ (HELP|VERSION|ENVIRONMENT_VARIABLES) /m);
  });
});
