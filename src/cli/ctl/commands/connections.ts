import { phrase } from "../../../phrase/phrase.ts";
import { ignoringAbsence } from "../answers.ts";
import { vhostOf } from "../call.ts";
import { type Columns, rowsOf } from "../columns.ts";
import type { Command } from "../command.ts";
import { type ManagementClient, path } from "../management_client.ts";
import { batches, DONE, outcome } from "../result.ts";
import { AmqpTable, atom, type JsonObject, Pid, type Term, Tuple } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Commands for connections and channels. */
export const CONNECTIONS_COMMANDS: readonly Command[] = [
  {
    name: "list_connections",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists AMQP 0.9.1 connections for the node",
    usage: "list_connections [--no-table-headers] [<column> ...]",
    guides: ["connections"],
    hasTimeout: true,
    formatter: "table",
    columns: [
      "auth_mechanism",
      "channel_max",
      "channels",
      "client_properties",
      "connected_at",
      "frame_max",
      "host",
      "name",
      "peer_cert_issuer",
      "peer_cert_subject",
      "peer_cert_validity",
      "peer_host",
      "peer_port",
      "pid",
      "port",
      "protocol",
      "recv_cnt",
      "recv_oct",
      "send_cnt",
      "send_oct",
      "send_pend",
      "ssl",
      "ssl_cipher",
      "ssl_hash",
      "ssl_key_exchange",
      "ssl_protocol",
      "state",
      "timeout",
      "user",
      "vhost",
    ],
    defaultColumns: ["user", "peer_host", "peer_port", "state"],
    banner: () => phrase`Listing connections ...`,
    run: (call) => batches(rowsOf(call, CONNECTION_COLUMNS, call.api.list("/api/connections"))),
  },
  {
    name: "list_channels",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists all channels in the node",
    usage: "list_channels [--no-table-headers] [<column> ...]",
    guides: ["channels"],
    formatter: "table",
    columns: [
      "acks_uncommitted",
      "confirm",
      "connection",
      "consumer_count",
      "global_prefetch_count",
      "messages_unacknowledged",
      "messages_uncommitted",
      "messages_unconfirmed",
      "name",
      "number",
      "pid",
      "prefetch_count",
      "transactional",
      "user",
      "vhost",
    ],
    defaultColumns: ["pid", "user", "consumer_count", "messages_unacknowledged"],
    banner: () => phrase`Listing channels ...`,
    run: (call) => batches(rowsOf(call, CHANNEL_COLUMNS, call.api.list("/api/channels"))),
  },
  {
    name: "close_connection",
    tools: CTL,
    section: "operations",
    description: "Instructs the broker to close the connection associated with the Erlang process id",
    usage: "close_connection <connection pid> <explanation>",
    help: [["<connection pid>", "connection identifier (Erlang PID), see list_connections"], [
      "<explanation>",
      "reason for connection closure",
    ]],
    guides: ["connections"],
    takes: [2, 2],
    banner: ({ args: [pid, reason] }) => phrase`Closing connection ${pid}, reason: ${reason}...`,
    async run({ api, args: [pid, reason] }) {
      const connections = await api.all("/api/connections?columns=name,pid");
      // A connection is named by its process or by its own name.
      const found = connections.find((connection) => connection.pid === pid || connection.name === pid);
      if (found !== undefined) await close(api, found.name as string, reason);
      return DONE;
    },
  },
  {
    name: "close_all_connections",
    tools: CTL,
    section: "operations",
    description: "Instructs the broker to close all connections for the specified vhost or entire RabbitMQ node",
    usage:
      "close_all_connections [--vhost <vhost> --limit <limit>] [-n <node> --global] [--per-connection-delay <delay>] <explanation>",
    help: [["--global", "consider connections across all virtual hosts"], [
      "--limit <number>",
      "close up to this many connections",
    ], ["--per-connection-delay <milliseconds>", "inject a delay between closures"]],
    guides: ["connections"],
    switches: { global: "boolean", per_connection_delay: "integer", limit: "integer" },
    takes: [1, 1],
    defaults: { global: false, per_connection_delay: 0, limit: 0 },
    async banner(call) {
      const { args: [reason], options: { global, limit } } = call;
      if (global === true) {
        return phrase`Closing all connections to node ${await call.node()} (across all vhosts), reason: ${reason}...`;
      }
      return limit === 0
        ? phrase`Closing all connections in vhost ${vhostOf(call)}, reason: ${reason}...`
        : phrase`Closing ${limit} connections in vhost ${vhostOf(call)}, reason: ${reason}...`;
    },
    async run(call) {
      const { api, args: [reason], options: { global, limit, per_connection_delay: delayMs } } = call;
      const all = await api.all("/api/connections?columns=name,vhost");
      const chosen = global === true ? all : all.filter(({ vhost }) => vhost === vhostOf(call));
      const closed = limit === 0 || global === true ? chosen : chosen.slice(0, Number(limit));
      for (const { name } of closed) {
        await close(api, name as string, reason);
        if (Number(delayMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(delayMs)));
      }
      return outcome(phrase`Closed ${closed.length} connections`);
    },
  },
  {
    name: "close_all_user_connections",
    tools: CTL,
    section: "operations",
    description: "Instructs the broker to close all connections of the specified user",
    usage: "close_all_user_connections <username> <explanation>",
    help: [["<username>", "Self-explanatory"], [
      "<explanation>",
      "reason for connection closure, will be logged and provided to clients",
    ]],
    guides: ["connections"],
    takes: [2, 2],
    banner: ({ args: [user, reason] }) => phrase`Closing connections of user ${user}, reason: ${reason}...`,
    async run({ api, args: [user, reason] }) {
      await ignoringAbsence(api.delete(path`/api/connections/username/${user}`, reason));
      return DONE;
    },
  },
];

const close = (api: ManagementClient, name: string, reason: string): Promise<void> =>
  ignoringAbsence(api.delete(path`/api/connections/${name}`, reason));

const text = (name: string) => (object: JsonObject): Term => object[name] as string ?? "";
const count = (name: string) => (object: JsonObject): Term => object[name] as number ?? 0;
const flag = (name: string) => (object: JsonObject): Term => object[name] === true;
const pid = ({ pid, name }: JsonObject): Term => new Pid((pid ?? name) as string);
const protocol = ({ protocol }: JsonObject): Term => {
  const [, web, ...numbers] = /^(Web )?AMQP (\d)-(\d)(?:-(\d))?$/.exec(protocol as string ?? "") ?? [];
  if (numbers.length === 0) return protocol as string;
  const version = new Tuple(...numbers.filter((number) => number !== undefined).map(Number));
  return web === undefined ? version : new Tuple(atom("Web AMQP"), version);
};

const CONNECTION_COLUMNS: Columns = {
  pid,
  name: text("name"),
  port: count("port"),
  host: text("host"),
  peer_port: count("peer_port"),
  peer_host: text("peer_host"),
  ssl: flag("ssl"),
  ssl_protocol: text("ssl_protocol"),
  ssl_key_exchange: text("ssl_key_exchange"),
  ssl_cipher: text("ssl_cipher"),
  ssl_hash: text("ssl_hash"),
  peer_cert_subject: text("peer_cert_subject"),
  peer_cert_issuer: text("peer_cert_issuer"),
  peer_cert_validity: text("peer_cert_validity"),
  state: ({ state }) => atom(state as string ?? "running"),
  channels: count("channels"),
  protocol,
  auth_mechanism: text("auth_mechanism"),
  user: text("user"),
  vhost: text("vhost"),
  timeout: count("timeout"),
  frame_max: count("frame_max"),
  channel_max: count("channel_max"),
  client_properties: ({ client_properties: properties }) => new AmqpTable(properties as JsonObject ?? {}),
  recv_oct: count("recv_oct"),
  recv_cnt: count("recv_cnt"),
  send_oct: count("send_oct"),
  send_cnt: count("send_cnt"),
  send_pend: count("send_pend"),
  connected_at: count("connected_at"),
};

const CHANNEL_COLUMNS: Columns = {
  pid,
  connection: ({ connection_details: connection }) =>
    new Pid(((connection as JsonObject).pid ?? (connection as JsonObject).name) as string),
  name: text("name"),
  number: count("number"),
  user: text("user"),
  vhost: text("vhost"),
  transactional: flag("transactional"),
  confirm: flag("confirm"),
  consumer_count: count("consumer_count"),
  messages_unacknowledged: count("messages_unacknowledged"),
  messages_uncommitted: count("messages_uncommitted"),
  acks_uncommitted: count("acks_uncommitted"),
  messages_unconfirmed: count("messages_unconfirmed"),
  prefetch_count: count("prefetch_count"),
  global_prefetch_count: count("global_prefetch_count"),
};
