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

const SLOW: Exclusion = {
  tests: [
    "ConnectionRecovery.(?!(connection|clientNamedQueue|blockedListener)Recovery$)",
    "Permissions.(?!publish)",
    "Policies.(?!alternateExchange$)",
    "QueueLease.(expiresWithConsumers|queueExpires|doesNotExpireOthers|(active|passive)QueueDeclareExtendsLease)",
    "DeadLetterExchange.(deadLetterQueueTTL(Prompt|Expired)|deadLetterQueueZeroTTL)",
    "SaslMechanisms.connectionCloseAuthFailure",
    "Per(QueueVsPer)?MessageTTL.restartingExpiry",
    "DeadLetterExchangeDurable",
    "Heartbeat",
  ].join("|"),
  reason: "takes seconds, waiting or calling rabbitmqctl several times; INTEROP_SLOW=1 in the environment runs it",
};

/** Names are regular expressions for the starts of `Class.method`. */
export const FUNCTIONAL_EXCLUSIONS: readonly Exclusion[] = [
  {
    tests: "ChannelLimitNegotiation.(channelMaxGreaterThanServerValue|openingTooManyChannels)|LoopbackUsers",
    reason: "sets variables of Erlang's application by rabbitmqctl eval",
  },
  {
    tests: "DeadLetterExchange.republish|XDeathHeaderGrowth.handlingOfXDeathHeadersFromEarlierVersions",
    reason: "publishes with x-death and expects it to be continued, as RabbitMQ did before 4.0",
  },
  {
    tests: "FrameMax.rejectLargeFramesDuringConnectionNegotiation",
    reason:
      "expects frames of over 4096 octets to be refused before the negotiation, which may have 8192 since RabbitMQ 4.1",
  },
  {
    tests: "Permissions.passiveDeclaration",
    reason: "expects passive declaration to need no permission, as it did before RabbitMQ 4.2.7",
  },
  {
    tests: "DeadLetterExchange.declareQueueWithInvalidDeadLetterRoutingKeyArg",
    reason:
      "passes alone, but finds a queue of its name that Routing and RequeueOnClose leave when run one after the other",
  },
  ...Deno.env.get("INTEROP_SLOW") ? [] : [SLOW],
];

/**
 * Runs the client's own tests against a broker on the default port, as they know no other. They call our `rabbitmqctl`, or
 * the program in RABBITMQCTL; ours reaches the broker by its data folder, whose socket stays while tests restart the
 * application.
 */
export async function runFunctionalTests(
  { port, dataDir, managementUrl }: Address,
  suite: Suite,
  { source, jars }: { source: string; jars: readonly string[] },
): Promise<Outcome> {
  if (port !== "5672") throw new Error("its tests need the broker on port 5672, which another program uses");
  const properties = {
    "rabbitmqctl.bin": Deno.env.get("RABBITMQCTL") ?? ourRabbitmqctl,
    "test-broker.A.nodename": "rabbit@localhost",
    "test-broker.A.node_port": port,
    "rabbitmq.dir": here,
  };
  const { succeeded, output } = await execute([
    "java",
    ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
    "-cp",
    [`${source}/classes`, ...jars].join(":"),
    `${here}RunTests.java`,
    `^(${suite.exclusions.map(({ tests }) => tests).join("|")})`,
    ...testClasses,
  ], {
    env: dataDir ? { HAREMQ_DATA_DIR: dataDir } : managementUrl ? { HAREMQ_URL: managementUrl } : {},
    timeoutSeconds: suite.timeoutSeconds,
  });
  const failures: string[] = output.match(/^FAIL .*$/gm) ?? [];
  if (!succeeded && failures.length === 0) failures.push("the tests did not come to their end");
  return { passed: output.match(/^PASS /gm)?.length ?? 0, failures, output };
}
