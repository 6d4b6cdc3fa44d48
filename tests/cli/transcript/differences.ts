/** Commands whose output differs from RabbitMQ's, with the reason. What HareMQ writes is in `haremq.transcript`. */
export interface Difference {
  readonly because: string;
  readonly commands: readonly string[];
}

export const DIFFERENCES: readonly Difference[] = [
  {
    because:
      "HareMQ has no listener for a cluster, lists its listeners in the order of the configuration, and listens " +
      "only on the machine itself unless it is told otherwise.",
    commands: [
      "rabbitmq-diagnostics check_port_connectivity -q",
      "rabbitmq-diagnostics check_port_listener 1",
      "rabbitmq-diagnostics check_protocol_listener mqtt",
      "rabbitmq-diagnostics check_protocol_listener nonsense",
      "rabbitmq-diagnostics listeners -q",
      "rabbitmq-diagnostics listeners -q --formatter json",
    ],
  },
  {
    because: "HareMQ behaves like RabbitMQ 4.2 where nothing else is configured, and the recording is of 3.10.",
    commands: ["rabbitmq-diagnostics server_version -q", "rabbitmqctl version", "rabbitmqctl --version"],
  },
  {
    because: "RabbitMQ 3.10 writes the help for the arguments of peek without line breaks.",
    commands: ["rabbitmq-queues help peek"],
  },
  {
    because: "RabbitMQ 3.10's rabbitmq-streams has no command help.",
    commands: ["rabbitmq-streams help stream_status"],
  },
  {
    because: "RabbitMQ 3.10 crashes on an unknown formatter.",
    commands: ["rabbitmqctl list_users --formatter nonsense"],
  },
  {
    because:
      "RabbitMQ 3.10 has no default type of queues where none is set, and keeps the tags of a virtual host that " +
      "was made by its command as text. RabbitMQ 4 does as HareMQ does.",
    commands: [
      "rabbitmqctl list_vhosts name description tags default_queue_type",
      "rabbitmqctl list_vhosts name tags",
    ],
  },
  {
    because: "RabbitMQ 3.10 claims to trace a virtual host that does not exist.",
    commands: ["rabbitmqctl trace_on -p nowhere"],
  },
  {
    because: "HareMQ names the field with the invalid expression, and writes no Erlang terms with it.",
    commands: ["rabbitmqctl set_permissions alice '*' '.*' '.*'"],
  },
  {
    because: "RabbitMQ 4 has more kinds of objects that policies apply to.",
    commands: [`rabbitmqctl set_policy bad '.*' '{"max-length":1}' --apply-to nothing`],
  },
  {
    because: "RabbitMQ 4 has the tags of the cluster among the global parameters.",
    commands: ["rabbitmqctl list_global_parameters -q"],
  },
  {
    because:
      "As in RabbitMQ 4, the type is among the arguments of each queue. The management API has arguments sorted, " +
      "and without the types of AMQP's numbers.",
    commands: [
      "rabbitmqctl list_queues name,durable,auto_delete,arguments",
      "rabbitmqctl list_queues --formatter=json name arguments durable",
      "rabbitmqctl list_queues --formatter pretty_table name arguments type",
      "rabbitmqctl list_queues --formatter csv name arguments",
      "rabbitmqctl list_queues --formatter erlang name arguments",
    ],
  },
  {
    because: "RabbitMQ 3.10 leaves columns of quorum queues empty that HareMQ knows.",
    commands: [
      "rabbitmqctl list_queues name type policy state exclusive",
      "rabbitmqctl list_queues name messages_ready messages_unacknowledged messages_persistent message_bytes",
      "rabbitmqctl list_queues name consumers consumer_utilisation consumer_capacity",
    ],
  },
  {
    because: "HareMQ's channels are no processes. Their names are in place of those.",
    commands: ["rabbitmqctl list_channels", "rabbitmqctl list_consumers"],
  },
  {
    because: "The text is that of another JSON parser.",
    commands: ["echo '{' | rabbitmqctl import_definitions"],
  },
  {
    because: "HareMQ has other plugins built in.",
    commands: ["rabbitmq-plugins list -m -e | head -3", "rabbitmq-plugins is_enabled nosuch"],
  },
  {
    because: "HareMQ does not have this, and says so in one sentence.",
    commands: [
      "rabbitmqctl force_gc",
      "rabbitmqctl eval '1 + 1.'",
      "rabbitmqctl join_cluster rabbit@localhost",
      "rabbitmqctl forget_cluster_node rabbit@elsewhere",
    ],
  },
  {
    because: "HareMQ encrypts values with the hashes that web platforms have.",
    commands: ["rabbitmqctl list_hashes"],
  },
  {
    because: "The command is one of RabbitMQ 4.",
    commands: ["rabbitmqctl hash_password secret | wc -l"],
  },
];
