import { scopesOfDetails } from "./rich_authorization.ts";

/** The claims of a token (RFC 7519). */
export type Claims = Readonly<Record<string, unknown>>;

/** RabbitMQ's `auth_oauth2.*` for the scopes in a token. */
export interface ScopeOptions {
  /** Id of this broker, as tokens name their audience. */
  readonly resource_server_id: string;
  /** Prefix of this broker's scopes. Default: `resource_server_id` and a full stop. */
  readonly scope_prefix?: string;
  /** Paths of claims with scopes in addition to `scope`, such as `roles` or `a.b.c`, separated by spaces. */
  readonly additional_scopes_key?: string;
  /** Scopes that stand for others, which are separated by spaces. */
  readonly scope_aliases?: Readonly<Record<string, string>>;
  /** Type of the `authorization_details` for this broker. Default: none. */
  readonly resource_server_type?: string;
}

/** Maximum number of a token's scopes, as in RabbitMQ. */
export const SCOPES_MAX = 2048;

/** Path of the scopes in a requesting party token (UMA 2). */
const REQUESTING_PARTY_PATH = "authorization.permissions.scopes";

/** Returns the scopes of a token for this broker, without their prefix, each once. */
export function scopesOf(claims: Claims, options: ScopeOptions): string[] {
  const { resource_server_id: id, scope_prefix: prefix = `${id}.`, scope_aliases: aliases = {} } = options;
  const paths = [REQUESTING_PARTY_PATH, ...wordsOf(options.additional_scopes_key ?? "")];
  const granted = [
    ...paths.flatMap((path) => scopesAt(claims, path.split(".").filter((key) => key !== ""), id)),
    ...(typeof claims.scope === "string" ? wordsOf(claims.scope) : textsOf(claims.scope)),
  ];
  const meant = granted.flatMap((scope) => Object.hasOwn(aliases, scope) ? [scope, ...wordsOf(aliases[scope])] : scope);
  meant.push(...scopesOfDetails(claims, id, options.resource_server_type));
  const ours = meant.filter((scope) => scope.startsWith(prefix)).map((scope) => scope.slice(prefix.length));
  return [...new Set(ours)];
}

const wordsOf = (text: string): string[] => text.split(" ").filter((word) => word !== "");

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];

const isObject = (value: unknown): value is Claims =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the scopes at the end of a path, which may lead through lists of objects. */
function scopesAt(value: unknown, path: readonly string[], id: string): string[] {
  if (Array.isArray(value)) return value.filter(isObject).flatMap((each) => scopesAt(each, path, id));
  const [key, ...rest] = path;
  if (!isObject(value) || key === undefined || !Object.hasOwn(value, key)) return [];
  return rest.length === 0 ? scopesIn(value[key], id) : scopesAt(value[key], rest, id);
}

/** Reads scopes from a list, from a text with spaces, or from an object that has either by the broker's id. */
function scopesIn(value: unknown, id: string): string[] {
  if (typeof value === "string") return wordsOf(value);
  if (Array.isArray(value)) return textsOf(value);
  if (!isObject(value) || !Object.hasOwn(value, id)) return [];
  const own = value[id];
  return (typeof own === "string" ? wordsOf(own) : textsOf(own)).map((scope) => `${id}.${scope}`);
}

/** Returns the user's name: the first of the preferred claims that is a text. */
export function usernameOf(claims: Claims, preferred: readonly string[]): string {
  for (const claim of preferred) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    if (typeof value === "string") return value;
  }
  return "unknown";
}

/** Returns whether a token's `aud` names the broker. */
export function isMeantFor(claims: Claims, resourceServerId: string): boolean {
  const { aud } = claims;
  return (typeof aud === "string" ? wordsOf(aud) : textsOf(aud)).includes(resourceServerId);
}
