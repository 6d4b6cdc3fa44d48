import type { Table } from "../../api/types.ts";

/** A step of a message's route. */
export interface Hop {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: "queue" | "exchange";
  /** True for the step to an alternate exchange, which has no binding. */
  readonly alternate?: true;
  readonly routing_key?: string;
  readonly arguments?: Table;
  readonly properties_key?: string;
}

/** The API's answer to the question where a message would go. */
export interface Explanation {
  readonly routed: boolean;
  readonly queues: readonly { readonly name: string; readonly path: readonly Hop[] }[];
  readonly bindings: readonly Hop[];
  readonly delayed_by: readonly string[];
}

/**
 * Writes a path as the names on it, with the keys of its bindings: `shop —order.#→ orders`.
 *
 * @param nameOf writes the name of an exchange.
 */
export function pathText(
  path: readonly Hop[],
  nameOf: (exchange: string) => string,
  alternate: string,
): string {
  if (path.length === 0) return "";
  const steps = path.map(({ destination, destination_type, routing_key, alternate: isAlternate }) => {
    const label = isAlternate === true ? alternate : routing_key ?? "";
    return ` —${label}→ ${destination_type === "exchange" ? nameOf(destination) : destination}`;
  });
  return nameOf(path[0].source) + steps.join("");
}
