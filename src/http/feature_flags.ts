import { compareVersions } from "./version.ts";

/** A feature flag of RabbitMQ (RabbitMQ: Feature Flags). HareMQ has what they stand for, so all are enabled. */
interface FeatureFlag {
  readonly name: string;
  readonly desc: string;
  readonly docUrl?: string;
  /** First version with the flag, if that is later than 3.13. */
  readonly since?: string;
  /** True when a cluster may still do without it. */
  readonly isOptional?: true;
  /** Default: `hard`. */
  readonly requireLevel?: "soft";
  readonly callbacks?: readonly string[];
  /** Default: `rabbit`. */
  readonly providedBy?: string;
}

const FEATURE_FLAGS: readonly FeatureFlag[] = [
  { name: "classic_mirrored_queue_version", desc: "Support setting version for classic mirrored queues" },
  {
    name: "classic_queue_type_delivery_support",
    desc: "Bug fix for classic queue deliveries using mixed versions",
    docUrl: "https://github.com/rabbitmq/rabbitmq-server/issues/5931",
  },
  {
    name: "detailed_queues_endpoint",
    desc: "Add a detailed queues HTTP API endpoint. Reduce number of metrics in the default endpoint.",
    requireLevel: "soft",
    providedBy: "rabbitmq_management",
  },
  { name: "direct_exchange_routing_v2", desc: "v2 direct exchange routing implementation" },
  {
    name: "drop_unroutable_metric",
    desc: "Count unroutable publishes to be dropped in stats",
    providedBy: "rabbitmq_management_agent",
  },
  {
    name: "empty_basic_get_metric",
    desc: "Count AMQP `basic.get` on empty queues in stats",
    providedBy: "rabbitmq_management_agent",
  },
  { name: "feature_flags_v2", desc: "Feature flags subsystem V2" },
  {
    name: "implicit_default_bindings",
    desc: "Default bindings are now implicit, instead of being stored in the database",
  },
  {
    name: "khepri_db",
    desc: "New Raft-based metadata store.",
    docUrl: "https://www.rabbitmq.com/docs/next/metadata-store",
    since: "4.0",
    requireLevel: "soft",
    callbacks: ["enable", "post_enable"],
  },
  { name: "listener_records_in_ets", desc: "Store listener records in ETS instead of Mnesia" },
  { name: "maintenance_mode_status", desc: "Maintenance mode status" },
  { name: "message_containers", desc: "Message containers." },
  {
    name: "message_containers_deaths_v2",
    desc: "Bug fix for dead letter cycle detection",
    docUrl: "https://github.com/rabbitmq/rabbitmq-server/issues/11159",
    since: "4.0",
    requireLevel: "soft",
  },
  {
    name: "quorum_queue",
    desc: "Support queues of type `quorum`",
    docUrl: "https://www.rabbitmq.com/docs/quorum-queues",
  },
  {
    name: "quorum_queue_non_voters",
    desc: "Allows new quorum queue members to be added as non voters initially.",
    since: "4.0",
    requireLevel: "soft",
  },
  { name: "rabbit_exchange_type_local_random", desc: "Local random exchange", since: "4.0", requireLevel: "soft" },
  { name: "rabbitmq_4.0.0", desc: "Allows rolling upgrades from 3.13.x to 4.0.x", since: "4.0", requireLevel: "soft" },
  { name: "rabbitmq_4.1.0", desc: "Allows rolling upgrades to 4.1.x", since: "4.1", requireLevel: "soft" },
  {
    name: "rabbitmq_4.2.0",
    desc: "Allows rolling upgrades to 4.2.x",
    since: "4.2",
    requireLevel: "soft",
    callbacks: ["enable"],
  },
  { name: "rabbitmq_4.3.0", desc: "Allows rolling upgrades to 4.3.x", since: "4.3", isOptional: true },
  {
    name: "restart_streams",
    desc:
      "Support for restarting streams with optional preferred next leader argument.Used to implement stream leader rebalancing",
  },
  { name: "stream_filtering", desc: "Support for stream filtering." },
  { name: "stream_queue", desc: "Support queues of type `stream`", docUrl: "https://www.rabbitmq.com/docs/stream" },
  {
    name: "stream_sac_coordinator_unblock_group",
    desc: "Bug fix to unblock a group of consumers in a super stream partition",
    docUrl: "https://github.com/rabbitmq/rabbitmq-server/issues/7743",
  },
  {
    name: "stream_single_active_consumer",
    desc: "Single active consumer for streams",
    docUrl: "https://www.rabbitmq.com/docs/stream",
  },
  {
    name: "stream_update_config_command",
    desc: "A new internal command that is used to update streams as part of a policy.",
  },
  {
    name: "tie_binding_to_dest_with_keep_while_cond",
    desc: "Use keep_while condition to tie a binding record lifetime to its destination record in Khepri",
    since: "4.2",
    isOptional: true,
    callbacks: ["enable"],
  },
  {
    name: "topic_binding_projection_v4",
    desc: "Enable the topic binding Khepri projection v4",
    since: "4.3",
    isOptional: true,
    callbacks: ["enable", "post_enable"],
  },
  {
    name: "topic_binding_projection_v5",
    desc: "Enable the topic binding Khepri projection v5",
    since: "4.3",
    isOptional: true,
    callbacks: ["enable", "post_enable"],
  },
  {
    name: "track_qq_members_uids",
    desc: "Track queue members UIDs in the metadata store",
    since: "4.2",
    isOptional: true,
  },
  { name: "tracking_records_in_ets", desc: "Store tracking records in ETS instead of Mnesia" },
  { name: "user_limits", desc: "Configure connection and channel limits for a user" },
  { name: "virtual_host_metadata", desc: "Virtual host metadata (description, tags, etc)" },
];

/** Returns the feature flags of a version of RabbitMQ, as it lists them. */
export const featureFlagsOf = (version: string) =>
  FEATURE_FLAGS.filter(({ since = "3.13" }) => compareVersions(version, since) >= 0).map((flag) => ({
    name: flag.name,
    desc: flag.desc,
    doc_url: flag.docUrl ?? "",
    state: "enabled",
    stability: flag.isOptional ? "stable" : "required",
    require_level: flag.isOptional ? "none" : flag.requireLevel ?? "hard",
    experiment_level: "supported",
    callbacks: flag.callbacks ?? [],
    provided_by: flag.providedBy ?? "rabbit",
  }));
