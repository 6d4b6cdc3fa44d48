import { badRequest } from "../http_error.ts";
import { featureFlagsOf } from "../feature_flags.ts";
import { replyObjects } from "../listing/listing.ts";
import { NO_CONTENT } from "../reply.ts";
import type { Route } from "../route.ts";

/** Name that stands for all flags where they are enabled. */
const ALL = "all";

/** Feature flags (RabbitMQ: `rabbit_mgmt_wm_feature_flag*`). */
export const FEATURE_FLAGS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/feature-flags",
    who: "management",
    summary: "RabbitMQ's feature flags, all of which are enabled.",
    returns: "list",
    handle: (request) => replyObjects(request, featureFlagsOf(request.node.behaviour.productVersion)),
  },
  {
    method: "PUT",
    path: "/api/feature-flags/:name/enable",
    who: "administrator",
    summary: "Enables a feature flag, or all of them, which changes nothing.",
    handle: ({ node, params }) => {
      const flags = featureFlagsOf(node.behaviour.productVersion);
      if (params.name !== ALL && !flags.some(({ name }) => name === params.name)) throw badRequest("unsupported");
      return NO_CONTENT;
    },
  },
];
