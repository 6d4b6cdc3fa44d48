import { phrase } from "../../../phrase/phrase.ts";
import { absenceIs, findVhost, parseJson } from "../answers.ts";
import { type Call, vhostOf } from "../call.ts";
import type { Command } from "../command.ts";
import { path } from "../management_client.ts";
import { DONE, list, type Result } from "../result.ts";
import { Properties, row } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Explanations of the switches of policies and operator policies. */
const TARGET_HELP = [
  ["--priority <priority>", "policy priority"],
  [
    "--apply-to <queues | exchanges | all>",
    "policy should only apply to queues, exchanges, or all entities (both of the above)",
  ],
] as const;

/** Commands for policies. */
export const POLICIES_COMMANDS: readonly Command[] = [
  {
    name: "list_policies",
    tools: CTL_AND_DIAGNOSTICS,
    section: "policies",
    description: "Lists all policies in a virtual host",
    usage: "list_policies [--vhost <vhost>] [--no-table-headers]",
    guides: ["parameters"],
    hasTimeout: true,
    formatter: "table",
    takes: [0, 0],
    banner: (call) => phrase`Listing policies for vhost "${vhostOf(call)}" ...`,
    run: (call) => listPolicies(call, "policies"),
  },
  {
    name: "list_operator_policies",
    tools: CTL_AND_DIAGNOSTICS,
    section: "policies",
    description: "Lists operator policy overrides for a virtual host",
    usage: "list_operator_policies [--vhost <vhost>] [--no-table-headers]",
    guides: ["parameters"],
    hasTimeout: true,
    formatter: "table",
    takes: [0, 0],
    banner: (call) => phrase`Listing operator policy overrides for vhost "${vhostOf(call)}" ...`,
    run: (call) => listPolicies(call, "operator-policies"),
  },
  {
    name: "set_policy",
    tools: CTL,
    section: "policies",
    description: "Sets or updates a policy",
    usage: "set_policy [--vhost <vhost>] [--priority <priority>] [--apply-to <apply-to>] <name> <pattern> <definition>",
    help: [
      ["<name>", "policy name (identifier)"],
      ["<pattern>", "regular expression pattern that will be used to match queues, exchanges, etc"],
      ["<definition>", "policy definition (arguments). Must be a valid JSON document"],
      ...TARGET_HELP,
    ],
    guides: ["parameters"],
    switches: { priority: "integer", apply_to: "string" },
    takes: [3, 3],
    defaults: { priority: 0, apply_to: "all" },
    banner: (call) => {
      const { args: [name, pattern, definition], options: { priority } } = call;
      return phrase`Setting policy "${name}" for pattern "${pattern}" to "${definition}" with priority "${priority}" for vhost "${
        vhostOf(call)
      }" ...`;
    },
    run: (call) => setPolicy(call, "policies"),
  },
  {
    name: "set_operator_policy",
    tools: CTL,
    section: "policies",
    description: "Sets an operator policy that overrides a subset of arguments in user policies",
    usage:
      "set_operator_policy [--vhost <vhost>] [--priority <priority>] [--apply-to <apply-to>] <name> <pattern> <definition>",
    help: [
      ["<name>", "policy name (identifier)"],
      ["<pattern>", "a regular expression pattern that will be used to match queue, exchanges, etc"],
      ["<definition>", "policy definition (arguments). Must be a valid JSON document"],
      ...TARGET_HELP,
    ],
    guides: ["parameters"],
    switches: { priority: "integer", apply_to: "string" },
    takes: [3, 3],
    defaults: { priority: 0, apply_to: "all" },
    banner: (call) => {
      const { args: [name, pattern, definition], options: { priority } } = call;
      return phrase`Setting operator policy override "${name}" for pattern "${pattern}" to "${definition}" with priority "${priority}" for vhost "${
        vhostOf(call)
      }" ...`;
    },
    run: (call) => setPolicy(call, "operator-policies"),
  },
  {
    name: "clear_policy",
    tools: CTL,
    section: "policies",
    description: "Clears (removes) a policy",
    usage: "clear_policy [--vhost <vhost>] <name>",
    help: [["<name>", "Name of policy to clear (remove)"]],
    guides: ["parameters"],
    takes: [1, 1],
    banner: (call) => phrase`Clearing policy "${call.args[0]}" on vhost "${vhostOf(call)}" ...`,
    run: (call) => clearPolicy(call, "policies"),
  },
  {
    name: "clear_operator_policy",
    tools: CTL,
    section: "policies",
    description: "Clears an operator policy",
    usage: "clear_operator_policy [--vhost <vhost>] <name>",
    help: [["<name>", "policy name (identifier)"]],
    guides: ["parameters"],
    takes: [1, 1],
    banner: (call) => phrase`Clearing operator policy "${call.args[0]}" on vhost "${vhostOf(call)}" ...`,
    run: (call) => clearPolicy(call, "operator-policies"),
  },
];

type Kind = "policies" | "operator-policies";

async function listPolicies(call: Call, kind: Kind): Promise<Result> {
  await findVhost(call.api, vhostOf(call));
  const policies = await call.api.all(`/api/${kind}${path`/${vhostOf(call)}`}`);
  return list(
    policies.map(({ vhost, name, pattern, "apply-to": applyTo, definition, priority }) =>
      new Properties([
        ["vhost", vhost as string],
        ["name", name as string],
        ["pattern", pattern as string],
        ["apply-to", applyTo as string],
        ["definition", JSON.stringify(definition)],
        ["priority", priority as number],
      ])
    ),
  );
}

async function setPolicy(call: Call, kind: Kind): Promise<Result> {
  const { api, args: [name, pattern, text], options: { priority, apply_to: applyTo } } = call;
  const definition = parseJson(text);
  await findVhost(api, vhostOf(call));
  await api.put(`/api/${kind}${path`/${vhostOf(call)}/${name}`}`, {
    pattern,
    definition,
    priority,
    "apply-to": applyTo,
  });
  return DONE;
}

async function clearPolicy(call: Call, kind: Kind): Promise<Result> {
  const { api, args: [name] } = call;
  await absenceIs(phrase`Parameter does not exist`, api.delete(`/api/${kind}${path`/${vhostOf(call)}/${name}`}`));
  return DONE;
}

/** Lists the policies of a virtual host whose pattern and type match an object. */
export async function listMatchingPolicies(call: Call): Promise<Result> {
  const { api, args: [name], options } = call;
  const type = String(options.object_type ?? "queue");
  await findVhost(api, vhostOf(call));
  const kind = type.startsWith("exchange") ? "exchanges" : "queues";
  const policies = await api.all(path`/api/policies/${vhostOf(call)}`);
  const matching = policies.filter(({ pattern, "apply-to": applyTo }) =>
    (applyTo === "all" || applyTo === kind) && new RegExp(pattern as string, "u").test(name)
  );
  matching.sort((one, other) => (other.priority as number) - (one.priority as number));
  return list(matching.map((policy) => row({ name: policy.name as string, priority: policy.priority as number })));
}
