import { scopesOfDetails } from "./rich_authorization.ts";

/** What a token says (RFC 7519). */
export type Claims = Readonly<Record<string, unknown>>;

/** RabbitMQ's `auth_oauth2.*`, as far as it says where in a token scopes are. */
export interface ScopeOptions {
  readonly resource_server_id: string;
  /** What scopes of this broker begin with. Default: `resource_server_id` and a full stop. */
  readonly scope_prefix?: string;
  /** Paths of claims that have scopes beside `scope`, such as `roles` or `a.b.c`, with spaces between them. */
  readonly additional_scopes_key?: string;
  /** Scopes that stand for others, with spaces between those. */
  readonly scope_aliases?: Readonly<Record<string, string>>;
  /** The type of the `authorization_details` that are meant for this broker. Default: none are. */
  readonly resource_server_type?: string;
}

/** RabbitMQ takes no token with more. */
export const SCOPES_MAX = 2048;

/** Where a requesting party token of UMA 2 has its scopes. */
const REQUESTING_PARTY_PATH = "authorization.permissions.scopes";

/** The scopes of a token that are meant for this broker, without their prefix. Each is there once. */
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

/** Scopes at the end of a path, which may lead through lists of objects. */
function scopesAt(value: unknown, path: readonly string[], id: string): string[] {
  if (Array.isArray(value)) return value.filter(isObject).flatMap((each) => scopesAt(each, path, id));
  const [key, ...rest] = path;
  if (!isObject(value) || key === undefined || !Object.hasOwn(value, key)) return [];
  return rest.length === 0 ? scopesIn(value[key], id) : scopesAt(value[key], rest, id);
}

/** Scopes as a list, a text with spaces, or an object that has either of them by the broker's id. */
function scopesIn(value: unknown, id: string): string[] {
  if (typeof value === "string") return wordsOf(value);
  if (Array.isArray(value)) return textsOf(value);
  if (!isObject(value) || !Object.hasOwn(value, id)) return [];
  const own = value[id];
  return (typeof own === "string" ? wordsOf(own) : textsOf(own)).map((scope) => `${id}.${scope}`);
}

/** The name of the user: the first claim of these that is a text. */
export function usernameOf(claims: Claims, preferred: readonly string[]): string {
  for (const claim of preferred) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    if (typeof value === "string") return value;
  }
  return "unknown";
}

/** True when a token's `aud` names the broker. */
export function isMeantFor(claims: Claims, resourceServerId: string): boolean {
  const { aud } = claims;
  return (typeof aud === "string" ? wordsOf(aud) : textsOf(aud)).includes(resourceServerId);
}
