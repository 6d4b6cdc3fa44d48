/** A switch of PerfTest, which takes one dash or two before either name. */
export interface Switch {
  readonly short: string;
  readonly long: string;
  readonly takes: "nothing" | "value" | "values" | "perhaps a value";
  readonly help: string;
}

/** Help of switches about Java or sockets, which PerfTest has and this program need not. */
export const NO_EFFECT = "no effect: it is about Java or the system's sockets";

/** Help of the switch for what is so anyway. */
export const ALWAYS = "accepted: a lost connection always ends the run";

/** The switches that have a meaning here, in PerfTest's order and words. */
export const SWITCHES: readonly Switch[] = [
  { short: "?", long: "help", takes: "nothing", help: "show usage" },
  { short: "d", long: "id", takes: "value", help: "test ID, default is auto-generated" },
  { short: "h", long: "uri", takes: "value", help: "connection URI, default is amqp://localhost" },
  { short: "H", long: "uris", takes: "value", help: "connection URIs (separated by commas)" },
  { short: "t", long: "type", takes: "value", help: "exchange type, default is direct" },
  { short: "e", long: "exchange", takes: "perhaps a value", help: "exchange name, default is that of the type" },
  { short: "u", long: "queue", takes: "value", help: "queue name, default is auto-generated" },
  { short: "k", long: "routing-key", takes: "value", help: "routing key, default is auto-generated" },
  {
    short: "K",
    long: "random-routing-key",
    takes: "nothing",
    help: "use random routing key per message, default is false",
  },
  {
    short: "sb",
    long: "skip-binding-queues",
    takes: "nothing",
    help: "don't bind queues to the exchange, default is false",
  },
  {
    short: "rkcs",
    long: "routing-key-cache-size",
    takes: "value",
    help: "number of random routing keys that are used in turn. See --random-routing-key. Default is 1000.",
  },
  {
    short: "mp",
    long: "message-properties",
    takes: "value",
    help:
      "message properties as key/value pairs, separated by commas, e.g. priority=5. Non-standard properties are treated like arbitrary headers.",
  },
  { short: "i", long: "interval", takes: "value", help: "sampling interval in seconds, default is 1" },
  { short: "r", long: "rate", takes: "value", help: "producer rate limit, default is no limit" },
  {
    short: "P",
    long: "publishing-interval",
    takes: "value",
    help: "publishing interval in seconds (opposite of producer rate limit)",
  },
  {
    short: "prsd",
    long: "producer-random-start-delay",
    takes: "value",
    help:
      "max random delay in seconds to start producers, default is 1 second when there is a rate, and no delay otherwise",
  },
  { short: "R", long: "consumer-rate", takes: "value", help: "consumer rate limit, default is no limit" },
  { short: "x", long: "producers", takes: "value", help: "producer count, default is 1" },
  { short: "y", long: "consumers", takes: "value", help: "consumer count, default is 1" },
  {
    short: "S",
    long: "slow-start",
    takes: "nothing",
    help: "start consumers slowly (1 sec delay between each), default is false",
  },
  { short: "X", long: "producer-channel-count", takes: "value", help: "channels per producer, default is 1" },
  { short: "Y", long: "consumer-channel-count", takes: "value", help: "channels per consumer, default is 1" },
  {
    short: "m",
    long: "ptxsize",
    takes: "value",
    help: "producer tx size, default is 0 (no transaction)",
  },
  {
    short: "n",
    long: "ctxsize",
    takes: "value",
    help: "consumer tx size, default is 0 (no transaction)",
  },
  { short: "c", long: "confirm", takes: "value", help: "max unconfirmed publishes, default is -1 (no confirm)" },
  {
    short: "ct",
    long: "confirm-timeout",
    takes: "value",
    help: "waiting timeout for unconfirmed publishes before failing (in seconds), default is 30",
  },
  { short: "a", long: "autoack", takes: "nothing", help: "auto ack, default is false (no auto-ack)" },
  { short: "A", long: "multi-ack-every", takes: "value", help: "multi ack every, default is 0 (no multi-ack)" },
  { short: "q", long: "qos", takes: "value", help: "consumer prefetch count, default is 0 (unlimited)" },
  { short: "Q", long: "global-qos", takes: "value", help: "channel prefetch count, default is 0 (unlimited)" },
  { short: "s", long: "size", takes: "value", help: "message size in bytes, default (and minimum value) is 12" },
  { short: "o", long: "output-file", takes: "value", help: "output file for timing results" },
  {
    short: "ew",
    long: "exit-when",
    takes: "value",
    help: "exit when queue(s) empty or consumer(s) idle for 1 second, valid values are empty or idle",
  },
  { short: "z", long: "time", takes: "value", help: "run duration in seconds (unlimited by default)" },
  { short: "C", long: "pmessages", takes: "value", help: "producer message count, default is 0 (no limit)" },
  { short: "D", long: "cmessages", takes: "value", help: "consumer message count, default is 0 (no limit)" },
  {
    short: "f",
    long: "flag",
    takes: "values",
    help:
      "message flag(s), supported values: persistent and mandatory. Use the option several times to specify several values.",
  },
  { short: "M", long: "framemax", takes: "value", help: "requested maximum frame size, default is 0 (no limit)" },
  {
    short: "b",
    long: "heartbeat",
    takes: "value",
    help: "requested heartbeat interval, default is 0 (no interval requested)",
  },
  { short: "p", long: "predeclared", takes: "nothing", help: "allow use of predeclared objects, default is false" },
  { short: "B", long: "body", takes: "value", help: "comma-separated list of files to use in message bodies" },
  { short: "T", long: "body-content-type", takes: "value", help: "body content-type" },
  {
    short: "jb",
    long: "json-body",
    takes: "nothing",
    help: "generate a random JSON document for message body. Use with --size.",
  },
  {
    short: "bfc",
    long: "body-field-count",
    takes: "value",
    help: "number of pre-generated fields and values for body. Use with --json-body. Default is 1000.",
  },
  {
    short: "bc",
    long: "body-count",
    takes: "value",
    help: "number of pre-generated message bodies. Use with --json-body. Default is 100.",
  },
  { short: "ad", long: "auto-delete", takes: "value", help: "should the queue be auto-deleted, default is true" },
  {
    short: "ms",
    long: "use-millis",
    takes: "nothing",
    help:
      "should latency be collected in milliseconds, default is false. Set to true if producers and consumers run on different machines.",
  },
  {
    short: "qa",
    long: "queue-args",
    takes: "values",
    help: "queue arguments as key/value pairs, separated by commas, e.g. x-max-length=10",
  },
  { short: "L", long: "consumer-latency", takes: "value", help: "consumer latency in microseconds, default is 0" },
  {
    short: "udsc",
    long: "use-default-ssl-context",
    takes: "nothing",
    help:
      "verify the broker's certificate, by the authorities in the file that SSL_CERT_FILE names or the runtime's, default is false",
  },
  {
    short: "se",
    long: "sasl-external",
    takes: "nothing",
    help:
      "use SASL EXTERNAL authentication by the client's certificate, which the URI names: amqps://localhost?certfile=client.pem&keyfile=client.key. Default is false.",
  },
  { short: "v", long: "version", takes: "nothing", help: "print version information" },
  { short: "env", long: "environment-variables", takes: "nothing", help: "show usage with environment variables" },
  {
    short: "qp",
    long: "queue-pattern",
    takes: "value",
    help: "queue name pattern for creating queues in sequence, e.g. 'perf-test-%d'",
  },
  { short: "qpf", long: "queue-pattern-from", takes: "value", help: "queue name pattern range start (inclusive)" },
  { short: "qpt", long: "queue-pattern-to", takes: "value", help: "queue name pattern range end (inclusive)" },
  { short: "qf", long: "queue-file", takes: "value", help: "file to look up queue names from, one a line" },
  {
    short: "hst",
    long: "heartbeat-sender-threads",
    takes: "value",
    help: NO_EFFECT,
  },
  {
    short: "E",
    long: "exclusive",
    takes: "nothing",
    help:
      "use server-named exclusive queues. Such queues can only be used by their declaring connection! Default is false.",
  },
  {
    short: "pst",
    long: "producer-scheduler-threads",
    takes: "value",
    help: NO_EFFECT,
  },
  { short: "niot", long: "nio-threads", takes: "value", help: NO_EFFECT },
  {
    short: "niotp",
    long: "nio-thread-pool",
    takes: "value",
    help: NO_EFFECT,
  },
  { short: "dcr", long: "disable-connection-recovery", takes: "nothing", help: ALWAYS },
  {
    short: "sst",
    long: "servers-startup-timeout",
    takes: "value",
    help:
      "start timeout in seconds (in case the servers(s) is (are) not available when the run starts). Default is to fail immediately if the servers(s) is (are) not available.",
  },
  {
    short: "sul",
    long: "servers-up-limit",
    takes: "value",
    help:
      "number of available servers needed before starting the run. Used in conjunction with --servers-startup-timeout. Default is deduced from --uri or --uris.",
  },
  {
    short: "cal",
    long: "connection-allocation",
    takes: "value",
    help: "the way to allocate connection across nodes (random or round-robin), default is random.",
  },
  {
    short: "ctp",
    long: "consumers-thread-pools",
    takes: "value",
    help: NO_EFFECT,
  },
  { short: "st", long: "shutdown-timeout", takes: "value", help: "shutdown timeout, default is 5 seconds" },
  {
    short: "ca",
    long: "consumer-args",
    takes: "value",
    help: "consumer arguments as key/value pairs, separated by commas, e.g. x-priority=10",
  },
  {
    short: "vr",
    long: "variable-rate",
    takes: "values",
    help:
      "variable publishing rate with [RATE]:[DURATION] syntax, where [RATE] integer >= 0 and [DURATION] integer > 0. Use the option several times to specify several values.",
  },
  {
    short: "vs",
    long: "variable-size",
    takes: "values",
    help:
      "variable message size with [SIZE]:[DURATION] syntax, where [SIZE] integer > 0 and [DURATION] integer > 0. Use the option several times to specify several values.",
  },
  {
    short: "vl",
    long: "variable-latency",
    takes: "values",
    help:
      "variable consumer processing latency with [MICROSECONDS]:[DURATION] syntax, where [MICROSECONDS] integer >= 0 and [DURATION] integer > 0. Use the option several times to specify several values.",
  },
  {
    short: "po",
    long: "polling",
    takes: "nothing",
    help: "use basic.get to consume messages. Do not use this in real applications. Default is false.",
  },
  {
    short: "pi",
    long: "polling-interval",
    takes: "value",
    help: "time to wait before polling with basic.get, in millisecond, default is 0.",
  },
  {
    short: "na",
    long: "nack",
    takes: "nothing",
    help: "nack messages, requeue them by default.",
  },
  {
    short: "re",
    long: "requeue",
    takes: "value",
    help: "should nacked messages be requeued, default is true.",
  },
  {
    short: "sni",
    long: "server-name-indication",
    takes: "value",
    help: "server names for Server Name Indication TLS parameter, separated by commas",
  },
  { short: "qq", long: "quorum-queue", takes: "nothing", help: "create quorum queue(s)" },
  { short: "sq", long: "stream-queue", takes: "nothing", help: "create stream queue(s)" },
  {
    short: "csd",
    long: "consumer-start-delay",
    takes: "value",
    help: "fixed delay before starting consumers in seconds, default is no delay",
  },
  {
    short: "mf",
    long: "metrics-format",
    takes: "value",
    help: "metrics format to use on the console, possible values are compact, default",
  },
  {
    short: "mlb",
    long: "max-length-bytes",
    takes: "value",
    help: "max size of created queues, use 0 for no limit, default is no limit",
  },
  {
    short: "smssb",
    long: "stream-max-segment-size-bytes",
    takes: "value",
    help: "max size of stream segments when streams are in use, default is 500mb",
  },
  {
    short: "ll",
    long: "leader-locator",
    takes: "value",
    help: "leader locator strategy for created quorum queues and streams. Possible values: client-local, balanced.",
  },
  {
    short: "ma",
    long: "max-age",
    takes: "value",
    help:
      "max age of stream segments using the ISO 8601 duration format, e.g. PT10M30S for 10 minutes 30 seconds, P5DT8H for 5 days 8 hours. Default is no max age.",
  },
  {
    short: "sco",
    long: "stream-consumer-offset",
    takes: "value",
    help:
      "stream offset to start listening from. Valid values are 'first', 'last', 'next', an unsigned long, or an ISO 8601 formatted timestamp (eg. 2022-06-03T07:45:54Z). Default is 'next'.",
  },
  {
    short: "tsbs",
    long: "tcp-send-buffer-size",
    takes: "value",
    help: NO_EFFECT,
  },
  {
    short: "trbs",
    long: "tcp-receive-buffer-size",
    takes: "value",
    help: NO_EFFECT,
  },
  { short: "tnd", long: "tcp-no-delay", takes: "value", help: NO_EFFECT },
  { short: "nty", long: "netty", takes: "nothing", help: NO_EFFECT },
  { short: "ntyt", long: "netty-threads", takes: "value", help: NO_EFFECT },
  {
    short: "ntyep",
    long: "netty-epoll",
    takes: "nothing",
    help: NO_EFFECT,
  },
  {
    short: "ntykq",
    long: "netty-kqueue",
    takes: "nothing",
    help: NO_EFFECT,
  },
  { short: "mpr", long: "metrics-prometheus", takes: "nothing", help: "enable Prometheus metrics" },
  {
    short: "mpe",
    long: "metrics-prometheus-endpoint",
    takes: "value",
    help: "the HTTP metrics endpoint, default is /metrics",
  },
  {
    short: "mpp",
    long: "metrics-prometheus-port",
    takes: "value",
    help: "the port to launch the HTTP metrics endpoint on, default is 8080",
  },
  {
    short: "mpx",
    long: "metrics-prefix",
    takes: "value",
    help: "prefix for PerfTest metrics, default is perftest_",
  },
  {
    short: "mt",
    long: "metrics-tags",
    takes: "value",
    help: "metrics tags as key-value pairs separated by commas",
  },
  {
    short: "mcla",
    long: "metrics-command-line-arguments",
    takes: "nothing",
    help: "add fixed metrics with command line arguments label",
  },
];
