import type { Api } from "./api.ts";
import type { Replacements } from "./shape.ts";

/** Names that a broker gives, by the placeholder that stands for each in recorded paths. */
export interface Places {
  /** Returns a path with names of this broker instead of its placeholders, such as `{node}` and `{publisher}`. */
  fill(path: string): string;
  readonly replacements: Replacements;
}

/** Finds out how a broker names itself, its ports and the connections of the scenario. */
export async function findPlaces(api: Api): Promise<Places> {
  const { name: cluster } = await api.get("/cluster-name");
  const connections: { name: string; node: string; user_provided_name: string }[] = await api.get(
    "/connections?columns=name,node,user_provided_name",
  );
  const [{ node }] = connections;
  const names = new Map<string, string>([["{node}", node]]);
  for (const { name, user_provided_name: own } of connections) {
    if (own !== undefined) names.set(`{${own}}`, name);
  }
  const replacements = new Map<string | RegExp, string>();
  for (const [placeholder, name] of [...names].reverse()) replacements.set(name, placeholder);
  replacements.set(cluster, "{cluster}");
  replacements.set(/127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+/g, "{connection}");
  replacements.set(/amq\.(ctag|gen)-[\w-]+/g, "amq.$1-ID");
  replacements.set(/rabbitmq-cluster-id-[\w-]+/g, "rabbitmq-cluster-id-ID");
  replacements.set(/^[A-Za-z0-9+/]{48}$/g, "{password hash}");
  replacements.set(/<\d*\.?\d+\.\d+(\.\d+)?>/g, "{pid}");
  return {
    fill: (path) => path.replace(/\{\w+\}/g, (place) => encodeURIComponent(names.get(place) ?? place)),
    replacements,
  };
}
