/**
 * Measures how long each command for a running broker takes, from its start to its end, in one table, the slowest first.
 * It ends with
 * status 1 when the median of a command is above the limit.
 *
 *     deno task compile && deno run -A bench/commands.ts executable   # at most 150 ms each
 *     deno run -A bench/commands.ts npx                               # at most 400 ms each
 *     deno run -A bench/commands.ts --rounds 3 /usr/sbin/             # those of a RabbitMQ, in that folder
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Command, ToolName } from "../src/cli/ctl/command.ts";
import { COMMANDS } from "../src/cli/ctl/commands.ts";
import { TOOLS } from "../src/cli/tools.ts";
import { findRuntime, ROOT } from "./runtimes.ts";

/** What the broker has before the first command. */
const DEFINITIONS = JSON.stringify({
  queues: ["orders", "orders2"].map((name) => ({ name, vhost: "/", durable: true, auto_delete: false, arguments: {} })),
});

/** Arguments of commands that need some, in an order in which each finds what it needs. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  add_user: ["hare", "secret"],
  authenticate_user: ["hare", "secret"],
  change_password: ["hare", "secret2"],
  set_user_tags: ["hare", "monitoring"],
  set_user_limits: ["hare", '{"max-connections": 10}'],
  clear_user_limits: ["hare", "all"],
  add_vhost: ["burrow"],
  set_vhost_tags: ["burrow", "qa"],
  update_vhost_metadata: ["burrow", "--description", "quiet"],
  enable_vhost_deletion_protection: ["burrow"],
  disable_vhost_deletion_protection: ["burrow"],
  set_vhost_limits: ["-p", "burrow", '{"max-queues": 10}'],
  clear_vhost_limits: ["-p", "burrow"],
  set_permissions: ["-p", "burrow", "hare", ".*", ".*", ".*"],
  set_permissions_globally: ["hare", ".*", ".*", ".*"],
  list_user_permissions: ["hare"],
  set_topic_permissions: ["-p", "burrow", "hare", "amq.topic", ".*", ".*"],
  list_user_topic_permissions: ["hare"],
  clear_topic_permissions: ["-p", "burrow", "hare"],
  clear_permissions: ["-p", "burrow", "hare"],
  clear_password: ["hare"],
  set_policy: ["short", "^q", '{"max-length": 1000}'],
  list_policies_that_match: ["orders"],
  clear_policy: ["short"],
  set_operator_policy: ["short", "^q", '{"max-length": 1000}'],
  clear_operator_policy: ["short"],
  set_global_parameter: ["mode", '"quiet"'],
  clear_global_parameter: ["mode"],
  set_cluster_name: ["warren"],
  set_log_level: ["info"],
  set_vm_memory_high_watermark: ["0.4"],
  set_disk_free_limit: ["50MB"],
  await_online_nodes: ["1"],
  autocomplete: ["list_"],
  hash_password: ["secret"],
  encode: ["'value'", "secret"],
  encrypt_conf_value: ["'value'", "secret"],
  export_definitions: ["-"],
  enable_feature_flag: ["all"],
  check_port_listener: ["1"],
  import_definitions: [],
  check_protocol_listener: ["amqp"],
  decrypt_conf_value: ["encrypted:Lh4iWEEGh4qP2WWu80xXh4beAJKt1DRaB/lxbX8zsiAdU2XehrQaW/BxcOZszNti", "secret"],
  rebalance: ["all"],
  is_enabled: ["rabbitmq_management"],
  purge_queue: ["orders"],
  close_all_connections: ["measured"],
  close_all_user_connections: ["guest", "measured"],
  clear_parameter: ["federation", "none"],
  send: ["-q", "orders"],
  "rabbitmq-queues peek": ["orders", "1"],
  "haremq peek": ["orders"],
  route: ["amq.topic", "a.b"],
  move: ["orders", "orders2"],
  resend: ["orders2"],
  delete_queue: ["orders2"],
  delete_vhost: ["burrow"],
  delete_user: ["hare"],
};

/** Commands that are not measured, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["stop", "shutdown", "stop_app", "start_app", "reset", "force_reset", "restart_vhost"].map((name) =>
      [name, "takes as long as the broker does"] as const
    ),
  ),
  ...Object.fromEntries(
    ["wait", "consume_event_stream", "log_tail_stream", "tail", "receive"].map((name) =>
      [name, "waits for something"] as const
    ),
  ),
  ...Object.fromEntries(
    [
      "decode",
      "decrypt_conf_value",
      "import_definitions",
      "close_connection",
      "set_parameter",
      "set",
      "enable",
      "disable",
      "quorum_status",
      "stream_status",

      "reclaim_quorum_memory",
    ].map((name) => [name, "needs what another one has made"] as const),
  ),
};

interface Way {
  readonly limitMs: number;
  readonly rounds: number;
  command(tool: ToolName): readonly string[];
}

const executable = (): string => {
  const found = findRuntime("executable");
  if (found === undefined) throw new Error("There is no dist/haremq: deno task compile makes it.");
  return found.path;
};
const subcommandOf = (tool: ToolName): readonly string[] =>
  TOOLS.filter(({ name }) => name === tool).map(({ subcommand }) => subcommand);
const WAYS: Readonly<Record<string, Way>> = {
  executable: { limitMs: 150, rounds: 5, command: (tool) => [executable(), ...subcommandOf(tool)] },
  npx: { limitMs: 400, rounds: 1, command: (tool) => ["npx", tool] },
};

const { values, positionals: [how = "executable"] } = parseArgs({
  args: process.argv.slice(2),
  options: { rounds: { type: "string" } },
  allowPositionals: true,
});
const way: Way = WAYS[how] ?? { limitMs: Infinity, rounds: 1, command: (tool) => [join(how, tool)] };
const rounds = Number(values.rounds ?? way.rounds);

/** Starts a broker with some queues, and returns it with its data folder. */
async function startBroker(): Promise<{ broker: ChildProcess; data: string }> {
  const data = mkdtempSync(join(tmpdir(), "haremq-bench-"));
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  const flags = ["--port", `${port}`, "--no-management-port", "--no-prometheus-port", "--data-dir", data];
  const { path, serverArguments } = findRuntime("executable") ?? findRuntime("bun")!;
  const broker = spawn(path, [...serverArguments, ...flags], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  let log = "";
  for await (const chunk of broker.stdout!.setEncoding("utf8")) {
    log += chunk;
    if (log.includes("Server startup complete")) break;
  }
  return { broker, data };
}

/** Runs a command once. Returns its time in milliseconds and its exit code. */
function run(command: readonly string[], env: NodeJS.ProcessEnv, cwd = ROOT): { ms: number; status: number | null } {
  const [program, ...args] = command;
  const begin = performance.now();
  const { status, error } = spawnSync(program, args, {
    cwd,
    env,
    input: DEFINITIONS,
    stdio: ["pipe", "ignore", "ignore"],
  });
  if (error !== undefined) throw error;
  return { ms: performance.now() - begin, status };
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** Rounds of the command that does nothing. */
const EMPTY_ROUNDS = 7;

/** Returns the median time of `npx` with a command that does nothing, which is npm's own. In milliseconds. */
function measureEmptyNpx(): number {
  const folder = mkdtempSync(join(tmpdir(), "haremq-bench-"));
  const bin = join(folder, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(bin, "empty"), "#!/usr/bin/env node\n", { mode: 0o755 });
  const times = Array.from({ length: EMPTY_ROUNDS }, () => {
    const { ms, status } = run(["npx", "--no", "empty"], process.env, folder);
    if (status !== 0) throw new Error(`npx ended an empty command with status ${status}.`);
    return ms;
  });
  rmSync(folder, { recursive: true });
  return median(times);
}

const isOurs = how in WAYS;
const started = isOurs ? await startBroker() : undefined;
const env = { ...process.env, ...(started === undefined ? {} : { HAREMQ_DATA_DIR: started.data }) };
const keyOf = ({ name, tools: [tool] }: Command): string =>
  Object.hasOwn(ARGUMENTS, `${tool} ${name}`) ? `${tool} ${name}` : name;
const order = Object.keys(ARGUMENTS);
const measured = COMMANDS.filter(({ name, tools }) =>
  !Object.hasOwn(LEFT_OUT, name) && (isOurs || tools[0] !== "haremq")
).sort((one, other) => order.indexOf(keyOf(one)) - order.indexOf(keyOf(other)));
if (started !== undefined) run([...way.command("rabbitmqctl"), "import_definitions"], env);
const rows = [];
for (const command of measured) {
  const { name, tools: [tool] } = command;
  const times: number[] = [];
  let status: number | null = null;
  for (let round = 0; round < rounds; round++) {
    const result = run([...way.command(tool), name, ...ARGUMENTS[keyOf(command)] ?? []], env);
    times.push(result.ms);
    if (round === 0) ({ status } = result);
  }
  rows.push({ name: `${tool} ${name}`, status, median: median(times), most: Math.max(...times) });
}
if (started !== undefined) {
  started.broker.kill();
  await once(started.broker, "exit");
  rmSync(started.data, { recursive: true });
}
rows.sort((one, other) => other.median - one.median);
const width = Math.max(...rows.map(({ name }) => name.length));
console.log(`${"command".padEnd(width)}  exit  median  most (ms, of ${rounds})`);
for (const { name, status, median, most } of rows) {
  console.log(
    `${name.padEnd(width)}  ${String(status).padStart(4)}  ${median.toFixed(0).padStart(6)}  ${
      most.toFixed(0).padStart(4)
    }`,
  );
}
if (how === "npx") {
  console.log(`npx with an empty command, which is npm's own time: ${measureEmptyNpx().toFixed(0)} ms`);
}
const late = rows.filter((row) => row.median > way.limitMs);
const all = median(rows.map((row) => row.median));
console.log(`${rows.length} commands, median ${all.toFixed(0)} ms; above ${way.limitMs} ms: ${late.length}`);
process.exit(late.length === 0 ? 0 : 1);
