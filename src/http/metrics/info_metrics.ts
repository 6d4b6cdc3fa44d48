import type { DefinitionsIdentity } from "../../definitions/header.ts";
import { labels } from "./labels.ts";
import type { MetricsWriter, Writing } from "./writer.ts";

/** Names and versions of a broker. */
export interface Names extends DefinitionsIdentity {
  readonly nodeName: string;
  /** Identifier of the cluster, whose name may change. */
  readonly clusterId: string;
}

/** Writes the names and versions, by which Grafana's dashboards select a broker. */
export function* infoMetrics(
  writer: MetricsWriter,
  { nodeName, clusterName, clusterId, productName, productVersion, rabbitmqVersion }: Names,
  endpoint: string,
): Writing {
  const build = { name: "build_info", type: "untyped", help: "RabbitMQ & Erlang/OTP version info" } as const;
  yield writer.head(build) + writer.sample(
    build.name,
    labels({
      rabbitmq_version: rabbitmqVersion,
      prometheus_plugin_version: rabbitmqVersion,
      product_name: productName,
      product_version: productVersion,
    }),
    1,
  );
  const identity = { name: "identity_info", type: "untyped", help: "RabbitMQ node & cluster identity info" } as const;
  yield writer.head(identity) + writer.sample(
    identity.name,
    labels({
      rabbitmq_node: nodeName,
      rabbitmq_cluster: clusterName,
      rabbitmq_cluster_permanent_id: clusterId,
      rabbitmq_endpoint: endpoint,
    }),
    1,
  );
}
