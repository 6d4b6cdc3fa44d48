import type { Claims } from "./claims.ts";
import { matchesWildcard } from "./wildcard.ts";

/** Attributes of a location, such as `cluster:finance/vhost:prod/queue:orders`. */
const ATTRIBUTES: readonly string[] = ["cluster", "vhost", "queue", "exchange", "routing-key"];
const TAGS: readonly unknown[] = ["monitoring", "administrator", "management", "policymaker"];
const OPERATIONS: readonly unknown[] = ["read", "write", "configure"];

/**
 * Translates a token's `authorization_details` to scopes (RFC 9396; RabbitMQ: OAuth 2 Guide, Rich Authorization
 * Request): those of the configured type with locations in this cluster.
 */
export function scopesOfDetails(claims: Claims, id: string, type: string | undefined): string[] {
  const { authorization_details: details } = claims;
  if (!Array.isArray(details) || type === undefined || type === "") return [];
  return details.filter(isDetail).filter((detail) => detail.type === type).flatMap(({ actions, locations }) => {
    const paths = listOf(locations).map(attributesOf).filter((attributes) => isHere(attributes, id)).map(pathOf);
    if (paths.length === 0) return [];
    return listOf(actions).flatMap((action) => {
      if (TAGS.includes(action)) return [`${id}.tag:${action}`];
      return OPERATIONS.includes(action) ? paths.map((path) => `${id}.${action}:${path}`) : [];
    });
  });
}

const isDetail = (value: unknown): value is Claims =>
  typeof value === "object" && value !== null &&
  ["type", "actions", "locations"].every((key) => Object.hasOwn(value, key));

/** Returns the texts of a list, or a single text as a list. */
const listOf = (value: unknown): string[] => [value].flat().filter((each): each is string => typeof each === "string");

function attributesOf(location: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const part of location.split("/")) {
    const [name, value] = part.split(":").filter((each) => each !== "");
    if (value !== undefined && ATTRIBUTES.includes(name)) attributes.set(name, value);
  }
  return attributes;
}

/** Returns whether a location is in this cluster and names one thing. */
function isHere(attributes: ReadonlyMap<string, string>, id: string): boolean {
  const [cluster, queue, exchange] = ["cluster", "queue", "exchange"].map((name) => attributes.get(name));
  if (queue !== undefined && exchange !== undefined && queue !== exchange) return false;
  return cluster !== undefined && matchesWildcard(id, cluster);
}

function pathOf(attributes: ReadonlyMap<string, string>): string {
  const name = attributes.get("queue") ?? attributes.get("exchange") ?? "*";
  return [attributes.get("vhost") ?? "*", name, attributes.get("routing-key") ?? "*"].join("/");
}
