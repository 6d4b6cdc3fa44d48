import { phrase } from "../../../phrase/phrase.ts";
import { absenceIs, findVhost, parseJson } from "../answers.ts";
import { vhostOf } from "../call.ts";
import type { Command } from "../command.ts";
import { path } from "../management_client.ts";
import { DONE, list } from "../result.ts";
import { row } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Commands for runtime parameters. */
export const PARAMETERS_COMMANDS: readonly Command[] = [
  {
    name: "list_parameters",
    tools: CTL_AND_DIAGNOSTICS,
    section: "parameters",
    description: "Lists runtime parameters for a virtual host",
    usage: "list_parameters [--vhost <vhost>] [--no-table-headers]",
    guides: ["parameters"],
    hasTimeout: true,
    formatter: "table",
    takes: [0, 0],
    banner: (call) => phrase`Listing runtime parameters for vhost "${vhostOf(call)}" ...`,
    async run(call) {
      await findVhost(call.api, vhostOf(call));
      const parameters = await call.api.all("/api/parameters");
      return list(
        parameters.filter(({ vhost }) => vhost === vhostOf(call)).map(({ component, name, value }) =>
          row({ component: component as string, name: name as string, value: JSON.stringify(value) })
        ),
      );
    },
  },
  {
    name: "set_parameter",
    tools: CTL,
    section: "parameters",
    description: "Sets a runtime parameter.",
    usage: "set_parameter [--vhost <vhost>] <component_name> <name> <value>",
    help: [["<component_name>", "component name"], ["<name>", "parameter name (identifier)"], [
      "<value>",
      "parameter value",
    ]],
    guides: ["parameters"],
    takes: [3, 3],
    banner: (call) => {
      const { args: [component, name, value] } = call;
      return phrase`Setting runtime parameter "${name}" for component "${component}" to "${value}" in vhost "${
        vhostOf(call)
      }" ...`;
    },
    async run(call) {
      const { api, args: [component, name, text] } = call;
      const value = parseJson(text);
      await api.put(path`/api/parameters/${component}/${vhostOf(call)}/${name}`, {
        component,
        vhost: vhostOf(call),
        name,
        value,
      });
      return DONE;
    },
  },
  {
    name: "clear_parameter",
    tools: CTL,
    section: "parameters",
    description: "Clears a runtime parameter.",
    usage: "clear_parameter [--vhost <vhost>] <component_name> <name>",
    help: [["<component_name>", "component name"], ["<name>", "parameter name (identifier)"]],
    guides: ["parameters"],
    takes: [2, 2],
    banner: (call) => {
      const { args: [component, name] } = call;
      return phrase`Clearing runtime parameter "${name}" for component "${component}" on vhost "${vhostOf(call)}" ...`;
    },
    async run(call) {
      const { api, args: [component, name] } = call;
      await absenceIs(
        phrase`Parameter does not exist`,
        api.delete(path`/api/parameters/${component}/${vhostOf(call)}/${name}`),
      );
      return DONE;
    },
  },
  {
    name: "list_global_parameters",
    tools: CTL_AND_DIAGNOSTICS,
    section: "parameters",
    description: "Lists global runtime parameters",
    usage: "list_global_parameters [--no-table-headers]",
    guides: ["parameters"],
    hasTimeout: true,
    formatter: "table",
    takes: [0, 0],
    banner: () => phrase`Listing global runtime parameters ...`,
    async run({ api }) {
      const parameters = await api.all("/api/global-parameters");
      return list(parameters.map(({ name, value }) => row({ name: name as string, value: JSON.stringify(value) })));
    },
  },
  {
    name: "set_global_parameter",
    tools: CTL,
    section: "parameters",
    description: "Sets a runtime parameter.",
    usage: "set_global_parameter <name> <value>",
    help: [["<name>", "global parameter name (identifier)"], ["<value>", "parameter value"]],
    guides: ["parameters"],
    takes: [2, 2],
    banner: ({ args: [name, value] }) => phrase`Setting global runtime parameter "${name}" to "${value}" ...`,
    async run({ api, args: [name, text] }) {
      await api.put(path`/api/global-parameters/${name}`, { name, value: parseJson(text) });
      return DONE;
    },
  },
  {
    name: "clear_global_parameter",
    tools: CTL,
    section: "parameters",
    description: "Clears a global runtime parameter",
    usage: "clear_global_parameter <name>",
    help: [["<name>", "parameter name (identifier)"]],
    guides: ["parameters"],
    takes: [1, 1],
    banner: ({ args: [name] }) => phrase`Clearing global runtime parameter "${name}" ...`,
    async run({ api, args: [name] }) {
      await absenceIs(phrase`Parameter does not exist`, api.delete(path`/api/global-parameters/${name}`));
      return DONE;
    },
  },
];
