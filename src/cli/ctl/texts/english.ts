import type { HelpTexts } from "./help_texts.ts";

/** Texts of the help, in English: those of RabbitMQ. */
export const ENGLISH: HelpTexts = {
  usage: "Usage",
  availableCommands: "Available commands",
  argumentsAndOptions: "Arguments and Options",
  guides: "Relevant Doc Guides",
  generalOptions: "General Options",
  generalOptionsTable: `The following options are accepted by most or all commands.

short            | long          | description
-----------------|---------------|--------------------------------
-?               | --help        | displays command help
-n <node>        | --node <node> | connect to node <node>
-l               | --longnames   | use long host names
-t               | --timeout <n> | for commands that support it, operation timeout in seconds
-q               | --quiet       | suppress informational messages
-s               | --silent      | suppress informational messages
                                 | and table header row
-p               | --vhost       | for commands that are scoped to a virtual host,
                 |               | virtual host to use
                 | --formatter   | alternative result formatter to use
                                 | if supported: json, pretty_table, table, csv, erlang
                                   not all commands support all (or any) alternative formatters.`,
  sections: {
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
  },
  error: "Error",
  learnMore: (tool) => `Use '${tool} help <command>' to learn more about a specific command`,
  mustBeOneOf: (columns) => `must be one of ${columns}`,
  commandNotFound: (name) => `Command '${name}' not found.`,
  didYouMean: (nearest) => `Did you mean '${nearest}'?`,
  description: (english) => english,
  explanation: (english) => english,
};
