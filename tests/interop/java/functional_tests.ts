import { networkInterfaces } from "node:os";
import { startBroker } from "../broker.ts";
import { execute } from "../command.ts";
import type { Address, Exclusion, Outcome, Suite } from "../suite.ts";

const here = new URL(".", import.meta.url).pathname;
const ourRabbitmqctl = new URL("../../../bin/rabbitmqctl.mjs", import.meta.url).pathname;

/** Suites and tests in `com.rabbitmq.client.test` that need a broker. */
const testClasses = [
  "functional.FunctionalTests",
  "server.ServerTests",
  ...[
    "Bug20004Test",
    "ChannelAsyncCompletableFutureTest",
    "ChannelRpcTimeoutIntegrationTest",
    "CloseInMainLoop",
    "JavaNioTest",
    "MultiThreadedChannel",
    "RpcTest",
    "SharedThreadPoolTest",
  ],
].map((name) => `com.rabbitmq.client.test.${name}`);

/** An address of this machine outside of its loopback interface, which one test connects to. */
export const OUTER_HOST = Object.values(networkInterfaces()).flat()
  .find((one) => one?.family === "IPv4" && !one.internal)?.address;

/** Tests that take seconds, most of them waiting, and the one of another address of the broker. */
const SLOW = [
  "ConnectionRecovery.(?!(connection|clientNamedQueue|blockedListener)Recovery$|.*OfAddresses$)",
  "Permissions.(?!publish|passiveDeclaration)",
  "Policies.(?!alternateExchange$)",
  "QueueLease.(expiresWithConsumers|queueExpires|doesNotExpireOthers|(active|passive)QueueDeclareExtendsLease)",
  "DeadLetterExchange.(deadLetterQueueTTL(Prompt|Expired)|deadLetterQueueZeroTTL)",
  "SaslMechanisms.connectionCloseAuthFailure",
  "Per(QueueVsPer)?MessageTTL.restartingExpiry",
  "DeadLetterExchangeDurable",
  "Heartbeat",
  "LoopbackUsers",
].join("|");

/** The tests of what RabbitMQ does otherwise since 4.0 (`x-death`), 4.1 (frames) and 4.2.7 (permissions). */
const FORMER = [
  "DeadLetterExchange.republish",
  "FrameMax.rejectLargeFramesDuringConnectionNegotiation",
  "Permissions.passiveDeclaration",
].join("|");

/**
 * A test that fails behind Routing.basicReturn, also against RabbitMQ 3.10: a connection that was closed there recovers after
 * five seconds, and declares a queue of the name that this one uses.
 */
const DISTURBED = "DeadLetterExchange.declareQueueWithInvalidDeadLetterRoutingKeyArg";

/** Names are regular expressions for the starts of `Class.method`. */
export const FUNCTIONAL_EXCLUSIONS: readonly Exclusion[] = [
  ...OUTER_HOST === undefined
    ? [{ tests: "LoopbackUsers", reason: "connects to an address outside of the loopback interface: there is none" }]
    : [],
  {
    tests: "XDeathHeaderGrowth.handlingOfXDeathHeadersFromEarlierVersions",
    reason: "publishes an x-death without counts, as RabbitMQ wrote it before 3.6 and continued it before 3.13",
  },
];

/** A run of some of the tests. Names are regular expressions for the starts of `Class.method`. */
interface Run {
  readonly excluded: string;
  /** Lines of the configuration of a broker of its own; absent for the broker of all suites. */
  readonly settings?: readonly string[];
}

const onlyThose = (tests: string) => `(?!${tests})`;

/**
 * Failures of tests that have 50 ms to fetch a message before it expires, 100 ms to find a queue before it does, or expect a
 * message within 100 ms of a time. On a machine with other suites under way that is too short at times, so they run once more.
 */
const LATE = /^FAIL (Per\w+TTL\.\w+|Policies\.expires\w*|DeadLetterExchange\.deadLetterQueueTTLPromptExpiry).*$/gm;

/** The runs by the names of their suites. Together they run all tests. */
const RUNS = {
  "java-functional": { excluded: [SLOW, FORMER, DISTURBED].join("|") },
  "java-functional-slow": {
    excluded: onlyThose([SLOW, DISTURBED].join("|")),
    settings: OUTER_HOST === undefined ? [] : [`listeners.tcp.outside = ${OUTER_HOST}:5672`],
  },
  "java-functional-3.13": { excluded: onlyThose(FORMER), settings: ["compat = 3.13"] },
} as const satisfies Record<string, Run>;

/** Loopback address of a run's own broker, beside the broker of all suites on the same port. */
const OWN_HOST = "127.0.0.2";

/** Runs the tests of a suite: on a broker of their own, or on the one at the address. */
export async function runFunctionalTests(
  address: Address,
  suite: Suite,
  files: { readonly source: string; readonly jars: readonly string[] },
): Promise<Outcome> {
  const run: Run = RUNS[suite.name as keyof typeof RUNS];
  if (run.settings === undefined || address.runtime === undefined) return await runTests(address, suite, run, files);
  const broker = await startBroker(address.runtime, { host: OWN_HOST, settings: run.settings });
  try {
    return await runTests(broker, suite, run, files);
  } finally {
    await broker.stop();
  }
}

/**
 * Runs the client's own tests against a broker on the default port, as they know no other. They call our `rabbitmqctl`, or
 * the program in RABBITMQCTL; ours reaches the broker by its data folder, whose socket stays while tests restart the
 * application.
 */
async function runTests(
  { host, port, dataDir, managementUrl }: Address,
  { exclusions, timeoutSeconds }: Suite,
  { excluded }: Run,
  { source, jars }: { readonly source: string; readonly jars: readonly string[] },
): Promise<Outcome> {
  if (port !== "5672") throw new Error("its tests need the broker on port 5672, which another program uses");
  // They connect to "localhost", whatever the broker's address is.
  const hosts = await Deno.makeTempFile({ prefix: "haremq-interop-hosts-" });
  await Deno.writeTextFile(hosts, `${host} localhost\n`);
  const properties = {
    "jdk.net.hosts.file": hosts,
    "rabbitmqctl.bin": Deno.env.get("RABBITMQCTL") ?? ourRabbitmqctl,
    "test-broker.A.nodename": "rabbit@localhost",
    "test-broker.A.node_port": port,
    "rabbitmq.dir": here,
  };
  const runExcept = (pattern: string) =>
    execute([
      "java",
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      "-cp",
      [`${source}/classes`, ...jars].join(":"),
      `${here}RunTests.java`,
      pattern,
      ...testClasses,
    ], {
      env: dataDir ? { HAREMQ_DATA_DIR: dataDir } : managementUrl ? { HAREMQ_URL: managementUrl } : {},
      timeoutSeconds,
    });
  let { succeeded, output } = await runExcept(`^(${[excluded, ...exclusions.map(({ tests }) => tests)].join("|")})`);
  const late = [...output.matchAll(LATE)].map(([, name]) => name);
  if (late.length > 0) {
    const again = await runExcept(`^(?!(${late.join("|")})$)`);
    output = `${output.replace(LATE, "LATE $1")}\nOnce more, by themselves:\n${again.output}`;
    succeeded &&= again.succeeded;
  }
  await Deno.remove(hosts);
  const failures: string[] = output.match(/^FAIL .*$/gm) ?? [];
  if (!succeeded && failures.length === 0) failures.push("the tests did not come to their end");
  return { passed: output.match(/^PASS /gm)?.length ?? 0, failures, output };
}
