import { phrase } from "../../../phrase/phrase.ts";
import { asJsonObject, findVhost, jsonFailure, parseJson, sortedJson } from "../answers.ts";
import { type Call, isJson, vhostOf } from "../call.ts";
import { type Columns, rowsOf } from "../columns.ts";
import type { Command } from "../command.ts";
import { failure } from "../command_error.ts";
import { EXIT } from "../exit_code.ts";
import { ApiError, type ManagementClient, path } from "../management_client.ts";
import { batches, DONE, list, outcome, value } from "../result.ts";
import { atom, Dictionary, type JsonObject, type JsonValue, Properties, row, type Term } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Commands for virtual hosts. */
export const VIRTUAL_HOSTS_COMMANDS: readonly Command[] = [
  {
    name: "add_vhost",
    tools: CTL,
    section: "virtual_hosts",
    description: "Creates a virtual host",
    usage:
      'add_vhost <vhost> [--description <description> --tags "<tag1>,<tag2>,<...>" --default-queue-type <quorum|classic|stream>]',
    help: [["<vhost>", "Virtual host name"], ["--description <description>", "Virtual host description"], [
      "--tags <tags>",
      "Command separated list of tags",
    ], [
      "--default-queue-type <quorum|classic|stream>",
      "Queue type to use if no type is explicitly provided by the client",
    ]],
    guides: ["virtual-hosts"],
    switches: { description: "string", tags: "string", default_queue_type: "string" },
    letters: { d: "description" },
    takes: [1, 1],
    defaults: { description: "", tags: "" },
    banner: ({ args: [vhost] }) => phrase`Adding vhost "${vhost}" ...`,
    async run({ api, args: [vhost], options }) {
      if (await api.find(path`/api/vhosts/${vhost}`) !== undefined) return DONE;
      const { description, tags, default_queue_type: type } = options;
      await api.put(path`/api/vhosts/${vhost}`, {
        description,
        tags,
        ...(type === undefined ? {} : { default_queue_type: type }),
      });
      return DONE;
    },
  },
  {
    name: "delete_vhost",
    tools: CTL,
    section: "virtual_hosts",
    description: "Deletes a virtual host",
    usage: "delete_vhost <vhost>",
    help: [["<vhost>", "Name of the virtual host to delete."]],
    guides: ["virtual-hosts"],
    takes: [1, 1],
    banner: ({ args: [vhost] }) => phrase`Deleting vhost "${vhost}" ...`,
    async run({ api, args: [vhost] }) {
      await findVhost(api, vhost);
      await api.delete(path`/api/vhosts/${vhost}`);
      return DONE;
    },
  },
  {
    name: "list_vhosts",
    tools: CTL_AND_DIAGNOSTICS,
    section: "access_control",
    description: "Lists virtual hosts",
    usage: "list_vhosts [--no-table-headers] [<column> ...]",
    guides: ["virtual-hosts", "access-control"],
    hasTimeout: true,
    formatter: "table",
    banner: () => phrase`Listing vhosts ...`,
    columns: ["name", "description", "tags", "default_queue_type", "tracing", "cluster_state"],
    defaultColumns: ["name"],
    run: (call) => batches(rowsOf(call, VHOST_COLUMNS, call.api.list("/api/vhosts"))),
  },
  {
    name: "set_vhost_tags",
    tools: CTL,
    section: "virtual_hosts",
    description: "Sets virtual host tags",
    usage: "set_vhost_tags <vhost> <tag> [...]",
    help: [["<vhost>", "Self-explanatory"], ["<tags>", "Space separated list of tags"]],
    guides: ["virtual-hosts"],
    takes: [1, Infinity],
    banner: ({ args: [vhost, ...tags] }) =>
      phrase`Setting tags for virtual host "${vhost}" to [${tags.join(", ")}] ...`,
    async run(call) {
      const { api, args: [vhost, ...tags] } = call;
      if (await api.find(path`/api/vhosts/${vhost}`) === undefined) {
        if (isJson(call)) throw jsonFailure(await call.node(), `Virtual host "${vhost}" does not exists`);
        throw failure(phrase`Virtual host "${vhost}" does not exist`, EXIT.data);
      }
      await changeVhost(api, vhost, { tags: tags.join(",") });
      return DONE;
    },
  },
  {
    name: "set_vhost_limits",
    tools: CTL,
    section: "virtual_hosts",
    description: "Sets virtual host limits",
    usage: "set_vhost_limits [--vhost <vhost>] <definition>",
    help: [["<definition>", "Limit definitions, must be a valid JSON document"]],
    guides: ["virtual-hosts"],
    takes: [1, 1],
    banner: (call) => phrase`Setting vhost limits to "${call.args[0]}" for vhost "${vhostOf(call)}" ...`,
    async run(call) {
      const { api, args: [text] } = call;
      const limits = asJsonObject(parseJson(text));
      await findVhost(api, vhostOf(call));
      for (const [name, value] of Object.entries(limits)) {
        await api.put(path`/api/vhost-limits/${vhostOf(call)}/${name}`, { value });
      }
      return DONE;
    },
  },
  {
    name: "clear_vhost_limits",
    tools: CTL,
    section: "virtual_hosts",
    description: "Clears virtual host limits",
    usage: "clear_vhost_limits [--vhost <vhost>]",
    guides: ["virtual-hosts"],
    takes: [0, 0],
    banner: (call) => phrase`Clearing vhost "${vhostOf(call)}" limits ...`,
    async run(call) {
      const { api } = call;
      const names = Object.keys(await vhostLimits(api, vhostOf(call)));
      if (names.length === 0) throw failure(phrase`Parameter does not exist`);
      for (const name of names) {
        await api.delete(path`/api/vhost-limits/${vhostOf(call)}/${name}`);
      }
      return DONE;
    },
  },
  {
    name: "list_vhost_limits",
    tools: CTL_AND_DIAGNOSTICS,
    section: "virtual_hosts",
    description: "Displays configured virtual host limits",
    usage: "list_vhost_limits [--vhost <vhost>] [--global] [--no-table-headers]",
    help: [["--global", "list global limits (those not associated with a virtual host)"]],
    guides: ["virtual-hosts"],
    switches: { global: "boolean" },
    formatter: "table",
    takes: [0, 0],
    banner: (call) =>
      call.options.global === true
        ? phrase`Listing limits for all vhosts ...`
        : phrase`Listing limits for vhost "${vhostOf(call)}" ...`,
    async run(call) {
      const { api, options } = call;
      if (options.global === true) {
        const all = await api.all("/api/vhost-limits");
        return list(
          all.map(({ vhost, value }) => row({ vhost: vhost as string, limits: sortedJson(value as JsonObject) })),
        );
      }
      const limits = await vhostLimits(api, vhostOf(call));
      return Object.keys(limits).length === 0 ? list([]) : outcome(sortedJson(limits));
    },
  },
  {
    name: "trace_on",
    tools: CTL,
    section: "virtual_hosts",
    description: "",
    usage: "trace_on [--vhost <vhost>]",
    guides: ["firehose", "virtual-hosts"],
    takes: [0, Infinity],
    banner: (call) => phrase`Starting tracing for vhost "${vhostOf(call)}" ...`,
    async run(call) {
      await setTracing(call, true);
      return outcome(phrase`Trace enabled for vhost ${vhostOf(call)}`);
    },
  },
  {
    name: "trace_off",
    tools: CTL,
    section: "virtual_hosts",
    description: "",
    usage: "trace_off [--vhost <vhost>]",
    guides: ["firehose", "virtual-hosts"],
    takes: [0, Infinity],
    banner: (call) => phrase`Stopping tracing for vhost "${vhostOf(call)}" ...`,
    async run(call) {
      await setTracing(call, false);
      return outcome(phrase`Trace disabled for vhost ${vhostOf(call)}`);
    },
  },
  {
    name: "restart_vhost",
    tools: CTL,
    section: "virtual_hosts",
    description: "Restarts a failed vhost data stores and queues",
    usage: "restart_vhost [--vhost <vhost>]",
    help: [["--vhost", "Virtual host name"]],
    guides: ["virtual-hosts", "monitoring"],
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) => phrase`Trying to restart vhost '${vhostOf(call)}' on node '${await call.node()}' ...`,
    async run(call) {
      const vhost = vhostOf(call);
      const node = await call.node();
      if (await call.api.find(path`/api/vhosts/${vhost}`) === undefined) {
        throw failure(
          phrase`Failed to start vhost '${vhost}' on node '${node}'Reason: {:no_such_vhost, "${vhost}"}`,
          EXIT.software,
        );
      }
      return value(phrase`Vhost '${vhost}' is already running on node '${node}'`);
    },
  },
  {
    name: "update_vhost_metadata",
    tools: CTL,
    section: "virtual_hosts",
    description: "Updates metadata (tags, description, default queue type, protection from deletion) a virtual host",
    usage:
      'update_vhost_metadata <vhost> [--description=<description>] [--tags="<tag1>,<tag2>,<...>"] [--default-queue-type=<quorum|classic|stream>] [--protected-from-deletion=<true|false>]',
    help: [["<vhost>", "Virtual host name"], ["--description <description>", "Virtual host description"], [
      "--tags <tag1,tag2>",
      "Comma-separated list of tags",
    ], [
      "--default-queue-type <quorum|classic|stream>",
      "Queue type to use if no type is explicitly provided by the client",
    ], [
      "--protected-from-deletion",
      "When set to true, will make it impossible to delete a virtual host until the protection is removed",
    ]],
    guides: ["docs/vhosts/"],
    switches: {
      description: "string",
      tags: "string",
      default_queue_type: "string",
      protected_from_deletion: "boolean",
    },
    letters: { d: "description" },
    takes: [1, 1],
    banner: ({ args: [vhost] }) => phrase`Updating metadata of vhost "${vhost}" ...`,
    async run({ api, args: [vhost], options: { description, tags, default_queue_type } }) {
      await findVhost(api, vhost);
      await changeVhost(api, vhost, present({ description, tags, default_queue_type }));
      return DONE;
    },
  },
  {
    name: "enable_vhost_deletion_protection",
    tools: CTL,
    section: "virtual_hosts",
    description: "Protects a virtual host from deletion (until the protection is removed)",
    usage: "enable_vhost_deletion_protection <vhost>",
    help: [["<vhost>", "Virtual host name"]],
    guides: ["docs/vhosts/"],
    takes: [1, 1],
    banner: ({ args: [vhost] }) => phrase`Protecting virtual host '${vhost}' from removal...`,
    async run({ api, args: [vhost] }) {
      await findVhost(api, vhost);
      await api.post(path`/api/vhosts/${vhost}/deletion/protection`, {});
      return DONE;
    },
  },
  {
    name: "disable_vhost_deletion_protection",
    tools: CTL,
    section: "virtual_hosts",
    description: "Removes deletion protection from a virtual host (so that it can be deleted)",
    usage: "disable_vhost_deletion_protection <vhost>",
    help: [["<vhost>", "Virtual host name"]],
    guides: ["docs/vhosts/"],
    takes: [1, 1],
    banner: ({ args: [vhost] }) => phrase`Removing deletion protection from virtual host '${vhost}'...`,
    async run({ api, args: [vhost] }) {
      await findVhost(api, vhost);
      await api.delete(path`/api/vhosts/${vhost}/deletion/protection`);
      return DONE;
    },
  },
];

const VHOST_COLUMNS: Columns = {
  name: ({ name }) => name as string,
  description: ({ description }) => description as string ?? "",
  tags: ({ tags }) => (tags as string[] ?? []).map(atom),
  default_queue_type: ({ default_queue_type: type }) =>
    type === undefined || type === "undefined" || type === null ? atom("undefined") : type as string,
  tracing: ({ tracing }) => tracing as boolean,
  protected_from_deletion: ({ protected_from_deletion: isProtected }) => isProtected === true,
  cluster_state: ({ cluster_state: state }) => new Properties(Object.entries(state as Record<string, string>)),
  metadata: ({ metadata }) => new Dictionary(metadata as Record<string, Term>),
};

/** Changes some properties of a virtual host, and keeps the others. */
async function changeVhost(api: ManagementClient, vhost: string, change: JsonObject): Promise<void> {
  const found = await api.get(path`/api/vhosts/${vhost}`) as JsonObject;
  const { description, tags, default_queue_type: type } = found;
  await api.put(path`/api/vhosts/${vhost}`, {
    ...present({ description, default_queue_type: type === "undefined" ? undefined : type }),
    tags: Array.isArray(tags) ? tags.join(",") : "",
    ...change,
  });
}

/** Returns an object without the properties that have no value. */
const present = (object: Readonly<Record<string, JsonValue | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject;

async function vhostLimits(api: ManagementClient, vhost: string): Promise<JsonObject> {
  let limits: JsonObject | undefined;
  try {
    [limits] = await api.all(path`/api/vhost-limits/${vhost}`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
  return limits === undefined ? {} : limits.value as JsonObject;
}

async function setTracing(call: Call, tracing: boolean): Promise<void> {
  await findVhost(call.api, vhostOf(call));
  await changeVhost(call.api, vhostOf(call), { tracing });
}
