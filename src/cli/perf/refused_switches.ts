/** A switch of PerfTest that this program refuses. */
export interface RefusedSwitch {
  readonly short: string;
  readonly long: string;
  readonly takes: "nothing" | "value";
  /** Reason, and what would do instead. */
  readonly reason: string;
}

const METRICS = "metrics are exported to Prometheus alone, by --metrics-prometheus";
const METRICS_HELP = "--help lists the options about metrics";
const EXPOSED = "metrics are what was measured: expected rates are not exported";
const JAVA_METRICS = "there is no Java virtual machine here whose metrics could be exported";
const INSTANCES = "instances do not wait for each other: start them at the same time";
const OAUTH_2 =
  "tokens are not requested: get one and give it as the password, as in amqp://:TOKEN@localhost, for a run that ends before the token does";

const RECOVERY = "lost connections are not opened again: one ends the run, with its summary and status 1";
const EACH_MESSAGE = "messages are not written one by one: haremq tail shows what comes by";

/** PerfTest's switches that are refused. */
export const REFUSED_SWITCHES: readonly RefusedSwitch[] = [
  { short: "mh", long: "metrics-help", takes: "nothing", reason: METRICS_HELP },
  { short: "em", long: "exposed-metrics", takes: "value", reason: EXPOSED },
  { short: "mda", long: "metrics-datadog", takes: "nothing", reason: METRICS },
  { short: "mdk", long: "metrics-datadog-api-key", takes: "value", reason: METRICS },
  { short: "mds", long: "metrics-datadog-step-size", takes: "value", reason: METRICS },
  { short: "mdak", long: "metrics-datadog-application-key", takes: "value", reason: METRICS },
  { short: "mdh", long: "metrics-datadog-host-tag", takes: "value", reason: METRICS },
  { short: "mdd", long: "metrics-datadog-descriptions", takes: "nothing", reason: METRICS },
  { short: "mdu", long: "metrics-datadog-uri", takes: "value", reason: METRICS },
  { short: "mjx", long: "metrics-jmx", takes: "nothing", reason: METRICS },
  { short: "mc", long: "metrics-client", takes: "nothing", reason: JAVA_METRICS },
  { short: "mcl", long: "metrics-class-loader", takes: "nothing", reason: JAVA_METRICS },
  { short: "mjm", long: "metrics-jvm-memory", takes: "nothing", reason: JAVA_METRICS },
  { short: "mjgc", long: "metrics-jvm-gc", takes: "nothing", reason: JAVA_METRICS },
  { short: "mjp", long: "metrics-processor", takes: "nothing", reason: JAVA_METRICS },
  { short: "mjt", long: "metrics-jvm-thread", takes: "nothing", reason: JAVA_METRICS },
  { short: "cri", long: "connection-recovery-interval", takes: "value", reason: RECOVERY },
  { short: "ei", long: "expected-instances", takes: "value", reason: INSTANCES },
  { short: "isn", long: "instance-sync-namespace", takes: "value", reason: INSTANCES },
  { short: "ist", long: "instance-sync-timeout", takes: "value", reason: INSTANCES },
  { short: "o2uri", long: "oauth2-token-endpoint", takes: "value", reason: OAUTH_2 },
  { short: "o2id", long: "oauth2-client-id", takes: "value", reason: OAUTH_2 },
  { short: "o2sec", long: "oauth2-client-secret", takes: "value", reason: OAUTH_2 },
  { short: "o2gr", long: "oauth2-grant-type", takes: "value", reason: OAUTH_2 },
  { short: "o2p", long: "oauth2-parameters", takes: "value", reason: OAUTH_2 },
  { short: "verbose", long: "verbose", takes: "nothing", reason: EACH_MESSAGE },
  { short: "verbose-full", long: "verbose-full", takes: "nothing", reason: EACH_MESSAGE },
];
