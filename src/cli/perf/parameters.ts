import { phrase } from "../../phrase/phrase.ts";
import type { Target } from "./load/connection.ts";
import type { Steps } from "./load/step_consumer.ts";
import { Varying } from "./load/varying.ts";
import { bodiesOf, type FileReader } from "./bodies.ts";
import type { OwnBodies } from "./load/own_message.ts";
import { BODY_MIN_BYTES } from "./load/message.ts";
import type { BasicProperties } from "../../wire/properties.ts";
import { messagePropertiesOf } from "./message_properties.ts";
import { METRICS_FORMATS, type MetricsFormat } from "./metrics_format.ts";
import { type Arguments, consumerArgumentsOf, queueArgumentsOf } from "./arguments.ts";
import { PerfError } from "./perf_error.ts";
import type { PrometheusOptions } from "./prometheus.ts";
import type { Switches } from "./switches.ts";
import { targetOf, type TlsChoice } from "./target.ts";
import { Values } from "./values.ts";
import { varyingOf } from "./varying_switch.ts";

/** What to run, as the switches say. */
export interface Parameters {
  readonly id: string;
  /** The brokers. */
  readonly targets: readonly Target[];
  readonly allocation: Allocation;
  readonly exchange: string;
  readonly exchangeType: string;
  /** Names of queues; none for one of the broker's naming for each consumer. */
  readonly queues: readonly string[];
  /** True when producer and consumer `n` have queue `n` each, in turn; otherwise everybody has all. */
  readonly isSequence: boolean;
  readonly routingKey: string | undefined;
  readonly hasRandomKeys: boolean;
  /** Number of random routing keys that a publisher uses in turn. */
  readonly randomKeys: number;
  readonly skipsBinding: boolean;
  readonly isPredeclared: boolean;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly isExclusive: boolean;
  readonly queueArguments: Arguments;
  readonly consumerArguments: Arguments;
  readonly producers: number;
  readonly channelsPerProducer: number;
  readonly consumers: number;
  readonly channelsPerConsumer: number;
  readonly ownBodies: OwnBodies | undefined;
  readonly bodyBytes: number | Varying;
  readonly isMandatory: boolean;
  readonly messageProperties: BasicProperties;
  /** Maximum number of unconfirmed messages; 0 means no confirms. */
  readonly confirmWindow: number;
  readonly confirmTimeoutSeconds: number;
  /** Number of messages in a producer's transaction; 0 means no transactions. */
  readonly producerTransactionSize: number;
  readonly producerRate: number | Varying;
  readonly consumerRate: number;
  readonly producerLimit: number;
  readonly consumerLimit: number;
  readonly timeLimitSeconds: number;
  /** What ends consumers that have been idle for a second, if anything. */
  readonly exitWhen: ExitWhen | undefined;
  /** Time for which brokers that are not there yet are waited for; 0 means not at all. */
  readonly startupTimeoutSeconds: number;
  /** Number of brokers that must be there for a run to start. */
  readonly neededBrokers: number;
  readonly prefetch: number;
  readonly channelPrefetch: number;
  /** Number of messages that one acknowledgement covers; 0 means no-ack. */
  readonly ackEvery: number;
  /** What consumers do between messages, if anything. */
  readonly steps: Steps | undefined;
  readonly consumerStartDelaySeconds: number;
  /** True when a second goes by after the start of each consumer. */
  readonly isSlowStart: boolean;
  /** Longest of the random delays before each producer starts. */
  readonly producerStartDelayMaxSeconds: number;
  readonly intervalSeconds: number;
  readonly shutdownTimeoutSeconds: number;
  readonly inMilliseconds: boolean;
  readonly format: MetricsFormat;
  /** File for the figures of each interval as CSV, if they are wanted there. */
  readonly outputFile: string | undefined;
  /** How figures are served to Prometheus, if they are. */
  readonly prometheus: PrometheusOptions | undefined;
}

/** A way to choose a broker for each connection. */
export type Allocation = "random" | "round-robin";

/** Reason for which an idle consumer ends: it is idle, or its queue is empty. */
export type ExitWhen = "idle" | "empty";

/** Maximum numbers of a run, so that a slip of the finger does not fill the memory. */
const COUNT_MAX = 100_000;
const BODY_MAX_BYTES = 128 * 1024 ** 2;

/** Rate of producers that connect and publish nothing. */
const STANDSTILL = new Varying([{ value: 0, seconds: 2 ** 31 }]);
const HEARTBEAT_MAX_SECONDS = 65_535;
const STREAM_PREFETCH = 200;
const RANDOM_KEYS = 1000;
const PUBLISHING_INTERVAL_MIN_SECONDS = 0.1;

/** Returns what the switches mean. Throws {@linkcode PerfError} when they don't go together. */
export function parametersOf(switches: Switches, now: Date, files: FileReader): Parameters {
  const values = new Values(switches);
  const isQuorum = values.has("qq");
  const isStream = values.has("sq");
  if (isQuorum && isStream) throw new PerfError(phrase`Use quorum queues or stream queues, not both.`);
  const formatName = values.text("mf") ?? "default";
  if (!Object.hasOwn(METRICS_FORMATS, formatName)) {
    throw new PerfError(phrase`Unknown metrics formatter: ${formatName}. Possible values are compact, default.`);
  }
  const flags = values.list("f").flatMap((flag) => flag.split(","));
  const isDurable = flags.includes("persistent") || isQuorum || isStream;
  const prefetch = values.number("q", 0, 65_535) || (isStream ? STREAM_PREFETCH : 0);
  const multiAck = values.number("A", 0);
  if (prefetch > 0 && multiAck > prefetch) {
    throw new PerfError(phrase`--multi-ack-every must be less than or equal to --qos`);
  }
  const steps = stepsOf(values);
  if (steps !== undefined && prefetch > 0 && steps.transactionSize > prefetch && !values.has("a")) {
    throw new PerfError(phrase`--ctxsize must be less than or equal to --qos`);
  }
  const exchangeType = values.text("t") ?? "direct";
  const named = values.has("e") ? values.text("e") ?? "amq.default" : exchangeType;
  const sequence = sequenceOf(values, files);
  const uris = values.text("H")?.split(",") ?? [values.text("h") ?? "amqp://localhost"];
  const frameMax = values.number("M", 0);
  const heartbeatSeconds = values.number("b", 0, HEARTBEAT_MAX_SECONDS);
  const minBodyBytes = values.number("s", 0, BODY_MAX_BYTES);
  const producerRate = varyingOf(values.list("vr"), 0) ?? intervalRateOf(values) ?? producerRateOf(values);
  const tls: TlsChoice = { verifies: values.has("udsc"), serverName: values.text("sni")?.split(",")[0].trim() };
  return {
    id: values.text("d") ?? `test-${clock(now)}`,
    targets: uris.map((text) => ({ ...targetOf(text, tls, values.has("se")), frameMax, heartbeatSeconds })),
    allocation: allocationOf(values),
    exchange: named === "amq.default" ? "" : named,
    exchangeType,
    queues: sequence ?? values.text("u")?.split(",") ?? [],
    isSequence: sequence !== undefined,
    routingKey: values.text("k"),
    hasRandomKeys: values.has("K"),
    randomKeys: values.number("rkcs", 0, COUNT_MAX) || RANDOM_KEYS,
    skipsBinding: values.has("sb"),
    isPredeclared: values.has("p"),
    isDurable,
    isAutoDelete: values.boolean("ad", true) && !isQuorum && !isStream,
    isExclusive: values.has("E"),
    queueArguments: queueArgumentsOf(values),
    consumerArguments: consumerArgumentsOf(values),
    producers: values.number("x", 1, COUNT_MAX),
    channelsPerProducer: Math.max(1, values.number("X", 1, 2047)),
    consumers: values.number("y", 1, COUNT_MAX),
    channelsPerConsumer: Math.max(1, values.number("Y", 1, 2047)),
    ownBodies: bodiesOf(values, minBodyBytes, files),
    bodyBytes: varyingOf(values.list("vs"), BODY_MIN_BYTES, BODY_MAX_BYTES) ?? Math.max(BODY_MIN_BYTES, minBodyBytes),
    isMandatory: flags.includes("mandatory"),
    messageProperties: messagePropertiesOf(values),
    confirmWindow: values.number("c", 0),
    confirmTimeoutSeconds: values.number("ct", 30),
    producerTransactionSize: values.number("m", 0),
    producerRate,
    consumerRate: values.rate("R") ?? 0,
    producerLimit: values.number("C", 0),
    consumerLimit: values.number("D", 0),
    timeLimitSeconds: values.number("z", 0),
    exitWhen: exitWhenOf(values),
    startupTimeoutSeconds: values.number("sst", 0),
    neededBrokers: Math.min(values.number("sul", uris.length) || uris.length, uris.length),
    prefetch,
    channelPrefetch: values.number("Q", 0, 65_535),
    ackEvery: values.has("a") ? 0 : Math.max(1, multiAck),
    steps,
    consumerStartDelaySeconds: values.number("csd", 0),
    isSlowStart: values.has("S"),
    producerStartDelayMaxSeconds: values.number("prsd", producerRate === 0 ? 0 : 1),
    intervalSeconds: Math.max(1, values.number("i", 1)),
    shutdownTimeoutSeconds: values.number("st", 5),
    inMilliseconds: values.has("ms"),
    format: METRICS_FORMATS[formatName],
    outputFile: values.text("o"),
    prometheus: prometheusOf(values),
  };
}

function prometheusOf(values: Values): PrometheusOptions | undefined {
  if (!values.has("mpr")) return undefined;
  const path = values.text("mpe") ?? "metrics";
  const prefix = values.text("mpx") ?? "perftest_";
  if (!METRIC_NAME.test(`${prefix}x`)) throw new PerfError(phrase`Invalid prefix of metrics: ${prefix}`);
  return {
    port: values.number("mpp", 8080, 65_535),
    path: path.startsWith("/") ? path : `/${path}`,
    prefix: prefix.replaceAll(".", "_"),
    tags: (values.text("mt") ?? "").split(",").filter((tag) => tag.trim() !== "").map((tag) => {
      const [, name, value] = /^([^=]*)=(.*)$/s.exec(tag) ?? [];
      if (name === undefined || !LABEL_NAME.test(name)) {
        throw new PerfError(
          phrase`Invalid tag of metrics: ${tag}. Tags are pairs such as env=performance,datacenter=eu.`,
        );
      }
      return [name, value] as const;
    }),
    hasArguments: values.has("mcla"),
  };
}

const METRIC_NAME = /^[a-z_:][\w:.]*$/i;
const LABEL_NAME = /^[a-z_]\w*$/i;

function allocationOf(values: Values): Allocation {
  const text = values.text("cal") ?? "random";
  if (text !== "random" && text !== "round-robin") {
    throw new PerfError(phrase`--connection-allocation must one of random, round-robin`);
  }
  return text;
}

/** Returns the rate of `-r`: 0 without a limit, and a standstill for a limit of 0. */
function producerRateOf(values: Values): number | Varying {
  const rate = values.rate("r");
  return rate === 0 ? STANDSTILL : rate ?? 0;
}

/** Returns the rate that an interval between messages makes; `undefined` without one. */
function intervalRateOf(values: Values): number | undefined {
  const text = values.text("P");
  if (text === undefined) return undefined;
  const seconds = text.trim() === "" ? NaN : Number(text);
  const problem = Number.isNaN(seconds)
    ? phrase`Must be a number`
    : seconds <= 0
    ? phrase`Must be positive`
    : seconds < PUBLISHING_INTERVAL_MIN_SECONDS
    ? phrase`Cannot be less than ${PUBLISHING_INTERVAL_MIN_SECONDS}`
    : undefined;
  if (problem !== undefined) throw new PerfError(phrase`Invalid value for --publishing-interval: ${problem}`);
  return 1 / seconds;
}

function exitWhenOf(values: Values): ExitWhen | undefined {
  const text = values.text("ew");
  if (text === undefined || text === "idle") return text;
  if (text !== "empty") throw new PerfError(phrase`--exit-when must be 'empty' or 'idle'.`);
  if (values.has("E")) {
    throw new PerfError(
      phrase`--exit-when empty does not go with --exclusive: nobody else can see such a queue. Use idle.`,
    );
  }
  return text;
}

/** Returns what consumers do between messages; `undefined` for nothing that another consumer would not do faster. */
function stepsOf(values: Values): Steps | undefined {
  const switches = ["po", "n", "L", "vl", "na"];
  if (!switches.some((name) => values.has(name))) return undefined;
  return {
    pollingIntervalMs: values.has("po") ? values.number("pi", 0) : undefined,
    transactionSize: values.number("n", 0),
    latencyUs: varyingOf(values.list("vl"), 0) ?? values.number("L", 0),
    refuses: values.has("na"),
    requeues: values.boolean("re", true),
  };
}

/** Returns the names of queues by a pattern such as `perf-test-%d`, or from a file. */
function sequenceOf(values: Values, files: FileReader): readonly string[] | undefined {
  const file = values.text("qf");
  if (file !== undefined && values.has("qp") && values.has("u")) {
    throw new PerfError(phrase`Too many ways to list queues, use only the queue file argument`);
  }
  const given = ["qp", "qpf", "qpt"].filter((name) => values.has(name)).length;
  if (given === 0) return file === undefined ? undefined : queuesIn(file, files);
  if (given < 3) {
    throw new PerfError(phrase`Queue pattern, from, and to options should all be set or none should be set`);
  }
  const from = values.number("qpf", 0);
  const to = values.number("qpt", 0);
  if (from > to) throw new PerfError(phrase`'To' option should be more than or equals to 'from' option`);
  if (to - from >= COUNT_MAX) throw new PerfError(phrase`Queue pattern makes more than ${COUNT_MAX} queues`);
  const pattern = values.text("qp") ?? "";
  return Array.from({ length: to - from + 1 }, (_, index) => formatted(pattern, from + index));
}

function queuesIn(file: string, files: FileReader): readonly string[] {
  let text: string;
  try {
    text = files.readTextFile(file);
  } catch {
    throw new PerfError(phrase`Queue file ${file} does not exist or is not readable`);
  }
  const names = text.split("\n").map((line) => line.trim()).filter((name) => name !== "");
  if (names.length === 0 || names.length > COUNT_MAX) {
    throw new PerfError(phrase`Queue file ${file} has ${names.length} queues: it takes 1 to ${COUNT_MAX}`);
  }
  return names;
}

/** Returns a pattern with a number in place of `%d`, or `%04d` for four digits. */
function formatted(pattern: string, number: number): string {
  return pattern.replace(/%(?:0(\d{1,2}))?d/, (_, width = "0") => `${number}`.padStart(Number(width), "0"));
}

function clock(now: Date): string {
  const [hours, minutes, seconds] = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) =>
    `${part}`.padStart(2, "0")
  );
  return `${hours}${minutes}${seconds}-${`${now.getMilliseconds()}`.padStart(3, "0")}`;
}
