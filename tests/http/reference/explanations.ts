import type { Difference } from "./difference.ts";

/** A difference between HareMQ and RabbitMQ 4.3 that is meant. */
export interface Explanation {
  /** Matches the request, as `Difference` has it. */
  readonly request: RegExp;
  /** Matches the place in the answer. */
  readonly path: RegExp;
  readonly reason: string;
  /** True where HareMQ answers as RabbitMQ 3.10 does, which is checked. */
  readonly isAs310?: true;
  /** A further condition. */
  readonly where?: (difference: Difference) => boolean;
}

/** True when HareMQ refuses a body, and its reason names the field that the request has wrong. */
const namesTheField = ({ request, received }: Difference): boolean => {
  const [, field] = /\((?:without )?(\w[\w-]*)/.exec(request)!;
  return new RegExp(`(^|"reason":")${field}: `).test(String(received));
};

/** Returns the reason of an answer, which a difference has alone or within the whole answer. */
const reasonOf = (received: Difference["received"]): string =>
  /"reason":(".*")/.exec(String(received))?.[1] ?? String(received);

/** HareMQ's checks of what is written, where RabbitMQ's are none or print Erlang terms. */
const WRITES: readonly Explanation[] = [
  {
    request: /\((without )?[\w-]+.*\)$/,
    path: /^(status|body\.reason)$/,
    where: namesTheField,
    reason:
      "RabbitMQ answers 500, takes the value as it is, or shows an Erlang term; HareMQ names the field and the error",
  },
  {
    request: /^PUT \/(operator-)?policies\/ref\/bad \((definition|apply-to): /,
    path: /^status$/,
    reason: "RabbitMQ answers 500 to a policy of the wrong types; HareMQ answers 400 with RabbitMQ's other reasons",
  },
  {
    request: /^PUT \/(exchanges|queues)\/ref\/bad .*: null\)$/,
    path: /^status$/,
    reason: "null stands for the default of a field, as definitions files of other tools have it",
  },
  {
    request: /^POST \/bindings.*\(routing_key: null\)$/,
    path: /^location$/,
    reason: "null stands for no routing key; RabbitMQ binds with the text null",
  },
  {
    request: /PUT \/queues\/ref\/written6 |"headers":\{"none":null\}/,
    path: /^status$/,
    reason: "AMQP has a void value, and so has an argument; RabbitMQ refuses null over HTTP only",
  },
  {
    request: /PUT \/users\/ref-new .*"password_hash":"not base64"/,
    path: /^body\.reason$/,
    reason: "HareMQ writes a sentence where RabbitMQ shows an Erlang term",
  },
  {
    request: /PUT \/users\/ref-new .*"hashing_algorithm":"nothing"/,
    path: /^status$/,
    reason: "RabbitMQ stores a hash of an unknown algorithm, and then nobody can log in",
  },
  {
    request: /PUT \/(topic-)?permissions\/ref\/ref-new .*"\["/,
    path: /^body\.reason$/,
    reason: "HareMQ writes the error of the pattern as a text, RabbitMQ as a list of characters",
  },
  {
    request: /PUT \/user-limits\/nobody/,
    path: /^body\.reason$/,
    reason: "HareMQ writes a sentence where RabbitMQ shows an Erlang term",
  },
  {
    request: /POST \/users\/bulk-delete .*"users":"text"/,
    path: /^status$/,
    reason: "RabbitMQ answers 500 to a text in place of a list",
  },
  {
    request: /POST \/definitions/,
    path: /^(status|body\.reason)$/,
    where: ({ received }) => /(queues|users)\[0\]\.|line 1, column/.test(String(received)),
    reason: "HareMQ names the place in the file, and checks the whole file before it changes anything",
  },
];

const MORE_WRITES: readonly Explanation[] = [
  {
    request: /^POST .*\((arguments|properties): null\)$/,
    path: /^status$/,
    reason: "null stands for the default of a field, as definitions files of other tools have it",
  },
  {
    request: /\/get .*(ackmode|encoding)/,
    path: /^(status|body\.reason)$/,
    where: ({ received }) =>
      /Invalid ackmode value.*peek|^"?(encoding|count|payload_encoding): /.test(reasonOf(received)),
    reason: "HareMQ has an ackmode of its own, and names the field that is wrong",
  },
  {
    request: /\/queues\/ref\/written\/get .*"requeue":true/,
    path: /^status$/,
    reason: "Tools of RabbitMQ before 3.7 send requeue in place of ackmode",
  },
  {
    request: /\/queues\/ref\/(classic|written|quorum)\/actions .*(sync|right)/,
    path: /^status$/,
    isAs310: true,
    reason: "Tools of RabbitMQ 3 synchronise mirrors; there is nothing to do",
  },
  {
    request:
      /\/actions .*"action":"nothing"|\/publish .*("payload":"="|"payload_encoding":"nothing"|"priority":"text"|"headers":1)/,
    path: /^(status|body\.reason)$/,
    where: ({ received }) => /^"?(action|payload|payload_encoding|properties\.\w+): /.test(reasonOf(received)),
    reason: "RabbitMQ answers 500, or shows an Erlang term; HareMQ names the field and the error",
  },
  {
    request: /PUT \/exchanges\/ref\/written2 .*"type":"nothing"/,
    path: /^body\.reason$/,
    reason: "RabbitMQ's text depends on whether the name is an Erlang atom; HareMQ has that for a name which is none",
  },
  {
    request: /POST \/bindings\/ref\/e\/written\/x\/written|POST \/queues\/quorum\/replicas\/on\/nowhere\/grow/,
    path: /^status$/,
    reason: "RabbitMQ answers 500 to a path or body that has no meaning",
  },
  {
    request: /(PUT|DELETE) \/topic-permissions\/ref\/ref-new/,
    path: /^status$/,
    isAs310: true,
    reason: "Topic permissions may be given before the exchange is there, as definitions do",
  },
  {
    request: /^(access )?(DELETE|GET) \/connections\/nowhere|GET \/connections\/nowhere\/channels/,
    path: /^(status|ref-.*)$/,
    reason: "RabbitMQ answers 500 about a connection that is not there",
  },
];

const HEADERS: readonly Explanation[] = [
  { request: /^headers /, path: /^headers\.server$/, reason: "The name of the server" },
  {
    request: /^headers GET \/definitions/,
    path: /^headers\.content-encoding$/,
    reason: "HareMQ compresses long answers for clients that ask for it, RabbitMQ only when configured so",
  },
  {
    request: /^headers GET \/whoami \{"user":null\}$/,
    path: /^headers\.content-type$/,
    reason: "The body is JSON, and HareMQ says so",
  },
];

const MORE_HEADERS: readonly Explanation[] = [
  {
    request: /^headers /,
    path: /^headers\.(vary|cache-control)$/,
    reason: "Errors and answers without a body are the same whatever the request accepts, and may not be kept",
  },
];

/** What belongs to a cluster, to Erlang or to a plugin. */
const BROKER: readonly Explanation[] = [
  { request: /^GET \/version$/, path: /^body$/, reason: "HareMQ behaves as RabbitMQ 4.2 by default, and says so" },
  {
    request: /^(access )?GET \/feature-flags/,
    path: /rabbitmq_4\.3\.0|topic_binding_projection|^ref-/,
    reason: "Feature flags of RabbitMQ 4.3",
  },
  {
    request: /^GET \/deprecated-features$/,
    path: /global_qos\]\.state$/,
    reason: "A prefetch limit of the whole channel is permitted, as in RabbitMQ 4.2",
  },
  {
    request: /^GET \/config\/effective$/,
    path: /^body$/,
    reason: "A configuration file with all values, not Erlang terms",
  },
  {
    request: /^GET \/auth\/attempts\/\{node\}\/source$/,
    path: /^body/,
    reason: "HareMQ counts logins by source; RabbitMQ only with track_auth_attempt_source",
  },
  {
    request: /^GET \/(definitions|all-configuration)/,
    path: /^body\.bindings\.\[.*exclusive/,
    reason:
      "RabbitMQ 4.3 exports bindings of exclusive queues, which it leaves out themselves, so that they can't be imported",
  },
  {
    request: /^GET \/(definitions|all-configuration)/,
    path: /^body\.exchanges\.\[.*internal\]$/,
    isAs310: true,
    reason: "RabbitMQ 4.3 leaves out internal exchanges, and then bindings to them can't be imported",
  },
  {
    request: /^(access )?GET \/(definitions|all-configuration|exchanges)/,
    path: /amq\.rabbitmq\.log|^ref-(policymaker|administrator)$/,
    reason: "The exchange for logs is a feature that HareMQ does not have",
  },
  {
    request: /^(access )?GET \/auth$/,
    path: /^(status|nobody|ref-.*)$/,
    isAs310: true,
    reason: "Tools of RabbitMQ before 4.3 ask how to log in",
  },
  {
    request: /^GET \/vhosts\?page=1/,
    path: /^status$/,
    isAs310: true,
    reason: "RabbitMQ 4.3 crashes",
  },
  {
    request: /^GET \/vhosts\?sort=nothing/,
    path: /^body\./,
    isAs310: true,
    reason: "RabbitMQ 4.3 does not leave out columns of virtual hosts",
  },
];

const LISTS = /^(access )?GET \/(queues|exchanges|connections|channels|consumers|vhosts|users)/;

/** Fields of objects and their numbers. */
const OBJECTS: readonly Explanation[] = [
  {
    request: LISTS,
    path: /\.(reductions|reductions_details|garbage_collection)(\.|$)/,
    reason: "Work and garbage of an Erlang process",
  },
  {
    request: LISTS,
    path: /\.(cached_segments|global_prefetch_count)$/,
    isAs310: true,
    reason: "HareMQ has no segments of classic queues in memory, and permits a prefetch limit of a whole channel",
  },
  {
    request: LISTS,
    path: /\.(messages|message_bytes)(_ready|_unacknowledged)?_ram$/,
    reason: "HareMQ keeps messages in memory for as long as there is room, RabbitMQ 4 hardly any",
  },
  {
    request: LISTS,
    path: /\.(messages|message_bytes)_paged_out$/,
    reason: "HareMQ tells of paging as RabbitMQ 3.10 does, for all types of queue",
  },
  {
    request: LISTS,
    path:
      /\.(exclusive_consumer_tag|single_active_consumer_tag|policy|operator_policy|online|exclusive|totals|type_specific)$/,
    where: ({ expected, received }) => expected === null || received === null,
    reason: "A field without a value is null for all types of queue; RabbitMQ leaves it out here and there",
  },
  {
    request: LISTS,
    path:
      /\.(owner_pid_details|effective_policy_definition|internal|internal_owner|operator_policy|leader|members|node|head_message_timestamp|idle_since|messages|messages_ready|messages_unacknowledged)$/,
    where: ({ expected }) => expected === undefined,
    reason: "RabbitMQ leaves this field out of some lists and for some types of queue",
  },
  {
    request: LISTS,
    path:
      /quorum\]?\.(delayed_retry|message_bytes\w*|messages_(active_priorities|by_priority|delayed|dlx|ready_returned)|publishers|open_files)$/,
    reason: "Quorum queues of RabbitMQ 4.3 have priorities and delays, and a log",
  },
  {
    request: /^GET \/queues\/ref\/quorum/,
    path:
      /^body\.(delayed_retry|message_bytes\w*|messages_(active_priorities|by_priority|delayed|dlx|ready_returned)|publishers|open_files)(\.|$)/,
    reason: "Quorum queues of RabbitMQ 4.3 have priorities and delays, and a log",
  },
  {
    request: LISTS,
    path: /(\[ref\/stream\]|^body)\.(first_timestamp|segments|readers|message_bytes\w*|messages_persistent)$/,
    reason: "HareMQ counts the bytes of a stream, whose segments are not its own",
  },
  {
    request: LISTS,
    path: /\[(ref\/)?dead\]\.message_stats\.publish$/,
    reason: "A dead letter counts as published to the queue that it goes to",
  },
  {
    request: LISTS,
    path: /user_who_performed_action$/,
    where: ({ received }) => received === "rmq-internal",
    reason: "Exchanges that every virtual host has are declared by nobody",
  },
  {
    request: /^(access )?GET \/exchanges\?/,
    path: /amq\.rabbitmq\.event|total_count|^ref-administrator$/,
    reason: "The exchanges for events and logs: events are published where a plugin's key has it so, logs never",
  },
  {
    request: /^GET \/queues\/quorum\/ref\/quorum\/status$/,
    path: /^body\.\[0\]/,
    reason: "A quorum queue of one member has no Raft log",
  },
  {
    request: /^GET \/health\/checks\/protocol-listener/,
    path: /^body\.protocols/,
    reason: "HareMQ has no listener for a cluster",
  },
  {
    request: /^GET \/health\/checks\/node-is-mirror-sync-critical$/,
    path: /^status$/,
    isAs310: true,
    reason: "Tools of RabbitMQ 3 ask for mirrors",
  },
];

/** The overview, and the node with its memory. */
const NODE: readonly Explanation[] = [
  {
    request: /^GET \/(overview|nodes)/,
    path:
      /(contexts|listeners)\.\[.*\]\.(cowboy_opts|port|ssl_opts|protocol|node|socket_opts\..*)$|listeners\.\[clustering\]$/,
    reason: "Options of Erlang's sockets and of its HTTP server, and the ports of this run",
  },
  {
    request: /^GET \/(overview|nodes)/,
    path: /(exchange_types|auth_mechanisms)\.\[[\w-]+\]$/,
    reason: "HareMQ has exchange types that are plugins of RabbitMQ, and lists the mechanisms that are enabled",
  },
  {
    request: /^GET \/overview/,
    path: /object_totals\.exchanges$/,
    reason: "The exchanges for events and logs",
  },
  {
    request: /^GET \/overview\?columns=/,
    path: /^body\.queue_totals\.messages_/,
    reason: "RabbitMQ 4.3 returns all totals when one is asked for",
  },
  {
    request: /^GET \/nodes/,
    path:
      /(context_switches|gc_bytes_reclaimed|gc_num|binary|io_\w+|metrics_gc_queue_length|mnesia_\w+|queue_index_\w+|ra_open_file_metrics)(_details)?(\.\w+)?$/,
    reason: "Memory and counters of Erlang, Mnesia, Raft and of files, which HareMQ does not read message by message",
  },
  {
    request: /^headers OPTIONS \/nothing$/,
    path: /^status$/,
    reason: "There are no methods of a path that is not there",
  },
];

const COLUMNS: readonly Explanation[] = [
  {
    request: /^GET \/queues\/ref\?columns=/,
    path: /^body\.\[\w+\](\.message_stats)?$/,
    where: ({ expected, received }) => JSON.stringify([expected, received]) === "[[],{}]",
    reason: "RabbitMQ writes an object without fields as an empty list",
  },
];

export const EXPLANATIONS: readonly Explanation[] = [
  ...WRITES,
  ...MORE_WRITES,
  ...HEADERS,
  ...MORE_HEADERS,
  ...BROKER,
  ...OBJECTS,
  ...NODE,
  ...COLUMNS,
];
