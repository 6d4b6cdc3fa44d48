import { textJson } from "./json/write_json.ts";
import { metadataJson } from "./sections/vhosts.ts";
import type { ExportScope } from "./section.ts";

/** The names of a broker in its definitions. */
export interface DefinitionsIdentity {
  readonly productName: string;
  readonly productVersion: string;
  /** Version of RabbitMQ that the broker behaves like. */
  readonly rabbitmqVersion: string;
  readonly clusterName: string;
}

/** Members of definitions that are not lists of objects. An import uses only the version, as in RabbitMQ. */
export const HEADER_KEYS: ReadonlySet<string> = new Set([
  "rabbit_version",
  "rabbitmq_version",
  "product_name",
  "product_version",
  "rabbitmq_definition_format",
  "original_cluster_name",
  "original_vhost_name",
  "explanation",
  "metadata",
  "description",
  "limits",
  "default_queue_type",
]);

/** Returns the members of an export that are not lists of objects, as keys and JSON. */
export function headerOf(
  { node, vhosts: [vhost], isSingle }: ExportScope,
  { productName, productVersion, rabbitmqVersion, clusterName }: DefinitionsIdentity,
): (readonly [key: string, json: string])[] {
  return [
    ["rabbit_version", textJson(rabbitmqVersion)],
    ["rabbitmq_version", textJson(rabbitmqVersion)],
    ["product_name", textJson(productName)],
    ["product_version", textJson(productVersion)],
    ...isSingle
      ? [
        ["rabbitmq_definition_format", textJson("single_virtual_host")],
        ["original_vhost_name", textJson(vhost.name)],
        ["explanation", textJson(`Definitions of virtual host '${vhost.name}'`)],
        ["metadata", metadataJson(vhost)],
        ["description", textJson(vhost.metadata.description)],
        ["limits", JSON.stringify(node.vhostLimits.get(vhost.name))],
      ] as const
      : [
        ["rabbitmq_definition_format", textJson("cluster")],
        ["original_cluster_name", textJson(clusterName)],
        ["explanation", textJson(`Definitions of cluster '${clusterName}'`)],
      ] as const,
  ];
}
