import { joined, type Phrase, phrase, verbatim } from "../../../phrase/phrase.ts";
import { type Call, isJson, isQuiet } from "../call.ts";
import type { Command } from "../command.ts";
import { badArgument, checkFailed, failure, notEnoughArguments } from "../command_error.ts";
import { EXIT } from "../exit_code.ts";
import { writeJson } from "../formatters/json.ts";
import { NoBrokerError } from "../management_client.ts";
import type { Options } from "../parser.ts";
import { type Result, value } from "../result.ts";
import { Dictionary } from "../term.ts";
import { VERSION } from "../version.ts";

/** Commands for plugins, whose work is built in. */
export const PLUGINS_COMMANDS: readonly Command[] = [
  {
    name: "list",
    tools: ["rabbitmq-plugins"],
    section: "plugin_management",
    description: "Lists plugins and their state",
    usage: "list [pattern] [--verbose] [--minimal] [--enabled] [--implicitly-enabled]",
    help: [
      ["<pattern>", "only list plugins that match a regular expression pattern"],
      ["--verbose", "output more information"],
      ["--minimal", "only print plugin names. Most useful in compbination with --silent and --enabled."],
      ["--enabled", "only list enabled plugins"],
      ["--implicitly-enabled", "include plugins enabled as dependencies of other plugins"],
    ],
    guides: ["plugins"],
    switches: { verbose: "boolean", minimal: "boolean", enabled: "boolean", implicitly_enabled: "boolean" },
    letters: { v: "verbose", m: "minimal", E: "enabled", e: "implicitly_enabled" },
    takes: [0, 1],
    formatter: "lines",
    isOffline: true,
    defaults: { minimal: false, verbose: false, enabled: false, implicitly_enabled: false },
    check(_args, { verbose, minimal }) {
      if (verbose === true && minimal === true) throw badArgument(phrase`Cannot set both verbose and minimal`);
    },
    banner: ({ args: [pattern = ".*"] }) => phrase`Listing plugins with pattern "${pattern}" ...`,
    run: listPlugins,
  },
  {
    name: "is_enabled",
    tools: ["rabbitmq-plugins"],
    section: "observability_and_health_checks",
    description: "Health check that exits with a non-zero code if provided plugins are not enabled on target node",
    usage: "is_enabled <plugin1> [ <plugin2>] [--offline] [--online]",
    help: [["<plugin1> [ <plugin2>]", "names of plugins to check separated by a space"], [
      "--online",
      "contact target node to perform the check. Requires the node to be running and reachable.",
    ], ["--offline", "check enabled plugins file directly without contacting target node."]],
    guides: ["plugins"],
    switches: { online: "boolean", offline: "boolean" },
    takes: [1, Infinity],
    isOffline: true,
    check: checkOnline,
    banner: async (call) => {
      const which = pluginsAre(call.args);
      return call.options.offline === true
        ? phrase`Inferring if ${which} from local environment...`
        : phrase`Asking node ${await call.node()} if ${which} enabled...`;
    },
    run: checkEnabled,
  },
  {
    name: "enable",
    tools: ["rabbitmq-plugins"],
    section: "plugin_management",
    description: "Enables one or more plugins",
    usage: "enable <plugin1> [ <plugin2>] | --all [--offline] [--online]",
    help: [["<plugin1> [ <plugin2>]", "names of plugins to enable separated by a space"], [
      "--online",
      "contact target node to enable the plugins. Changes are applied immediately.",
    ], [
      "--offline",
      "update enabled plugins file directly without contacting target node. Changes will be delayed until the node is restarted.",
    ], [
      "--all",
      "enable all available plugins. Not recommended as some plugins may conflict or otherwise be incompatible!",
    ]],
    guides: ["plugins"],
    switches: { online: "boolean", offline: "boolean", all: "boolean" },
    isOffline: true,
    formatter: "lines",
    defaults: { online: false, offline: false, all: false },
    check: checkPlugins,
    banner: async (call) =>
      call.options.all === true
        ? phrase`Enabling ALL plugins on node ${await nodeIfThere(call)}`
        : await enabling(call),
    run: enablePlugins,
  },
  {
    name: "disable",
    tools: ["rabbitmq-plugins"],
    section: "plugin_management",
    description: "Disables one or more plugins",
    usage: "disable <plugin1> [ <plugin2>] | --all [--offline] [--online]",
    help: [["<plugin1> [ <plugin2>]", "names of plugins to disable separated by a space"], [
      "--online",
      "contact target node to disable the plugins. Changes are applied immediately.",
    ], [
      "--offline",
      "update enabled plugins file directly without contacting target node. Changes will be delayed until the node is restarted.",
    ], ["--all", "disable all currently enabled plugins"]],
    guides: ["plugins"],
    switches: { online: "boolean", offline: "boolean", all: "boolean" },
    isOffline: true,
    formatter: "lines",
    defaults: { online: false, offline: false, all: false },
    check: checkPlugins,
    banner: async (call) =>
      call.options.all === true
        ? phrase`Disabling ALL plugins on node ${await nodeIfThere(call)}`
        : joined([phrase`Disabling plugins on node ${await nodeIfThere(call)}:`, ...call.args], "\n"),
    run: disablePlugins,
  },
  {
    name: "set",
    tools: ["rabbitmq-plugins"],
    section: "plugin_management",
    description: "Enables one or more plugins, disables the rest",
    usage: "set <plugin1> [ <plugin2>] [--offline] [--online]",
    help: [
      [
        "<plugin1> [ <plugin2>]",
        "names of plugins to enable separated by a space. All other plugins will be disabled.",
      ],
      ["--online", "contact target node to enable the plugins. Changes are applied immediately."],
      [
        "--offline",
        "update enabled plugins file directly without contacting target node. Changes will be delayed until the node is restarted.",
      ],
    ],
    guides: ["plugins"],
    switches: { online: "boolean", offline: "boolean" },
    isOffline: true,
    formatter: "lines",
    defaults: { online: false, offline: false },
    banner: enabling,
    run: enablePlugins,
  },
];

/** Plugins of RabbitMQ whose work HareMQ does by itself: they are always enabled. */
const BUILT_IN = [
  "rabbitmq_auth_backend_cache",
  "rabbitmq_auth_backend_http",
  "rabbitmq_auth_backend_ldap",
  "rabbitmq_auth_backend_oauth2",
  "rabbitmq_auth_mechanism_ssl",
  "rabbitmq_consistent_hash_exchange",
  "rabbitmq_delayed_message_exchange",
  "rabbitmq_event_exchange",
  "rabbitmq_management",
  "rabbitmq_management_agent",
  "rabbitmq_message_deduplication",
  "rabbitmq_prometheus",
  "rabbitmq_random_exchange",
  "rabbitmq_recent_history_exchange",
  "rabbitmq_sharding",
];

const UNCHANGED = phrase`Plugin configuration unchanged.`;

async function enabling(call: Call): Promise<Phrase> {
  return joined([phrase`Enabling plugins on node ${await nodeIfThere(call)}:`, ...call.args], "\n");
}

/** Returns the node's name, or a stand-in when no broker runs. */
async function nodeIfThere(call: Call): Promise<string> {
  try {
    return await call.node();
  } catch (error) {
    if (error instanceof NoBrokerError) return "rabbit";
    throw error;
  }
}

const pluginsAre = (names: readonly string[]): Phrase =>
  names.length === 1 ? phrase`plugin ${names[0]} is` : phrase`plugins ${names.join(", ")} are`;

/** Returns how a sentence about plugins begins: with their names in lower case, as RabbitMQ writes them there. */
function beginningWith(names: readonly string[]): Phrase {
  const written = names.join(", ").toLowerCase();
  return names.length === 1 ? phrase`Plugin ${written} is` : phrase`Plugins ${written} are`;
}

function checkOnline(_args: readonly string[], { online, offline }: Options): void {
  if (online === true && offline === true) throw badArgument(phrase`Cannot set both online and offline`);
}

function checkPlugins(args: readonly string[], options: Options): void {
  if (args.length === 0 && options.all !== true) throw notEnoughArguments();
  if (args.length > 0 && options.all === true) throw badArgument(phrase`Cannot set both --all and a list of plugins`);
  checkOnline(args, options);
}

async function listPlugins(call: Call): Promise<Result> {
  const { args: [pattern = ".*"], options } = call;
  const matching = new RegExp(pattern, "u");
  const names = BUILT_IN.filter((name) => matching.test(name));
  if (options.minimal === true) return value(names);
  const longest = Math.max(0, ...names.map((name) => name.length));
  const lines = names.flatMap((name) =>
    options.verbose === true
      ? [
        `[E*] ${name}`,
        phrase`     Version:     \t${VERSION}`,
        phrase`     Dependencies:\t[]`,
        phrase`     Description: \tBuilt into HareMQ`,
      ]
      : [`[E*] ${name.padEnd(longest)} ${VERSION}`]
  );
  if (isQuiet(call)) return value(lines);
  return value([
    phrase` Configured: E = explicitly enabled; e = implicitly enabled`,
    phrase` | Status: * = running on ${await nodeIfThere(call)}`,
    " |/",
    ...lines,
  ]);
}

async function checkEnabled(call: Call): Promise<Result> {
  const { args, options } = call;
  const missing = args.filter((name) => !BUILT_IN.includes(name));
  const node = options.offline === true ? undefined : (await call.node()).toLowerCase();
  if (missing.length === 0) {
    const message = node === undefined
      ? phrase`${beginningWith(args)} enabled`
      : phrase`${beginningWith(args)} enabled on node ${node}`;
    return value(isJson(call) ? new Dictionary({ result: "ok", message: String(message) }) : message);
  }
  const enabled = BUILT_IN.join(", ");
  const message = node === undefined
    ? phrase`${beginningWith(missing)} not enabled. Enabled plugins and dependencies: ${enabled}`
    : phrase`${beginningWith(missing)} not enabled on node ${node}. Enabled plugins and dependencies: ${enabled}`;
  if (isJson(call)) {
    throw checkFailed(verbatim(writeJson(new Dictionary({ result: "error", message: String(message) }))));
  }
  throw failure(message);
}

function enablePlugins({ args }: Call): Result {
  const unknown = args.filter((name) => !BUILT_IN.includes(name));
  if (unknown.length > 0) {
    throw failure(phrase`{:plugins_not_found, [${unknown.map((name) => `:${name}`).join(", ")}]}`, EXIT.software);
  }
  return value([UNCHANGED]);
}

function disablePlugins({ args, options }: Call): Result {
  const named = options.all === true ? BUILT_IN : args.filter((name) => BUILT_IN.includes(name));
  if (named.length > 0) {
    throw failure(phrase`HareMQ does the work of ${named.join(", ")} by itself, which can't be disabled.`);
  }
  return value([UNCHANGED]);
}
