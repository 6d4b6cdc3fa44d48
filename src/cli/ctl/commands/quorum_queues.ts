import { type Phrase, phrase } from "../../../phrase/phrase.ts";
import { type Call, isJson, vhostOf } from "../call.ts";
import type { Command } from "../command.ts";
import { failure, UsageError } from "../command_error.ts";
import { path } from "../management_client.ts";
import { DONE, list, type Result, value } from "../result.ts";
import { Dictionary, type JsonObject, type JsonValue, row, type Term, termOf } from "../term.ts";

/** Commands for replicated queues and streams. */
export const QUORUM_QUEUES_COMMANDS: readonly Command[] = [
  {
    name: "quorum_status",
    tools: ["rabbitmq-diagnostics", "rabbitmq-queues"],
    section: "observability_and_health_checks",
    description: "Displays quorum status of a quorum queue",
    usage: "quorum_status [--vhost <vhost>] <queue>",
    help: [["<queue>", "Name of the queue"]],
    guides: ["quorum-queues"],
    formatter: "pretty_table",
    takes: [1, 1],
    banner: async (call) => phrase`Status of quorum queue ${call.args[0]} on node ${await call.node()} ...`,
    run: (call) => replicatedStatus(call, "quorum"),
  },
  {
    name: "stream_status",
    tools: ["rabbitmq-diagnostics", "rabbitmq-queues", "rabbitmq-streams"],
    section: "observability_and_health_checks",
    description: "Displays the status of a stream",
    usage: "stream_status [--vhost <vhost>] [--tracking] <stream>",
    help: [["<stream>", "Name of the stream"]],
    guides: ["streams"],
    switches: { tracking: "boolean" },
    hasTimeout: true,
    formatter: "pretty_table",
    takes: [1, 1],
    defaults: { tracking: false },
    banner: async (call) => phrase`Status of stream ${call.args[0]} on node ${await call.node()} ...`,
    run: (call) => replicatedStatus(call, "stream"),
  },
  {
    name: "peek",
    tools: ["rabbitmq-queues"],
    section: "observability_and_health_checks",
    description: "Peeks at the given position of a quorum queue",
    usage: "peek [--vhost <vhost>] <queue> <position>",
    help: [["<queue>", "Name of the queue"], ["<position>", "Position in the queue, starts at 1"]],
    guides: ["quorum-queues"],
    hasTimeout: true,
    formatter: "pretty_table",
    takes: [2, 2],
    check([, position]) {
      if (!(Number.parseInt(position) >= 1)) throw new UsageError(phrase`position value must be a positive integer`);
    },
    banner: async (call) =>
      phrase`Peeking at quorum queue ${call.args[0]} at position ${call.args[1]} on node ${await call.node()} ...`,
    run: peekMessage,
  },
  {
    name: "rebalance",
    tools: ["rabbitmq-queues"],
    section: "cluster_management",
    description: "Re-balances leaders of replicated queues across up-and-running cluster nodes",
    usage: "rebalance < all | classic | quorum > [--vhost-pattern <pattern>] [--queue-pattern <pattern>]",
    help: [["<type>", "queue type, must be one of: all, classic, quorum"], [
      "--queue-pattern <pattern>",
      "regular expression to match queue names",
    ], ["--vhost-pattern <pattern>", "regular expression to match virtual host names"]],
    guides: ["quorum-queues"],
    switches: { vhost_pattern: "string", queue_pattern: "string" },
    formatter: "pretty_table",
    takes: [1, 1],
    defaults: { vhost_pattern: ".*", queue_pattern: ".*" },
    check([type]) {
      if (["all", "classic", "quorum"].includes(type)) return;
      throw failure(phrase`type ${type} is not supported. Try one of all, classic, quorum.`);
    },
    banner: ({ args: [type] }) => phrase`Re-balancing leaders of ${type} queues...`,
    async run({ api }) {
      await api.post("/api/rebalance/queues", {});
      return list([]);
    },
  },
  {
    name: "reclaim_quorum_memory",
    tools: ["rabbitmq-diagnostics", "rabbitmq-queues"],
    section: "operations",
    description: "Flushes quorum queue processes WAL, performs a full sweep GC on all of its local Erlang processes",
    usage: "reclaim_quorum_memory  [--vhost <vhost>] <quorum queue>",
    help: [["<queue>", "Name of the quorum queue"]],
    guides: ["quorum-queues", "memory-use"],
    takes: [1, 1],
    banner: ({ args: [queue] }) => phrase`Will flush Raft WAL of quorum queue ${queue} ...`,
    async run(call) {
      await findReplicated(call, "quorum", phrase`This operation is not applicable to classic queues`);
      return DONE;
    },
  },
];

/** Returns a queue of a type. Throws when it does not exist or is of another type. */
async function findReplicated(call: Call, type: string, otherwise: Phrase): Promise<JsonObject> {
  const { api, args: [name] } = call;
  const queue = await api.find(path`/api/queues/${vhostOf(call)}/${name}`);
  if (queue === undefined) throw failure(phrase`not_found`);
  if (queue.type !== type) throw failure(otherwise);
  return queue;
}

async function replicatedStatus(call: Call, type: "quorum" | "stream"): Promise<Result> {
  const found = await call.api.find(path`/api/queues/${vhostOf(call)}/${call.args[0]}`);
  const queue = await findReplicated(call, type, phrase`Cannot get ${type} status of a ${found?.type} queue`);
  const node = queue.leader as string ?? queue.node as string ?? await call.node();
  // One broker holds all of a queue.
  const role: Record<string, Term> = type === "quorum"
    ? { "Node Name": node, "Raft State": "leader", "Membership": "voter" }
    : {
      node,
      role: "writer",
      messages: queue.messages as number ?? 0,
    };
  return list([row(role)]);
}

async function peekMessage(call: Call): Promise<Result> {
  const { api, args: [name, place] } = call;
  const queue = await api.find(path`/api/queues/${vhostOf(call)}/${name}`);
  if (queue === undefined) throw failure(phrase`Target queue was not found in virtual host '${vhostOf(call)}'`);
  const position = Number.parseInt(place);
  const messages = await api.post(path`/api/queues/${vhostOf(call)}/${name}/get`, {
    count: position,
    ackmode: "peek",
    encoding: "auto",
  }) as JsonObject[];
  const message = messages[position - 1];
  if (message === undefined) throw failure(phrase`Target queue does not have a message at that position`);
  const shown = {
    payload: message.payload,
    exchange: message.exchange,
    routing_key: message.routing_key,
    redelivered: message.redelivered,
    ...message.properties as JsonObject,
  };
  const text = (value: JsonValue) => typeof value === "string" ? value : JSON.stringify(value);
  if (isJson(call)) return value(new Dictionary({ result: "ok", message: termOf(shown) }));
  return list(Object.entries(shown).map(([keys, value]) => row({ keys, values: text(value) })));
}
