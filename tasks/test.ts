/**
 * Runs tests on Deno, on Bun and on Node: those in the given files or folders, or all. Failures are repeated at the end,
 * so that they are found even in a shortened log.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import process from "node:process";
import { bunCommand } from "./bun.ts";
import { NODE_TEST_ARGS, nodeCommand } from "./node.ts";
import { failuresOnBun, failuresOnDeno, failuresOnNode } from "./test_failures.ts";

/**
 * Time limit of a test on Bun, longer than a test waits for something missing, so that it can report that; Bun's
 * default is 5 s. In milliseconds.
 */
const BUN_TIMEOUT_MS = 60_000;
/** Time limit of a file of tests on Node. In milliseconds. */
const NODE_FILE_TIMEOUT_MS = 300_000;

/**
 * Tests that run on Node: those of everything that Node's shim does, of the library and the server on it, and by real
 * clients. The others test code that names no runtime, on two runtimes already, in ten times the time.
 */
const NODE_TESTS = [
  "tests/npm/",
  "tests/runtime/",
  "tests/embedding/",
  "tests/testing/",
  "tests/cli/owner_socket.test.ts",
  "tests/cli/tls.test.ts",
  "tests/websocket/amqp_over_websocket.test.ts",
  ...["abandoned_connections", "clients", "connections", "heartbeats", "passwords", "pipelining", "publisher_confirms"]
    .map((name) => `tests/conformance/${name}.test.ts`),
];

/** Folders whose tests need more than Node and npm, which `deno task interop` installs and runs. */
const INTEROP_FOLDERS = ["interop", "browser", "docs_interop", "executables", "identity", "terminal"];

const tests = new URL("../tests/", import.meta.url);

/** Returns the tests in these files and folders that run on Node. */
function onNode(places: readonly string[]): string[] {
  const files = readdirSync(tests, { recursive: true, encoding: "utf8" }).map((file) => `tests/${file}`);
  const isGiven = (file: string) =>
    places.some((place) => `${file}/`.startsWith(`${place.replace(/^\.\/|\/$/g, "")}/`));
  const runsOnNode = (file: string) => NODE_TESTS.some((place) => file.startsWith(place));
  return files.filter((file) => file.endsWith(".test.ts") && runsOnNode(file) && isGiven(file)).sort();
}

/** Tests that start all runtimes themselves: Node runs them for all. */
const isForNodeAlone = (place: string): boolean => /^(\.\/)?tests\/npm(\/|$)/.test(place);

/** Returns all folders of tests that need nothing but Node and npm. */
function folders(): string[] {
  const folders = readdirSync(tests, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => !INTEROP_FOLDERS.includes(name)).map((name) =>
    `tests/${name}`
  );
}

let running: ChildProcess | undefined;
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  process.on(signal, () => {
    if (running === undefined) process.exit(code);
    running.on("close", () => process.exit(code));
    running.kill("SIGTERM");
  });
}

/** Runs a command, and shows its output as it comes. */
async function run(command: string, args: readonly string[]): Promise<{ isPassed: boolean; output: string }> {
  const child = spawn(command, args, { stdio: ["inherit", "pipe", "pipe"] });
  running = child;
  let output = "";
  for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]] as const) {
    const decoder = new TextDecoder();
    from.on("data", (chunk: Uint8Array) => {
      output += decoder.decode(chunk, { stream: true });
      to.write(chunk);
    });
  }
  const [status] = await once(child, "close");
  return { isPassed: status === 0, output };
}

const given = process.argv.slice(2);
const places = given.length > 0 ? given : folders();
const shared = places.filter((place) => !isForNodeAlone(place));
const runs = shared.length === 0 ? [] : [
  {
    name: "Deno",
    command: process.execPath,
    args: ["test", "-A", "--no-check", "--parallel", ...shared],
    failuresIn: failuresOnDeno,
  },
  {
    name: "Bun",
    command: bunCommand(),
    args: ["test", "--parallel", "--timeout", String(BUN_TIMEOUT_MS), ...shared.map((place) => `./${place}`)],
    failuresIn: failuresOnBun,
  },
];
const nodeTests = onNode(places);
if (nodeTests.length > 0) {
  const flags = ["--test", "--test-force-exit", `--test-timeout=${NODE_FILE_TIMEOUT_MS}`, "--test-reporter=spec"];
  // Node leaves one processor idle, which is half of two.
  const parallel = `--test-concurrency=${availableParallelism()}`;
  const args = [...NODE_TEST_ARGS, ...flags, parallel, ...nodeTests];
  const version = execFileSync(nodeCommand(), ["--version"], { encoding: "utf8" }).trim();
  runs.push({ name: `Node ${version}`, command: nodeCommand(), args, failuresIn: failuresOnNode });
}

const failures: string[] = [];
for (const { name, command, args, failuresIn } of runs) {
  console.log(`\nTests on ${name}\n`);
  const { isPassed, output } = await run(command, args);
  if (!isPassed) failures.push(`\nFailed on ${name}\n\n${failuresIn(output)}`);
}
for (const failure of failures) console.log(failure);
const passed = runs.length - failures.length;
console.log(`\nRuntimes on which all tests pass:\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
