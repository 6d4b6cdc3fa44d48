import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { parametersOf } from "../../../src/cli/perf/parameters.ts";
import { type ExposedFigures, prometheusPage, serveMetrics } from "../../../src/cli/perf/prometheus.ts";
import { Run } from "../../../src/cli/perf/run.ts";
import { parseSwitches } from "../../../src/cli/perf/switches.ts";
import { runtime } from "../../../src/runtime/current.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";
import { run as runProgram } from "./perf_program.ts";

const FILES = {
  readTextFile: (): string => assert.fail(),
  readFile: (): Uint8Array => assert.fail(),
};

const parametersFor = (args: string) => parametersOf(parseSwitches(args.split(" ")), new Date(), FILES);
const optionsFor = (args: string) => parametersFor(`-mpr ${args}`).prometheus!;

const NO_LATENCY = { summaryUs: [0, 0, 0, 0, 0, 0], count: 0, sumUs: 0 };
const FIGURES: ExposedFigures = {
  ...{ sent: 1000.5, returned: 0, confirmed: 990, nacked: 10, received: 980 },
  consumerLatency: { summaryUs: [100, 200, 300, 400, 500, 2_000_000], count: 5, sumUs: 2_500_000 },
  confirmLatency: NO_LATENCY,
};

describe("the metrics of rabbitmq-perf-test for Prometheus", () => {
  let broker: BrokerUnderTest;
  before(async () => {
    broker = await startBrokerUnderTest();
  });
  after(() => broker.close());

  it("have PerfTest's names and units", () => {
    const page = prometheusPage(FIGURES, optionsFor(""), []);
    assert.deepEqual(page.split("\n").filter((line) => !line.startsWith("# HELP")), [
      "# TYPE perftest_published gauge",
      "perftest_published 1000.5",
      "# TYPE perftest_confirmed gauge",
      "perftest_confirmed 990",
      "# TYPE perftest_nacked gauge",
      "perftest_nacked 10",
      "# TYPE perftest_returned gauge",
      "perftest_returned 0",
      "# TYPE perftest_consumed gauge",
      "perftest_consumed 980",
      "# TYPE perftest_latency_seconds summary",
      'perftest_latency_seconds{quantile="0.5"} 0.0002',
      'perftest_latency_seconds{quantile="0.75"} 0.0003',
      'perftest_latency_seconds{quantile="0.95"} 0.0004',
      'perftest_latency_seconds{quantile="0.99"} 0.0005',
      "perftest_latency_seconds_count 5",
      "perftest_latency_seconds_sum 2.5",
      "# TYPE perftest_latency_seconds_max gauge",
      "perftest_latency_seconds_max 2",
      "# TYPE perftest_confirm_latency_seconds summary",
      'perftest_confirm_latency_seconds{quantile="0.5"} 0',
      'perftest_confirm_latency_seconds{quantile="0.75"} 0',
      'perftest_confirm_latency_seconds{quantile="0.95"} 0',
      'perftest_confirm_latency_seconds{quantile="0.99"} 0',
      "perftest_confirm_latency_seconds_count 0",
      "perftest_confirm_latency_seconds_sum 0",
      "# TYPE perftest_confirm_latency_seconds_max gauge",
      "perftest_confirm_latency_seconds_max 0",
      "",
    ]);
  });

  it("have the prefix and the tags of their switches", () => {
    const page = prometheusPage(FIGURES, optionsFor("-mpx load. -mt env=performance,datacenter=eu"), []);
    assert.match(page, /^load_published\{env="performance",datacenter="eu"\} 1000\.5$/m);
    assert.match(page, /^load_latency_seconds\{env="performance",datacenter="eu",quantile="0\.5"\} 0\.0002$/m);
  });

  it("have the arguments as a label, without those about metrics and without passwords", () => {
    const secret = "amqp://user:secret@host";
    const args = ["-x", "2", "-h", secret, `--uris=${secret},${secret}`, "-mpr", "-mpp", "8081", "-mcla", "-a", "-z5"];
    const page = prometheusPage(FIGURES, optionsFor("-mcla"), args);
    assert.match(page, /^perftest_args\{command_line="-x 2 -a -z5"\} 1$/m);
    assert.doesNotMatch(page, /secret/);
    assert.doesNotMatch(prometheusPage(FIGURES, optionsFor(""), args), /perftest_args/);
  });

  it("quote any value of a tag", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (value) => {
      const options = { ...optionsFor(""), tags: [["tag", value]] as const };
      const quoted = /^perftest_published\{tag="((?:[^"\\\n]|\\["\\n])*)"\} 1000\.5$/m.exec(
        prometheusPage(FIGURES, options, []),
      );
      assert.ok(quoted, value);
      assert.equal(quoted[1].replaceAll(/\\(.)/gs, (_, escaped) => escaped === "n" ? "\n" : escaped), value);
    }));
  });

  it("are served at their path", async () => {
    const options = { ...optionsFor("-mpe perf"), port: 0 };
    const served = await serveMetrics(runtime, options, () => prometheusPage(FIGURES, options, []), "127.0.0.1");
    const { port } = served.address;
    const answer = await fetch(`http://127.0.0.1:${port}/perf`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
    assert.match(await answer.text(), /^perftest_published 1000\.5$/m);
    const other = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.equal(other.status, 404);
    await other.body?.cancel();
    await served.close();
  });

  it("are those of the last interval", async () => {
    const pages: string[] = [];
    const parameters = parametersFor(`-mpr -h ${broker.url} -c 10 -r 200 -prsd 0 -z 3 -d metrics`);
    const run: Run = new Run(parameters, {
      line(text) {
        if (/, time 1\.\d/.test(text)) pages.push(prometheusPage(run.figures, parameters.prometheus!, []));
      },
      record() {},
      progress() {},
    });
    const before = prometheusPage(run.figures, parameters.prometheus!, []);
    assert.match(before, /^perftest_published 0$/m);
    await run.run();
    const [page] = pages;
    for (const name of ["published", "confirmed", "consumed", "latency_seconds_count", "confirm_latency_seconds_sum"]) {
      const [, value] = new RegExp(`^perftest_${name} (\\S+)$`, "m").exec(page)!;
      assert.ok(Number(value) > 0, `${name} ${value}`);
    }
  });

  it("end the program when their port is taken", async () => {
    const other = createServer().listen(0, "0.0.0.0");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { status, stderr } = await runProgram(["-h", broker.url, "-z", "1", "-mpr", "-mpp", `${port}`]);
    other.close();
    assert.equal(status, 1);
    assert.equal(
      stderr,
      `The metrics can't be served on port ${port}: another program is using it. ` +
        "Choose another one with --metrics-prometheus-port.\n",
    );
  });

  for (
    const [args, message] of [
      ["-mt env", "Invalid tag of metrics: env. Tags are pairs such as env=performance,datacenter=eu."],
      ["-mt 1=2", "Invalid tag of metrics: 1=2. Tags are pairs such as env=performance,datacenter=eu."],
      ["-mpx 1", "Invalid prefix of metrics: 1"],
    ]
  ) {
    it(`refuse ${args}`, () => assert.throws(() => optionsFor(args), { message }));
  }
});
