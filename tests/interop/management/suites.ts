import { python } from "../pytest.ts";
import { runRustTests } from "../rust_test_binary.ts";
import { type Exclusion, type Need, runChecks, type Suite } from "../suite.ts";
import { rabbitmqadminChecks } from "./rabbitmqadmin.ts";

const NEEDS_PLUGINS: readonly Exclusion[] = [
  { tests: "shovel", reason: "needs the shovel plugin" },
  { tests: "federation", reason: "needs the federation plugin" },
];

/** Clients of the management API, and the tests that they bring. */
export function managementSuites(cache: string): readonly Suite[] {
  const script = `${cache}/rabbitmqadmin-3`;
  const admin = `${cache}/rabbitmqadmin-2.35.0`;
  const client = `${cache}/rabbitmq_http_client-0.93.0`;
  const built = (name: string, path: string): Need => ({ name, check: ["test", "-e", path] });
  return [
    {
      name: "rabbitmqadmin-3",
      description: "RabbitMQ 3's rabbitmqadmin (Python)",
      needs: [built("RabbitMQ 3's rabbitmqadmin", script), { name: "python3", check: [python, "--version"] }],
      exclusions: [],
      tests: 9,
      timeoutSeconds: 60,
      run: (address, suite) => runChecks(rabbitmqadminChecks(script), address, suite),
    },
    {
      name: "rabbitmqadmin",
      description: "rabbitmqadmin's integration tests (Rust)",
      needs: [built("the tests of rabbitmqadmin", `${admin}/integration-tests`)],
      exclusions: [
        ...NEEDS_PLUGINS,
        { tests: "runtime_parameters_tests", reason: "sets parameters of the federation plugin" },
      ],
      tests: 229,
      timeoutSeconds: 400,
      run: (address, suite) => runRustTests(address, suite, admin),
    },
    {
      name: "rabbitmq_http_client",
      description: "rabbitmq_http_client's integration tests (Rust)",
      needs: [built("the tests of rabbitmq_http_client", `${client}/integration-tests`)],
      exclusions: [
        ...NEEDS_PLUGINS,
        { tests: "stream_connections", reason: "needs the stream plugin" },
        { tests: "stream_consumer_tests", reason: "needs the stream plugin" },
        { tests: "stream_publisher_tests", reason: "needs the stream plugin" },
        {
          tests: "list_feature_flags",
          reason: "expects the flag of RabbitMQ 4.2 not to be required yet, as the version is 4.2",
        },
        { tests: "protocol_listener_succeeds", reason: "expects a listener of the stream plugin" },
      ],
      tests: 243,
      timeoutSeconds: 400,
      run: (address, suite) => runRustTests(address, suite, client),
    },
  ];
}
