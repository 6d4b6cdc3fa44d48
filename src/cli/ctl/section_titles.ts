/** Sections of the overview. */
export type SectionName =
  | "help"
  | "node_management"
  | "cluster_management"
  | "replication"
  | "user_management"
  | "access_control"
  | "observability_and_health_checks"
  | "parameters"
  | "policies"
  | "virtual_hosts"
  | "configuration"
  | "definitions"
  | "feature_flags"
  | "operations"
  | "plugin_management"
  | "queues"
  | "upgrade"
  | "consistent_hash_exchange"
  | "management"
  | "deprecated";

export const SECTION_TITLES: Readonly<Record<SectionName, string>> = {
  help: "Help",
  node_management: "Nodes",
  cluster_management: "Cluster",
  replication: "Replication",
  user_management: "Users",
  access_control: "Access Control",
  observability_and_health_checks: "Monitoring, observability and health checks",
  parameters: "Parameters",
  policies: "Policies",
  virtual_hosts: "Virtual hosts",
  configuration: "Configuration and Environment",
  definitions: "Definitions",
  feature_flags: "Feature flags",
  operations: "Operations",
  plugin_management: "Plugin Management",
  queues: "Queues",
  upgrade: "Upgrade",
  consistent_hash_exchange: "Consistent Hash Exchange plugin",
  management: "Management plugin",
  deprecated: "Deprecated",
};
