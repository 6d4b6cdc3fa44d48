import { GLOBAL_COMPONENT } from "./parameter_events.ts";
import type { Parameters } from "./parameters.ts";

/** Global parameter with the name that the cluster was given (RabbitMQ: `set_cluster_name`). */
export const CLUSTER_NAME = "cluster_name";

/** Returns the name that the cluster was given; `undefined` for none. */
export function givenClusterName(parameters: Parameters): string | undefined {
  const name = parameters.get("", GLOBAL_COMPONENT, CLUSTER_NAME);
  return typeof name === "string" ? name : undefined;
}
