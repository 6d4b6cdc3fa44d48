import type { Json } from "../../wire/json.ts";
import { GLOBAL_COMPONENT } from "./parameter_events.ts";
import type { Parameters } from "./parameters.ts";

/** Global parameter with the tags of the cluster, as they are configured (RabbitMQ: `cluster_tags`). */
const CLUSTER_TAGS = "cluster_tags";
/** Global parameter with the identifier that the cluster has for ever. */
const CLUSTER_ID = "internal_cluster_id";

/** Values of tags by their names. */
export type ClusterTags = Readonly<Record<string, string>>;

/**
 * Sets the global parameters that a server has of its own: the configured tags, and at its first start an identifier,
 * made of a new unique name.
 */
export function setClusterParameters(parameters: Parameters, tags: ClusterTags, uniqueName: () => string): void {
  if (clusterId(parameters) === undefined) set(parameters, CLUSTER_ID, `rabbitmq-cluster-id-${uniqueName()}`);
  // Erlang's list of no tags is a list in JSON too.
  const value = Object.keys(tags).length === 0 ? [] : { ...tags };
  const before = parameters.get("", GLOBAL_COMPONENT, CLUSTER_TAGS);
  if (JSON.stringify(before) !== JSON.stringify(value)) set(parameters, CLUSTER_TAGS, value);
}

/** Returns the tags of the cluster; `{}` for none. */
export function clusterTags(parameters: Parameters): Json {
  const tags = parameters.get("", GLOBAL_COMPONENT, CLUSTER_TAGS);
  return typeof tags === "object" && !Array.isArray(tags) ? tags : {};
}

/** Returns the identifier of the cluster; `undefined` for a broker that is no server. */
export function clusterId(parameters: Parameters): string | undefined {
  const id = parameters.get("", GLOBAL_COMPONENT, CLUSTER_ID);
  return typeof id === "string" ? id : undefined;
}

const set = (parameters: Parameters, name: string, value: Json): void =>
  parameters.set({ vhost: "", component: GLOBAL_COMPONENT, name, value });
