import { phrase } from "../../../phrase/phrase.ts";
import { listIn } from "../answers.ts";
import { vhostOf } from "../call.ts";
import { type Columns, rowsOf } from "../columns.ts";
import type { Command } from "../command.ts";
import { batches } from "../result.ts";
import { AmqpTable, atom, type JsonObject, Pid } from "../term.ts";
import { CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Commands that list exchanges, bindings and consumers. */
export const LISTINGS_COMMANDS: readonly Command[] = [
  {
    name: "list_exchanges",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists exchanges",
    usage: "list_exchanges [--vhost <vhost>] [--no-table-headers] [<column> ...]",
    hasTimeout: true,
    formatter: "table",
    columns: ["arguments", "auto_delete", "durable", "internal", "name", "policy", "type"],
    defaultColumns: ["name", "type"],
    banner: (call) => phrase`Listing exchanges for vhost ${vhostOf(call)} ...`,
    run: (call) => batches(rowsOf(call, EXCHANGE_COLUMNS, listIn(call, "exchanges"))),
  },
  {
    name: "list_bindings",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists all bindings on a vhost",
    usage: "list_bindings [--vhost <vhost>] [--no-table-headers] [<column> ...]",
    hasTimeout: true,
    formatter: "table",
    columns: ["source_name", "source_kind", "destination_name", "destination_kind", "routing_key", "arguments"],
    banner: (call) => phrase`Listing bindings for vhost ${vhostOf(call)}...`,
    run: (call) => batches(rowsOf(call, BINDING_COLUMNS, listIn(call, "bindings"))),
  },
  {
    name: "list_consumers",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists all consumers for a vhost",
    usage: "list_consumers [--vhost <vhost>] [--no-table-headers] [<column> ...]",
    guides: ["consumers"],
    hasTimeout: true,
    formatter: "table",
    columns: [
      "ack_required",
      "active",
      "activity_status",
      "arguments",
      "channel_pid",
      "consumer_tag",
      "prefetch_count",
      "queue_name",
    ],
    defaultColumns: [
      "queue_name",
      "channel_pid",
      "consumer_tag",
      "ack_required",
      "prefetch_count",
      "active",
      "arguments",
    ],
    banner: (call) => phrase`Listing consumers in vhost ${vhostOf(call)} ...`,
    run: (call) => batches(rowsOf(call, CONSUMER_COLUMNS, listIn(call, "consumers"))),
  },
];

const EXCHANGE_COLUMNS: Columns = {
  name: ({ name }) => name as string,
  type: ({ type }) => atom(type as string),
  durable: ({ durable }) => durable as boolean,
  auto_delete: ({ auto_delete: isDeleted }) => isDeleted as boolean,
  internal: ({ internal }) => internal as boolean,
  arguments: ({ arguments: table }) => new AmqpTable(table as JsonObject),
  policy: ({ policy }) => policy as string ?? "",
};

const BINDING_COLUMNS: Columns = {
  source_name: ({ source }) => source as string,
  source_kind: () => atom("exchange"),
  destination_name: ({ destination }) => destination as string,
  destination_kind: ({ destination_type: type }) => atom(type as string),
  routing_key: ({ routing_key: key }) => key as string,
  arguments: ({ arguments: table }) => new AmqpTable(table as JsonObject),
};

const CONSUMER_COLUMNS: Columns = {
  queue_name: ({ queue }) => (queue as JsonObject).name as string,
  channel_pid: ({ channel_details: channel }) =>
    new Pid(((channel as JsonObject).pid ?? (channel as JsonObject).name) as string),
  consumer_tag: ({ consumer_tag: tag }) => tag as string,
  ack_required: ({ ack_required: isRequired }) => isRequired as boolean,
  prefetch_count: ({ prefetch_count: count }) => count as number,
  active: ({ active }) => active as boolean,
  activity_status: ({ activity_status: status }) => atom(status as string),
  arguments: ({ arguments: table }) => new AmqpTable(table as JsonObject),
};
