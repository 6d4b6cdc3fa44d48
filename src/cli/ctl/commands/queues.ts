import { joined, phrase } from "../../../phrase/phrase.ts";
import { absenceIs, listIn } from "../answers.ts";
import { type Call, vhostOf } from "../call.ts";
import { seconds } from "../checks.ts";
import { type Columns, columnsOf, rowsOf } from "../columns.ts";
import type { Command } from "../command.ts";
import { badArgument, failure } from "../command_error.ts";
import { EXIT } from "../exit_code.ts";
import { ApiError, path } from "../management_client.ts";
import { batches, DONE, NO_ROWS, value } from "../result.ts";
import { AmqpTable, atom, type JsonObject, Pid, type Term } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Commands for queues. */
export const QUEUES_COMMANDS: readonly Command[] = [
  {
    name: "list_queues",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists queues and their properties",
    usage: "list_queues [--vhost <vhost>] [--online] [--offline] [--local] [--no-table-headers] [<column>, ...]",
    help: [["--online", "lists only queues on online (reachable) nodes"], [
      "--offline",
      "lists only queues on offline (unreachable) nodes",
    ], ["--local", "only return queues hosted on the target node"]],
    guides: ["queues"],
    switches: { offline: "boolean", online: "boolean", local: "boolean" },
    hasTimeout: true,
    formatter: "table",
    defaults: { offline: false, online: false, local: false, timeout: 60 },
    columns: [
      "arguments",
      "auto_delete",
      "consumer_capacity",
      "consumer_utilisation",
      "consumers",
      "disk_reads",
      "disk_writes",
      "durable",
      "exclusive",
      "exclusive_consumer_pid",
      "exclusive_consumer_tag",
      "head_message_timestamp",
      "leader",
      "members",
      "memory",
      "message_bytes",
      "message_bytes_persistent",
      "message_bytes_ram",
      "message_bytes_ready",
      "message_bytes_unacknowledged",
      "messages",
      "messages_persistent",
      "messages_ram",
      "messages_ready",
      "messages_ready_ram",
      "messages_unacknowledged",
      "messages_unacknowledged_ram",
      "name",
      "online",
      "owner_pid",
      "pid",
      "policy",
      "slave_pids",
      "state",
      "synchronised_slave_pids",
      "type",
    ],
    defaultColumns: ["name", "messages"],
    banner: (call) =>
      phrase`Timeout: ${seconds(call.options.timeout)} seconds ...\nListing queues for vhost ${vhostOf(call)} ...`,
    run(call) {
      const { offline, online } = call.options;
      // All queues are on this node, which is online.
      if (offline === true && online !== true) return NO_ROWS;
      return batches(rowsOf(call, QUEUE_COLUMNS, listIn(call, "queues", neededFields(call))));
    },
  },
  {
    name: "list_unresponsive_queues",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Tests queues to respond within timeout. Lists those which did not respond",
    usage: "list_unresponsive_queues [--local] [--queue-timeout <milliseconds>] [<column> ...] [--no-table-headers]",
    help: [["--local", "only return queues hosted on the target node"], [
      "--queue-timeout <milliseconds>",
      "per-queue timeout to use when checking for responsiveness",
    ]],
    switches: { queue_timeout: "integer", local: "boolean" },
    hasTimeout: true,
    formatter: "table",
    defaults: { local: false, queue_timeout: 15 },
    columns: ["name", "durable", "auto_delete", "arguments", "pid", "recoverable_slaves"],
    defaultColumns: ["name"],
    banner: (call) => phrase`Listing unresponsive queues for vhost ${vhostOf(call)} ...`,
    // A broker that answers answers for all its queues.
    run: () => NO_ROWS,
  },
  {
    name: "delete_queue",
    tools: CTL,
    section: "queues",
    description: "Deletes a queue",
    usage: "delete_queue <queue_name> [--if-empty|-e] [--if-unused|-u]",
    help: [["<queue_name>", "name of the queue to delete"], [
      "--if-empty",
      "delete the queue if it is empty (has no messages ready for delivery)",
    ], ["--if-unused", "delete the queue only if it has no consumers"]],
    guides: ["queues"],
    switches: { if_empty: "boolean", if_unused: "boolean" },
    letters: { e: "if_empty", u: "if_unused" },
    hasTimeout: true,
    takes: [1, 1],
    check([queue]) {
      if (queue === "") throw badArgument(phrase`queue name cannot be an empty string`);
    },
    banner(call) {
      const { options } = call;
      const conditions = [
        ...options.if_empty === true ? [phrase`if queue is empty `] : [],
        ...options.if_unused === true ? [phrase`if queue is unused `] : [],
      ];
      const condition = conditions.length === 2 ? phrase`${conditions[0]}and ${conditions[1]}` : joined(conditions, "");
      return phrase`Deleting queue '${call.args[0]}' on vhost '${vhostOf(call)}' ${condition}...`;
    },
    async run(call) {
      const { api, args: [name], options } = call;
      const queue = path`/api/queues/${vhostOf(call)}/${name}`;
      const found = await api.find(`${queue}?columns=messages_ready`);
      if (found === undefined) throw failure(phrase`Queue not found`, EXIT.usage);
      const conditions = [
        ...options.if_empty === true ? ["if-empty=true"] : [],
        ...options.if_unused === true ? ["if-unused=true"] : [],
      ];
      try {
        await api.delete(conditions.length === 0 ? queue : `${queue}?${conditions.join("&")}`);
      } catch (error) {
        const reason = error instanceof ApiError ? error.reason : "";
        if (/not empty/.test(reason)) throw failure(phrase`Queue is not empty`, EXIT.usage);
        if (/in use/.test(reason)) throw failure(phrase`Queue is in use`, EXIT.usage);
        throw error;
      }
      return value(phrase`Queue was successfully deleted with ${found.messages_ready ?? 0} ready messages`);
    },
  },
  {
    name: "purge_queue",
    tools: CTL,
    section: "queues",
    description: "Purges a queue (removes all messages in it)",
    usage: "purge_queue <queue>",
    help: [["<queue>", "Name of the queue to purge"]],
    guides: ["queues"],
    hasTimeout: true,
    takes: [1, 1],
    banner: (call) => phrase`Purging queue '${call.args[0]}' in vhost '${vhostOf(call)}' ...`,
    async run(call) {
      const { api, args: [queue] } = call;
      await absenceIs(phrase`not_found`, api.delete(path`/api/queues/${vhostOf(call)}/${queue}/contents`));
      return DONE;
    },
  },
];

/** Fields of the management API that a column is made from, where they have another name. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  owner_pid: ["owner_pid_details"],
  exclusive_consumer_pid: ["single_active_consumer_pid", "exclusive_consumer_pid"],
  exclusive_consumer_tag: ["single_active_consumer_tag", "exclusive_consumer_tag"],
  policy: ["policy", "effective_policy_definition"],
  slave_pids: ["slave_nodes"],
  synchronised_slave_pids: ["synchronised_slave_nodes"],
  disk_reads: ["message_stats.disk_reads"],
  disk_writes: ["message_stats.disk_writes"],
};

/** Returns the fields that are needed for the columns of a call. */
const neededFields = ({ args, command }: Call): string[] =>
  columnsOf(args, command).flatMap((name) => FIELDS[name] ?? [name]);

const text = (name: string) => (queue: JsonObject): Term => queue[name] as string ?? "";
const count = (name: string) => (queue: JsonObject): Term => queue[name] as number ?? 0;
const flag = (name: string) => (queue: JsonObject): Term => queue[name] === true;
const nothing = (): Term => "";
const statistic = (name: string) => ({ message_stats: statistics }: JsonObject): Term =>
  (statistics as JsonObject | undefined)?.[name] as number ?? 0;
const nodes = (name: string) => (queue: JsonObject): Term => (queue[name] as string[] | undefined)?.map(atom) ?? "";

const QUEUE_COLUMNS: Columns = {
  name: text("name"),
  durable: flag("durable"),
  auto_delete: flag("auto_delete"),
  arguments: ({ arguments: table }) => new AmqpTable(table as JsonObject ?? {}),
  policy: text("policy"),
  operator_policy: text("operator_policy"),
  effective_policy_definition: ({ effective_policy_definition: definition }) =>
    new AmqpTable(definition as JsonObject ?? {}),
  pid: ({ pid }) => pid === undefined ? "" : new Pid(pid as string),
  owner_pid: ({ owner_pid_details: owner }) => (owner as JsonObject | undefined)?.name as string ?? "",
  exclusive: flag("exclusive"),
  exclusive_consumer_pid: nothing,
  exclusive_consumer_tag: (queue) => (queue.exclusive_consumer_tag ?? queue.single_active_consumer_tag ?? "") as string,
  messages_ready: count("messages_ready"),
  messages_unacknowledged: count("messages_unacknowledged"),
  messages: count("messages"),
  messages_ready_ram: count("messages_ready_ram"),
  messages_unacknowledged_ram: count("messages_unacknowledged_ram"),
  messages_ram: count("messages_ram"),
  messages_persistent: count("messages_persistent"),
  message_bytes: count("message_bytes"),
  message_bytes_ready: count("message_bytes_ready"),
  message_bytes_unacknowledged: count("message_bytes_unacknowledged"),
  message_bytes_ram: count("message_bytes_ram"),
  message_bytes_persistent: count("message_bytes_persistent"),
  head_message_timestamp: ({ head_message_timestamp: seconds }) => seconds as number | null ?? "",
  disk_reads: statistic("disk_reads"),
  disk_writes: statistic("disk_writes"),
  consumers: count("consumers"),
  consumer_utilisation: count("consumer_utilisation"),
  consumer_capacity: count("consumer_capacity"),
  memory: count("memory"),
  slave_pids: nothing,
  synchronised_slave_pids: nothing,
  state: ({ state }) => atom(state as string ?? "running"),
  type: ({ type }) => atom(type as string),
  leader: text("leader"),
  members: nodes("members"),
  online: nodes("online"),
};
