import { CHROMIUM } from "../browser/chromium.ts";
import { commandLineTools } from "./c/command_line_tools.ts";
import { runChecksProgram } from "./checks_program.ts";
import { execute } from "./command.ts";
import { runGoTests } from "./go_test_binary.ts";
import { UNIT_CHECKS } from "./systemd_unit.ts";
import { buildAndRun } from "./tls/build_and_run.ts";
import { compileAndRun } from "./java/compile_and_run.ts";
import { FUNCTIONAL_EXCLUSIONS, OUTER_HOST, runFunctionalTests } from "./java/functional_tests.ts";
import { checkMetrics } from "./promtool.ts";
import { managementSuites } from "./management/suites.ts";
import { tutorials } from "./pika/tutorials.ts";
import { runOwnTests } from "./own_tests.ts";
import { python, runPytest } from "./pytest.ts";
import { type Need, runChecks, type Suite } from "./suite.ts";

/** Folder of the foreign test suites, where install.sh puts them. */
const cache = `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/haremq-interop`;
const sources = {
  pika: `${cache}/pika-1.3.2`,
  pyAmqp: `${cache}/amqp-5.4.2`,
  kombu: `${cache}/kombu-5.7.0`,
  pyAmqplib: `${cache}/amqplib-1.0.2`,
  go: `${cache}/amqp091-go-1.16.0`,
  java: `${cache}/rabbitmq-java-client-5.0.0`,
};
const promtool = `${cache}/promtool`;
const jars = ["amqp-client", "slf4j-api", "slf4j-nop"].map((name) => `/usr/share/java/${name}.jar`);
const junitJars = ["junit4", "hamcrest"].map((name) => `/usr/share/java/${name}.jar`);
const pikaTls = new URL("tls/tls.py", import.meta.url).pathname;
const certificates = new URL("../certificates", import.meta.url).pathname;
const pikaExtensions = new URL("pika/extensions.py", import.meta.url).pathname;

function withTls(tlsUrl: string | undefined): string {
  if (tlsUrl === undefined) throw new Error("AMQPS_URL has to tell of a listener that is set up as in broker.ts");
  return tlsUrl;
}

const debianPackage = (name: string, ...check: Need["check"]): Need => ({ name, check, debianPackage: name });
const pythonPackage = (name: string, module: string) => debianPackage(name, python, "-c", `import ${module}`);
const sourceOf = (name: string, path: string): Need => ({
  name: `the source of ${name} in ${path}`,
  check: ["test", "-e", path],
});

const pika = pythonPackage("python3-pika", "pika");
const kombu = pythonPackage("python3-kombu", "kombu");
const pytest = [pythonPackage("python3-pytest", "pytest"), pythonPackage("python3-pytest-timeout", "pytest_timeout")];
const tools = debianPackage("amqp-tools", "amqp-publish", "--help");
const javac = debianPackage("default-jdk-headless", "javac", "-version");
const javaLibrary = debianPackage("librabbitmq-client-java", "test", "-e", jars[0]);

function javaFunctionalTests(
  name: string,
  description: string,
  limits: Pick<Suite, "tests" | "timeoutSeconds" | "waits">,
): Suite {
  return {
    name,
    description,
    needs: [
      javac,
      javaLibrary,
      debianPackage("junit4", "test", "-e", junitJars[0]),
      debianPackage("make", "make", "--version"),
      sourceOf("the Java client's tests", `${sources.java}/classes`),
    ],
    exclusions: FUNCTIONAL_EXCLUSIONS,
    ...limits,
    run: (address, suite) =>
      runFunctionalTests(address, suite, { source: sources.java, jars: [...jars, ...junitJars] }),
  };
}

/** Everything that is run against the broker, in this order. */
export const suites: readonly Suite[] = [
  {
    name: "tutorials",
    description: "RabbitMQ's tutorials one to seven, as pika programs",
    needs: [pika, tools],
    exclusions: [],
    tests: 7,
    timeoutSeconds: 60,
    run: (address, suite) => runChecks(tutorials, address, suite),
  },
  {
    name: "pika",
    description: "pika's acceptance tests (Python)",
    needs: [
      ...pytest,
      pythonPackage("python3-tornado", "tornado"),
      pythonPackage("python3-gevent", "gevent"),
      sourceOf("pika", sources.pika),
    ],
    exclusions: [
      {
        tests: "twisted_adapter_tests.py",
        wholeFile: true,
        reason: "talks to mocks, not to a broker (and needs nose, which Python 3.11 can't run)",
      },
      {
        tests: "io_services_tests.py",
        wholeFile: true,
        reason: "pika's event loops with sockets of their own and a public host name, no broker",
      },
      { tests: "enforce_one_basicget_test.py", wholeFile: true, reason: "talks to mocks, not to a broker" },
      { tests: "kqueue", reason: "needs BSD's kqueue" },
      {
        tests: "TestInvalidExchangeTypeRaisesConnectionClosed",
        reason:
          "expects 503 of the connection, which RabbitMQ answered before 4.0; since then it is 406 of the channel",
      },
    ],
    tests: 361,
    timeoutSeconds: 90,
    run: ({ port }, suite) =>
      runPytest(suite, { source: sources.pika, tests: "tests/acceptance", env: { PIKA_TEST_PORT: port } }),
  },
  {
    name: "pika-extensions",
    description: "RabbitMQ's extensions in pika's hands (Python)",
    needs: [pika],
    exclusions: [],
    tests: 5,
    timeoutSeconds: 60,
    run: ({ url }, { timeoutSeconds }) => runChecksProgram([python, pikaExtensions], url, timeoutSeconds),
  },
  {
    name: "py-amqp",
    description: "py-amqp's integration tests (Python)",
    needs: [...pytest, kombu, sourceOf("py-amqp", sources.pyAmqp)],
    exclusions: [
      { tests: "tls", reason: "the same tests over TLS, which needs certificates at the broker" },
      { tests: "test_integration", reason: "talks to mocks, not to a broker" },
    ],
    tests: 12,
    timeoutSeconds: 60,
    run: ({ host, port }, suite) =>
      runPytest(suite, {
        source: sources.pyAmqp,
        tests: "t/integration",
        env: { RABBITMQ_HOST: host, RABBITMQ_5672_TCP: port },
      }),
  },
  {
    name: "kombu",
    description: "kombu's integration tests (Python; what Celery stands on)",
    needs: [...pytest, kombu, tools, sourceOf("kombu", sources.kombu)],
    exclusions: [
      { tests: "failed_", reason: "connects to a port where nobody listens, to see it fail" },
      { tests: "initial_connection_retry_policy", reason: "connects to a port where nobody listens, to see it fail" },
    ],
    tests: 41,
    timeoutSeconds: 90,
    run: async ({ host, port, url }, suite) => {
      // The tests leave messages in this queue, and fail because of them when they use the same broker again.
      await execute(["amqp-delete-queue", "--url", url, "--queue", "priority_requeue_test"]);
      return await runPytest(suite, {
        source: sources.kombu,
        tests: "t/integration/test_py_amqp.py",
        env: { RABBITMQ_HOST: host, RABBITMQ_5672_TCP: port, PYTHONPATH: `.:${sources.pyAmqp}` },
      });
    },
  },
  {
    name: "py-amqplib",
    description: "py-amqplib's tests (Python, AMQP 0-8)",
    needs: [...pytest, sourceOf("py-amqplib", sources.pyAmqplib)],
    exclusions: [
      { tests: "test_serialization.py", wholeFile: true, reason: "encodes and decodes, talks to no broker" },
      {
        tests: "test_basic_return",
        reason: "publishes with immediate, to which RabbitMQ answers 540 NOT_IMPLEMENTED since 3.0",
      },
      {
        tests: "test_exception",
        reason: "expects 404 when a missing queue is deleted, which succeeds in RabbitMQ since 3.2",
      },
    ],
    tests: 15,
    timeoutSeconds: 60,
    run: ({ host, port }, suite) =>
      runPytest(suite, {
        source: sources.pyAmqplib,
        tests: "tests/client_0_8",
        env: { AMQPLIB_TEST_HOST: `${host}:${port}` },
      }),
  },
  {
    name: "amqp091-go",
    description: "amqp091-go's integration tests (Go)",
    needs: [sourceOf("amqp091-go", sources.go)],
    exclusions: [
      {
        tests:
          "TestConnectionRecovery(Publish|Consume|CustomSASLPlainAuth|ChannelIDReservation|LifeCycleNotifyStateChange" +
          "|CancelInterrupt|ExclusiveQueue|DeletedQueueSkip|TopologyOnlyTransient|MultiChannelTopology|TopologyAllEnabled" +
          "|TopologyDisabled|ExhaustionDoesNotPanic|AutoDeleteTopologyForgotten|AutoDeleteExchangeCascade|SkipAndContinue" +
          "|ConsumerNotForgottenAfterFailedResubscribe)",
        reason: "finds and drops its connection by the management API at localhost:15672",
      },
      { tests: "TestConnection_Close_WhenMemoryAlarmIsActive", reason: "sets the memory watermark by rabbitmqctl" },
    ],
    tests: 78,
    timeoutSeconds: 120,
    run: ({ url }, suite) => runGoTests(suite, { source: sources.go, env: { AMQP_URL: url } }),
  },
  {
    name: "java",
    description: "RabbitMQ's Java client at work, with RabbitMQ's extensions too",
    needs: [javac, javaLibrary],
    exclusions: [],
    tests: 18,
    timeoutSeconds: 60,
    run: ({ url }, { timeoutSeconds }) => compileAndRun(["Client"], jars, url, timeoutSeconds),
  },
  javaFunctionalTests("java-functional", "the Java client's functional and server tests, with our rabbitmqctl", {
    tests: 325,
    timeoutSeconds: 300,
  }),
  javaFunctionalTests("java-functional-slow", "those of them that take seconds each, mostly waiting", {
    tests: OUTER_HOST === undefined ? 67 : 68,
    timeoutSeconds: 400,
    waits: true,
  }),
  javaFunctionalTests(
    "java-functional-3.13",
    "those of them that expect what RabbitMQ does otherwise since 4.0, with compat = 3.13",
    { tests: 3, timeoutSeconds: 60, waits: true },
  ),
  {
    name: "pika-tls",
    description: "pika over TLS, with certificates and refused handshakes (Python)",
    needs: [pika],
    exclusions: [],
    tests: 12,
    timeoutSeconds: 60,
    run: ({ tlsUrl }, { timeoutSeconds }) =>
      runChecksProgram([python, pikaTls, certificates], withTls(tlsUrl), timeoutSeconds),
  },
  {
    name: "amqp091-go-tls",
    description: "amqp091-go over TLS, with certificates and refused handshakes (Go)",
    needs: [sourceOf("amqp091-go", sources.go)],
    exclusions: [],
    tests: 6,
    timeoutSeconds: 90,
    run: ({ tlsUrl }, { timeoutSeconds }) => buildAndRun(sources.go, certificates, withTls(tlsUrl), timeoutSeconds),
  },
  {
    name: "java-tls",
    description: "RabbitMQ's Java client over TLS, with certificates, names and refused handshakes",
    needs: [javac, javaLibrary],
    exclusions: [],
    tests: 16,
    timeoutSeconds: 60,
    run: ({ tlsUrl }, { timeoutSeconds }) =>
      compileAndRun(["Tls", certificates], jars, withTls(tlsUrl), timeoutSeconds),
  },
  {
    name: "c",
    description: "librabbitmq's command line tools (C)",
    needs: [tools],
    exclusions: [],
    tests: 3,
    timeoutSeconds: 60,
    run: (address, suite) => runChecks(commandLineTools, address, suite),
  },
  {
    name: "promtool",
    description: "Prometheus's own check of all metrics, with objects and messages",
    needs: [sourceOf("promtool", promtool), pika],
    exclusions: [{
      tests: "rabbitmq_unreachable_cluster_peers_count",
      reason: "RabbitMQ has named a gauge as only histograms should be named",
    }],
    tests: 4,
    timeoutSeconds: 30,
    run: (address, suite) => runChecks(checkMetrics(promtool, suite), address, suite),
  },
  {
    name: "systemd",
    description: "systemd's own check of the unit",
    needs: [debianPackage("systemd", "systemd-analyze", "--version")],
    exclusions: [],
    tests: 1,
    timeoutSeconds: 30,
    isOurs: true,
    run: (address, suite) => runChecks(UNIT_CHECKS, address, suite),
  },
  ...managementSuites(cache),
  {
    name: "identity",
    description: "logins by a directory of OpenLDAP, and by tokens of an OpenID provider",
    needs: [
      sourceOf("pika", sources.pika),
      sourceOf("OpenLDAP's server", `${cache}/slapd/usr/sbin/slapd`),
      sourceOf("oidc-provider", `${cache}/oidc-provider-9.13.3`),
      { name: "Node", check: ["node", "--version"], debianPackage: "nodejs" },
    ],
    exclusions: [],
    tests: 22,
    timeoutSeconds: 60,
    isOurs: true,
    run: (address, suite) => runOwnTests("tests/identity", address, suite),
  },
  {
    name: "documentation",
    description: "the pages with programs in Python and Go, and with curl; the programs of the playground",
    needs: [pika, ...pytest, sourceOf("amqp091-go", sources.go), debianPackage("curl", "curl", "--version")],
    exclusions: [],
    tests: 9,
    timeoutSeconds: 240,
    isOurs: true,
    run: (address, suite) => runOwnTests("tests/docs_interop", address, suite),
  },
  {
    name: "terminal",
    description: "what a terminal shows, and completion in zsh and fish",
    needs: [
      pythonPackage("python3-pyte", "pyte"),
      debianPackage("zsh", "zsh", "--version"),
      debianPackage("fish", "fish", "--version"),
    ],
    exclusions: [],
    tests: 24,
    timeoutSeconds: 180,
    isOurs: true,
    run: (address, suite) => runOwnTests("tests/terminal", address, suite),
  },
  {
    name: "browser",
    description: "our tests in a browser (Chromium)",
    needs: [debianPackage("chromium", "test", "-x", CHROMIUM)],
    exclusions: [],
    tests: 155,
    timeoutSeconds: 600,
    isOurs: true,
    run: (address, suite) => runOwnTests("tests/browser", address, suite),
  },
  {
    name: "executables",
    description:
      "the executables for other platforms: their headers, that for musl at work, that for Windows under Wine",
    needs: [
      debianPackage("wine64", "test", "-e", "/usr/bin/wine"),
      debianPackage("gcc-mingw-w64-x86-64-win32", "x86_64-w64-mingw32-gcc", "--version"),
      debianPackage("musl", "test", "-e", "/lib/ld-musl-x86_64.so.1"),
      debianPackage("gcc", "gcc", "--version"),
    ],
    exclusions: [],
    tests: 13,
    timeoutSeconds: 600,
    isOurs: true,
    run: (address, suite) => runOwnTests("tests/executables", address, suite),
  },
];
