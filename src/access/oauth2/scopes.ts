import { Pattern } from "../../pattern/pattern.ts";
import { PatternError } from "../../pattern/syntax.ts";
import type { Operation } from "../access.ts";
import type { Claims } from "./claims.ts";
import { matchesWildcard } from "./wildcard.ts";

/** RabbitMQ's `auth_oauth2.scope_pattern_syntax`. */
export type ScopePatternSyntax = "wildcard" | "regex";

/** A scope that is a permission: `<permission>:<vhost>/<name>[/<routing key>]`, each part a pattern. */
interface Permission {
  readonly operation: Operation;
  readonly vhost: string;
  readonly name: string;
  readonly routingKey: string | undefined;
}

const TAG_PREFIX = "tag:";
const OPERATIONS: readonly string[] = ["configure", "write", "read"] satisfies Operation[];

/** Returns the tags that scopes give to a user. */
export const tagsOf = (scopes: readonly string[]): string[] =>
  scopes.filter((scope) => scope.startsWith(TAG_PREFIX)).map((scope) => scope.slice(TAG_PREFIX.length)).sort();

/** The permissions that the scopes of a token give (RabbitMQ: OAuth 2 Guide, Scope-to-permission Translation). */
export class GrantedScopes {
  readonly #scopes: readonly string[];
  readonly #claims: Claims;
  readonly #matches: (text: string, pattern: string) => boolean;
  readonly #escape: (value: string) => string;
  /** Permissions in the virtual host of the last question: a connection has only one. */
  #permissions: readonly Permission[] = [];
  #vhost: string | undefined;

  constructor(scopes: readonly string[], claims: Claims, syntax: ScopePatternSyntax) {
    this.#scopes = scopes;
    this.#claims = claims;
    this.#matches = syntax === "regex" ? matchesWhole : matchesWildcard;
    this.#escape = syntax === "regex" ? quote : (value) => value;
  }

  mayOpen(vhost: string): boolean {
    return this.#permissionsIn(vhost).some((permission) => this.#matches(vhost, permission.vhost));
  }

  may(operation: Operation, vhost: string, name: string): boolean {
    return this.#permissionsIn(vhost).some((permission) =>
      permission.operation === operation && this.#matches(vhost, permission.vhost) &&
      this.#matches(name, permission.name)
    );
  }

  mayUseTopic(operation: Operation, vhost: string, exchange: string, routingKey: string): boolean {
    return this.#permissionsIn(vhost).some((permission) =>
      permission.operation === operation && permission.routingKey !== undefined &&
      this.#matches(vhost, permission.vhost) && this.#matches(exchange, permission.name) &&
      this.#matches(routingKey, permission.routingKey)
    );
  }

  #permissionsIn(vhost: string): readonly Permission[] {
    if (this.#vhost !== vhost) {
      this.#permissions = this.#scopes.map((scope) => permissionOf(this.#expand(scope, vhost)))
        .filter((permission) => permission !== undefined);
      this.#vhost = vhost;
    }
    return this.#permissions;
  }

  /** Replaces `{vhost}` and names of claims by their values. A scope with an unclosed brace is dropped. */
  #expand(scope: string, vhost: string): string {
    let isWhole = true;
    const expanded = scope.replace(/\{([^{}.*]*)(\}?)/g, (_, name: string, close: string) => {
      isWhole &&= close !== "";
      if (name === "vhost") return this.#escape(vhost);
      const value = Object.hasOwn(this.#claims, name) ? this.#claims[name] : undefined;
      return this.#escape(typeof value === "string" ? value : name);
    });
    return isWhole ? expanded : "";
  }
}

function permissionOf(scope: string): Permission | undefined {
  const colon = scope.indexOf(":");
  const operation = scope.slice(0, Math.max(colon, 0));
  if (!OPERATIONS.includes(operation)) return undefined;
  const [vhost, name, routingKey, ...others] = scope.slice(colon + 1).split("/");
  if (name === undefined || others.length > 0) return undefined;
  return { operation: operation as Operation, vhost, name, routingKey };
}

const quote = (value: string): string => value.replace(/[\\^$.|?*+()[\]{}-]/g, "\\$&");

/** Returns whether a pattern matches a whole text. An invalid pattern matches none. */
function matchesWhole(text: string, pattern: string): boolean {
  try {
    return new Pattern(`\\A(?:${pattern})\\z`).matches(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return false;
  }
}
