import type { Behaviour } from "../../broker/compat/behaviour.ts";
import type { Node } from "../../broker/node/node.ts";
import { replyObjects } from "../listing/listing.ts";
import type { Route } from "../route.ts";

/** A feature that RabbitMQ is about to remove, or has removed (RabbitMQ: Deprecated Features). */
interface DeprecatedFeature {
  readonly name: string;
  readonly phase: "permitted_by_default" | "denied_by_default" | "removed";
  readonly docUrl: string;
  /** Default: `rabbit`. */
  readonly providedBy?: string;
  readonly isPermitted?: (behaviour: Behaviour) => boolean;
  readonly isUsed?: (node: Node) => boolean;
}

const ANNOUNCEMENTS = "https://blog.rabbitmq.com/posts/2021/08/4.0-deprecation-announcements/";

const FEATURES: readonly DeprecatedFeature[] = [
  { name: "queue_master_locator", phase: "denied_by_default", docUrl: "" },
  {
    name: "global_qos",
    phase: "denied_by_default",
    docUrl: `${ANNOUNCEMENTS}#removal-of-global-qos`,
    isPermitted: ({ hasGlobalQos }) => hasGlobalQos,
  },
  {
    name: "amqp_filter_set_bug",
    phase: "denied_by_default",
    docUrl: "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-messaging-v1.0-os.html#type-filter-set",
  },
  { name: "amqp_address_v1", phase: "denied_by_default", docUrl: "https://www.rabbitmq.com/docs/amqp#addresses" },
  {
    name: "management_metrics_collection",
    phase: "permitted_by_default",
    docUrl: `${ANNOUNCEMENTS}#disable-metrics-delivery-via-the-management-api--ui`,
    providedBy: "rabbitmq_management_agent",
    isPermitted: () => true,
  },
  {
    name: "transient_nonexcl_queues",
    phase: "permitted_by_default",
    docUrl: `${ANNOUNCEMENTS}#removal-of-transient-non-exclusive-queues`,
    isPermitted: ({ hasTransientQueues }) => hasTransientQueues,
    isUsed: hasTransientQueue,
  },
  { name: "classic_queue_mirroring", phase: "removed", docUrl: `${ANNOUNCEMENTS}#removal-of-classic-queue-mirroring` },
  { name: "ram_node_type", phase: "removed", docUrl: `${ANNOUNCEMENTS}#removal-of-ram-nodes` },
];

/** Deprecated features (RabbitMQ: `rabbit_mgmt_wm_deprecated_features`). */
export const DEPRECATED_FEATURES: readonly Route[] = [
  {
    method: "GET",
    path: "/api/deprecated-features",
    who: "management",
    summary: "RabbitMQ's deprecated features, and whether they are permitted.",
    returns: "list",
    handle: (request) => {
      const { behaviour } = request.node;
      const all = FEATURES.map(({ isPermitted = () => false, ...feature }) => ({
        ...featureJson(feature),
        state: isPermitted(behaviour) ? "permitted" : "denied",
      }));
      return replyObjects(request, all);
    },
  },
  {
    method: "GET",
    path: "/api/deprecated-features/used",
    who: "management",
    summary: "The deprecated features that are in use.",
    returns: "list",
    handle: (request) => {
      const used = FEATURES.filter(({ isUsed }) => isUsed?.(request.node) === true);
      return replyObjects(request, used.map(featureJson));
    },
  },
];

const featureJson = ({ name, phase, docUrl, providedBy = "rabbit" }: DeprecatedFeature) => ({
  name,
  desc: "",
  deprecation_phase: phase,
  doc_url: docUrl,
  provided_by: providedBy,
});

function hasTransientQueue({ vhosts }: Node): boolean {
  for (const { queues } of vhosts.values()) {
    for (const { isDurable, owner } of queues.values()) if (!isDurable && owner === null) return true;
  }
  return false;
}
